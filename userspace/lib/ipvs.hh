// SPDX-License-Identifier: GPL-2.0-only
//
// Stock IPVS, as typed calls over its own generic netlink family: services and real servers live
// there and nowhere else.
#pragma once

#include "ipvs_codec.hh"

#include <vector>

namespace lvsx {

class Ipvs {
public:
    // Loads the module if the kernel has none yet, as ipvsadm does.
    static Result<Ipvs> open();

    Result<IpvsInfo> info();

    // Refused if IPVS does not have it.
    Result<IpvsService> find(const ServiceId &service);
    Result<std::vector<IpvsService>> services();
    Result<std::vector<IpvsServer>> servers(const ServiceId &service);

    Status add(const ServiceId &service, const Scheduling &scheduling);
    Status edit(const ServiceId &service, const Scheduling &scheduling);
    Status remove(const ServiceId &service);
    Status clear();
    // Without a service: all counters.
    Status zero(const std::optional<ServiceId> &service);

    Status add(const ServiceId &service, const Destination &destination);
    Status edit(const ServiceId &service, const Destination &destination);
    Status remove(const ServiceId &service, const Endpoint &real);

    Result<Timeouts> timeouts();
    // A timeout of 0 stays as it is.
    Status set_timeouts(const Timeouts &timeouts);

    Result<std::vector<SyncDaemon>> daemons();
    Status start(const SyncDaemon &daemon);
    Status stop(const SyncDaemon &daemon);

private:
    explicit Ipvs(Socket socket) : socket_(std::move(socket)) {}

    // Asks, and turns IPVS's bare numbers into sentences about what was asked for: a service, and
    // what of it was to be set.
    template <typename... About>
    Status ask(const Message &request, const About &...about);

    Socket socket_;
};

// IPVS has no words of its own for why it refused; these name what it refused.
std::string ipvs_sentence(int code, const ServiceId &service);
std::string ipvs_sentence(int code, const ServiceId &service, const Scheduling &scheduling);
std::string ipvs_sentence(int code, const ServiceId &service, const Destination &destination);
std::string ipvs_sentence(int code, const SyncDaemon &daemon);

} // namespace lvsx
