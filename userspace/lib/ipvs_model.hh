// SPDX-License-Identifier: GPL-2.0-only
//
// What stock IPVS speaks of, as values. Numbers are in host order; the codec turns them.
#pragma once

#include "model.hh"

namespace lvsx {

// How a packet reaches the real server: IPVS's numbers. FullNAT is masquerading to IPVS.
enum class Forward : std::uint32_t { masquerading = 0, local = 1, tunnel = 2, route = 3 };

enum class Encapsulation : std::uint8_t { ipip = 0, gue = 1, gre = 2 };

struct Tunnel {
    Encapsulation type{};
    std::uint16_t port{};  // of gue
    std::uint16_t flags{}; // IP_VS_TUNNEL_ENCAP_FLAG_*

    bool operator==(const Tunnel &) const = default;
};

struct Scheduling {
    std::string scheduler{"wlc"};
    std::uint32_t flags{};   // IP_VS_SVC_F_*
    std::uint32_t timeout{}; // of persistence, seconds
    std::uint32_t netmask{}; // of persistence: IPv4 in network order, IPv6 a prefix length
    std::string engine{};    // of persistence; empty: none
};

struct Destination {
    Endpoint real;
    Forward forward{Forward::route};
    std::uint32_t weight{1};
    std::uint32_t upper{}; // connections, 0: no limit
    std::uint32_t lower{};
    Tunnel tunnel{};
};

// Counted since the last zeroing, or per second.
struct Traffic {
    std::uint64_t connections{};
    std::uint64_t in_packets{};
    std::uint64_t out_packets{};
    std::uint64_t in_bytes{};
    std::uint64_t out_bytes{};
};

struct Stats {
    Traffic total;
    Traffic rate;
};

struct IpvsService {
    ServiceId id;
    Scheduling scheduling;
    Stats stats;
};

struct IpvsServer {
    Destination to;
    std::uint32_t active{};
    std::uint32_t inactive{};
    std::uint32_t persistent{};
    Stats stats;
};

struct IpvsInfo {
    std::uint32_t version{}; // 0xMMmmpp
    std::uint32_t table_size{};
};

// Seconds.
struct Timeouts {
    std::uint32_t tcp{};
    std::uint32_t tcp_fin{};
    std::uint32_t udp{};

    bool operator==(const Timeouts &) const = default;
};

struct SyncDaemon {
    bool master{};
    std::string device{};
    std::uint32_t syncid{};
    std::uint16_t length{};         // of a message at most; 0: IPVS's own choice, as below
    std::optional<Address> group{}; // multicast
    std::uint16_t port{};
    std::uint8_t ttl{};
};

} // namespace lvsx
