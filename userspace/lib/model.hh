// SPDX-License-Identifier: GPL-2.0-only
//
// What lvsx and IPVS speak of, as values. Numbers are in host order here; the codec turns them.
#pragma once

#include "address.hh"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace lvsx {

struct ServiceId {
    std::uint16_t family{};   // AF_INET or AF_INET6
    std::uint16_t protocol{}; // IPPROTO_TCP, _UDP or _SCTP; 0 with a mark
    Endpoint vip;             // with a mark: unused
    std::uint32_t fwmark{};   // 0: none

    [[nodiscard]] std::string text() const; // "TCP 192.0.2.1:80", "FWM 5", "FWM 5 IPv6"
    bool operator==(const ServiceId &) const = default;
};

// Whose local addresses: a service's own, or nobody's: the namespace's default pool.
using Pool = std::optional<ServiceId>;

struct Service {
    ServiceId id;
    bool fullnat{};
    std::optional<std::uint32_t> locals{}; // addresses of its own
    std::uint64_t flows{};
    std::uint32_t timeout{}; // seconds that its established flows may idle, 0: as IPVS says
    bool marked{};           // as FullNAT by `--adopt`, `-b`, whatever else may make it that
    bool draining{};         // new connections are refused
};

// An entry of a service's deny or allow list: addresses of clients, or an ipset by its name.
struct Access {
    ServiceId service;
    bool allow{};
    std::optional<Range> clients;
    std::string set; // where there are no addresses

    [[nodiscard]] std::string text() const; // "192.0.2.0-192.0.2.7", "ipset:NAME"
};

struct Local {
    Pool pool;
    Address address;
    std::uint64_t ports_total{};
    std::uint64_t ports_used{};
    std::uint64_t conflicts{};
    std::uint32_t fullest{}; // thousandths of a CPU's ports to one real server, where most are used
    bool gone{};             // no address of this host any more

    // Fewer ports may be left in all than are held, where CPUs or the network card have changed.
    [[nodiscard]] std::uint64_t ports_free() const {
        return ports_total - std::min(ports_used, ports_total);
    }
};

struct Flow {
    std::uint16_t protocol{};
    std::string state;
    std::uint32_t cpu{};
    std::uint32_t left_ms{};
    Endpoint client;
    Endpoint vip;
    Endpoint local;
    Endpoint real;
};

// How a real server is chosen for a new connection: LVSX_HOW_*.
enum class How : std::uint8_t { unknown, nobody, only, turn, asked, unseen };

// What CPUs of this range would choose for it.
struct Pick {
    std::uint32_t cpu_first{};
    std::uint32_t cpu_last{};
    Endpoint real;
    std::string reason{}; // as which lvsx would then drop it; empty: it would not
};

// What a first packet would meet.
struct Prospect {
    std::optional<ServiceId> service{}; // lvsx's; {}: it would be left to stock IPVS
    std::string reason{};               // a counter's name; empty: it would be sent on
    std::optional<How> how{};           // {}: it would not come as far as to be chosen for
    std::string scheduler{};
    std::vector<Pick> picks{};
};

struct Counter {
    std::string name;
    std::string help;
    std::uint64_t value{};
};

struct Setting {
    bool default_on{};        // every masquerading service is FullNAT
    std::string rss_device{}; // by whose hash replies reach their CPU; empty: ports are round-robin
    std::string rss{};        // one sentence on that
    std::string ingress{};    // devices that send known flows on at ingress, a space between
    bool reset{true};         // both ends of a connection that idles out are told
    std::optional<std::uint32_t>
        locals{};          // addresses in the default pool; {}: an older module does not say
    bool draining{};       // new connections of all services are refused
    std::uint64_t flows{}; // of all services
};

// "TCP", "UDP", "SCTP", else the number.
std::string protocol_name(std::uint16_t protocol);

} // namespace lvsx
