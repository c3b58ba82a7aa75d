// SPDX-License-Identifier: GPL-2.0-only
//
// Stock IPVS, as typed calls over its own generic netlink family: services and real servers live
// there and nowhere else.
#pragma once

#include "model.hh"
#include "netlink.hh"

namespace lvsx {

// How a packet reaches the real server: IPVS's numbers. FullNAT is masquerading to IPVS.
enum class Forward : std::uint32_t { masquerading = 0, tunnel = 2, route = 3 };

struct Scheduling {
    std::string scheduler{"wlc"};
    std::uint32_t flags{};   // IP_VS_SVC_F_*
    std::uint32_t timeout{}; // of persistence, seconds
    std::uint32_t netmask{}; // of persistence: IPv4 in network order, IPv6 a prefix length
};

struct Destination {
    Endpoint real;
    Forward forward{Forward::route};
    std::uint32_t weight{1};
    std::uint32_t upper{}; // connections, 0: no limit
    std::uint32_t lower{};
};

class Ipvs {
public:
    static Result<Ipvs> open();

    // Refused if IPVS does not have it.
    Status find(const ServiceId &service);
    Status add(const ServiceId &service, const Scheduling &scheduling);
    Status edit(const ServiceId &service, const Scheduling &scheduling);
    Status remove(const ServiceId &service);
    Status add(const ServiceId &service, const Destination &destination);
    Status edit(const ServiceId &service, const Destination &destination);
    Status remove(const ServiceId &service, const Endpoint &real);

private:
    explicit Ipvs(Socket socket) : socket_(std::move(socket)) {}

    // Asks, and turns IPVS's bare numbers into sentences about this service and real server.
    Status ask(const Message &request, const ServiceId &service, const Endpoint *real = nullptr);

    Socket socket_;
};

// IPVS has no words of its own for why it refused.
std::string ipvs_sentence(int code, const ServiceId &service, const Endpoint *real);

} // namespace lvsx
