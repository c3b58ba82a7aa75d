// SPDX-License-Identifier: GPL-2.0-only
#include "listing.hh"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <limits>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

// Names of IPv4 hosts are cut where the next column begins; IPv6 ones push it to the right.
constexpr std::size_t service_width = 33;
constexpr std::size_t server_width = 28;

std::string cut(std::string text, std::size_t width, std::uint16_t family) {
    if (family != AF_INET6 && text.size() > width) {
        text.resize(width);
    }
    return text;
}

const char *protocol_option(std::uint16_t protocol) {
    return protocol == IPPROTO_UDP ? "-u" : protocol == IPPROTO_SCTP ? "--sctp-service" : "-t";
}

std::string service_name(const ServiceId &service, Names &names) {
    if (service.fwmark != 0) {
        // Large marks are negative there, and so here.
        return fmt::format("FWM  {}{}", static_cast<std::int32_t>(service.fwmark),
                           service.family == AF_INET6 ? " IPv6" : "");
    }
    return fmt::format("{:<4} {}", protocol_name(service.protocol),
                       names.end(service.vip, service.protocol));
}

// At most nine characters while it can be: thousands, millions and so on.
std::string amount(std::uint64_t value, bool exact) {
    if (exact) {
        return fmt::format("{:>9}", value < 100000000 ? fmt::format("{}", value)
                                                      : fmt::format(" {}", value));
    }
    struct Step {
        std::uint64_t below;
        std::uint64_t unit;
        char letter;
    };
    constexpr Step steps[] = {{1000000000ULL, 1000ULL, 'K'},
                              {100000000000ULL, 1000000ULL, 'M'},
                              {100000000000000ULL, 1000000000ULL, 'G'},
                              {std::numeric_limits<std::uint64_t>::max(), 1000000000000ULL, 'T'}};
    if (value < 100000000) {
        return fmt::format("{:>9}", value);
    }
    const auto *step = std::ranges::find_if(steps, [&](const Step &one) {
        return value < one.below || one.below == std::numeric_limits<std::uint64_t>::max();
    });
    return fmt::format("{:>8}{}", value / step->unit, step->letter);
}

std::string amounts(const Stats &stats, const Listing &how) {
    const auto &traffic = how.columns == Columns::stats ? stats.total : stats.rate;
    std::string text;
    for (const auto value : {traffic.connections, traffic.in_packets, traffic.out_packets,
                             traffic.in_bytes, traffic.out_bytes}) {
        text += amount(value, how.exact);
    }
    return text;
}

std::string mask_text(const ServiceId &service, std::uint32_t mask) {
    if (service.family == AF_INET6) {
        return std::to_string(mask);
    }
    return Address::from_bytes(std::as_bytes(std::span{&mask, 1}))->text();
}

bool masked(const ServiceId &service, std::uint32_t mask) {
    return mask != (service.family == AF_INET6 ? 128 : std::numeric_limits<std::uint32_t>::max());
}

const char *encapsulation_text(Encapsulation type) {
    return type == Encapsulation::gue ? "gue" : type == Encapsulation::gre ? "gre" : "ipip";
}

const char *checksum_mark(const Tunnel &tunnel) {
    return (tunnel.flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM) != 0      ? "+c"
           : (tunnel.flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM) != 0 ? "r+c"
                                                                   : "-c";
}

const char *checksum_option(const Tunnel &tunnel) {
    return (tunnel.flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM) != 0      ? "--tun-csum"
           : (tunnel.flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM) != 0 ? "--tun-remcsum"
                                                                   : "--tun-nocsum";
}

std::string tunnel_text(const Destination &to) {
    if (to.forward != Forward::tunnel) {
        return "n/a";
    }
    switch (to.tunnel.type) {
    case Encapsulation::gue:
        return fmt::format("gue:{}:{}", to.tunnel.port, checksum_mark(to.tunnel));
    case Encapsulation::gre:
        return fmt::format("gre:{}", checksum_mark(to.tunnel));
    default:
        return "ipip";
    }
}

const char *forward_text(Forward forward, bool fullnat) {
    switch (forward) {
    case Forward::masquerading:
        return fullnat ? "FullNat" : "Masq";
    case Forward::local:
        return "Local";
    case Forward::tunnel:
        return "Tunnel";
    default:
        return "Route";
    }
}

// The difference as ipvsadm takes it: it wraps around, so that addresses that are far apart sort
// in a way of their own.
int wrapped(std::uint32_t left, std::uint32_t right) {
    return static_cast<int>(left - right);
}

int compare(const Address &left, const Address &right) {
    for (std::size_t at = 0; at < left.bytes().size(); at += sizeof(std::uint32_t)) {
        std::uint32_t a{};
        std::uint32_t b{};
        memcpy(&a, left.bytes().data() + at, sizeof(a));
        memcpy(&b, right.bytes().data() + at, sizeof(b));
        if (const int by = wrapped(ntohl(a), ntohl(b)); by != 0) {
            return by;
        }
    }
    return 0;
}

int compare_services(const void *left, const void *right) {
    const auto &a = (*static_cast<const IpvsService *const *>(left))->id;
    const auto &b = (*static_cast<const IpvsService *const *>(right))->id;
    if (const int by = wrapped(a.fwmark, b.fwmark); by != 0) {
        return by;
    }
    if (const int by = int{a.family} - int{b.family}; by != 0) {
        return by;
    }
    if (const int by = int{a.protocol} - int{b.protocol}; by != 0) {
        return by;
    }
    const int by = a.fwmark != 0 ? 0 : compare(a.vip.address, b.vip.address);
    return by != 0 ? by : int{a.vip.port} - int{b.vip.port};
}

int compare_servers(const void *left, const void *right) {
    const auto &a = (*static_cast<const IpvsServer *const *>(left))->to.real;
    const auto &b = (*static_cast<const IpvsServer *const *>(right))->to.real;
    if (const int by = int{a.address.family()} - int{b.address.family()}; by != 0) {
        return by;
    }
    const int by = compare(a.address, b.address);
    return by != 0 ? by : int{a.port} - int{b.port};
}

// By the C library's qsort, as ipvsadm: with an order such as this one, who sorts matters.
template <typename T>
void sort_as_ipvsadm(std::vector<T> &all, int (*order)(const void *, const void *)) {
    std::vector<T *> places;
    places.reserve(all.size());
    for (auto &one : all) {
        places.push_back(&one);
    }
    std::qsort(places.data(), places.size(), sizeof(T *), order);
    std::vector<T> sorted;
    sorted.reserve(all.size());
    for (auto *one : places) {
        sorted.push_back(std::move(*one));
    }
    all = std::move(sorted);
}

} // namespace

std::string version_line(const IpvsInfo &info) {
    return fmt::format("IP Virtual Server version {}.{}.{} (size={})\n", info.version >> 16 & 0xff,
                       info.version >> 8 & 0xff, info.version & 0xff, info.table_size);
}

std::string services_head(Columns columns) {
    constexpr auto local = "Prot LocalAddress:Port";
    constexpr auto remote = "  -> RemoteAddress:Port\n";
    constexpr auto five = "{:<33} {:>8} {:>8} {:>8} {:>8} {:>8}\n";
    switch (columns) {
    case Columns::stats:
        return fmt::format(five, local, "Conns", "InPkts", "OutPkts", "InBytes", "OutBytes") +
               remote;
    case Columns::rate:
        return fmt::format(five, local, "CPS", "InPPS", "OutPPS", "InBPS", "OutBPS") + remote;
    case Columns::thresholds:
        return fmt::format("{:<33} {:<10} {:<10} {:<10} {:<10}\n", local, "Uthreshold",
                           "Lthreshold", "ActiveConn", "InActConn") +
               remote;
    case Columns::persistent:
        return fmt::format("{:<33} {:<9} {:<11} {:<10} {:<10}\n", local, "Weight", "PersistConn",
                           "ActiveConn", "InActConn") +
               remote;
    case Columns::tunnel:
        return fmt::format("{} Scheduler Flags\n  -> {:<28} Forward TunnelInfo    Weight "
                           "ActiveConn InActConn\n",
                           local, "RemoteAddress:Port");
    default:
        return fmt::format("{} Scheduler Flags\n  -> {:<28} Forward Weight ActiveConn InActConn\n",
                           local, "RemoteAddress:Port");
    }
}

std::string service_line(const IpvsService &service, const Listing &how, Names &names) {
    const auto name = cut(service_name(service.id, names), service_width, service.id.family);
    if (how.columns == Columns::stats || how.columns == Columns::rate) {
        return fmt::format("{:<33}{}\n", name, amounts(service.stats, how));
    }
    const auto &scheduling = service.scheduling;
    auto text = fmt::format("{} {}", name, scheduling.scheduler);
    if (const auto flags = scheduler_flags_text(scheduling.flags, scheduling.scheduler);
        !flags.empty()) {
        text += fmt::format(" ({})", flags);
    }
    if ((scheduling.flags & IP_VS_SVC_F_PERSISTENT) != 0) {
        text += fmt::format(" persistent {}", scheduling.timeout);
        if (masked(service.id, scheduling.netmask)) {
            text += fmt::format(" mask {}", mask_text(service.id, scheduling.netmask));
        }
        if (!scheduling.engine.empty()) {
            text += fmt::format(" pe {}", scheduling.engine);
        }
    }
    if ((scheduling.flags & IP_VS_SVC_F_ONEPACKET) != 0) {
        text += " ops";
    }
    return text + "\n";
}

std::string server_line(const ServiceId &service, const IpvsServer &server, bool fullnat,
                        const Listing &how, Names &names) {
    const auto &to = server.to;
    const auto name = fmt::format(
        "  -> {:<28}",
        cut(names.end(to.real, service.fwmark != 0 ? std::uint16_t{IPPROTO_TCP} : service.protocol),
            server_width, service.family));
    switch (how.columns) {
    case Columns::stats:
    case Columns::rate:
        return fmt::format("{}{}\n", name, amounts(server.stats, how));
    case Columns::thresholds:
        return fmt::format("{} {:<10} {:<10} {:<10} {:<10}\n", name, to.upper, to.lower,
                           server.active, server.inactive);
    case Columns::persistent:
        return fmt::format("{} {:<9} {:<11} {:<10} {:<10}\n", name, to.weight, server.persistent,
                           server.active, server.inactive);
    case Columns::tunnel:
        return fmt::format("{} {:<7} {:<13} {:<6} {:<10} {:<10}\n", name,
                           forward_text(to.forward, fullnat), tunnel_text(to), to.weight,
                           server.active, server.inactive);
    default:
        return fmt::format("{} {:<7} {:<6} {:<10} {:<10}\n", name,
                           forward_text(to.forward, fullnat), to.weight, server.active,
                           server.inactive);
    }
}

std::string timeouts_line(const Timeouts &timeouts) {
    return fmt::format("Timeout (tcp tcpfin udp): {} {} {}\n", timeouts.tcp, timeouts.tcp_fin,
                       timeouts.udp);
}

std::string daemon_line(const SyncDaemon &daemon) {
    auto text = fmt::format("{} sync daemon (mcast={}, syncid={}",
                            daemon.master ? "master" : "backup", daemon.device, daemon.syncid);
    if (daemon.length != 0) {
        text += fmt::format(", maxlen={}", daemon.length);
    }
    if (daemon.group) {
        text += fmt::format(", group={}", daemon.group->text());
    }
    if (daemon.port != 0) {
        text += fmt::format(", port={}", daemon.port);
    }
    if (daemon.ttl != 0) {
        text += fmt::format(", ttl={}", daemon.ttl);
    }
    return text + ")\n";
}

std::string service_words(const ServiceId &service, Names &names) {
    if (service.fwmark != 0) {
        return fmt::format("-f {}{}", service.fwmark, service.family == AF_INET6 ? " -6" : "");
    }
    return fmt::format("{} {}", protocol_option(service.protocol),
                       names.end(service.vip, service.protocol));
}

std::string service_rule(const IpvsService &service, Names &names) {
    const auto &scheduling = service.scheduling;
    auto text = fmt::format("-A {} -s {}", service_words(service.id, names), scheduling.scheduler);
    if ((scheduling.flags & IP_VS_SVC_F_PERSISTENT) != 0) {
        text += fmt::format(" -p {}", scheduling.timeout);
        if (masked(service.id, scheduling.netmask)) {
            text += fmt::format(" -M {}", mask_text(service.id, scheduling.netmask));
        }
    }
    if (!scheduling.engine.empty()) {
        text += fmt::format(" --pe {}", scheduling.engine);
    }
    if ((scheduling.flags & IP_VS_SVC_F_ONEPACKET) != 0) {
        text += " -o";
    }
    if (const auto flags = scheduler_flags_text(scheduling.flags, scheduling.scheduler);
        !flags.empty()) {
        text += fmt::format(" -b {}", flags);
    }
    return text + "\n";
}

std::string server_rule(const ServiceId &service, const IpvsServer &server, bool limits,
                        Names &names) {
    const auto &to = server.to;
    const char *forward = to.forward == Forward::masquerading ? "-m"
                          : to.forward == Forward::tunnel     ? "-i"
                                                              : "-g";
    auto text = fmt::format(
        "-a {} -r {} {} -w {}", service_words(service, names),
        names.end(to.real, service.fwmark != 0 ? std::uint16_t{IPPROTO_TCP} : service.protocol),
        forward, to.weight);
    if (limits && to.upper != 0) {
        text += fmt::format(" -x {}", to.upper);
    }
    if (limits && to.lower != 0) {
        text += fmt::format(" -y {}", to.lower);
    }
    if (to.forward == Forward::tunnel) {
        text += fmt::format(" --tun-type {}", encapsulation_text(to.tunnel.type));
        if (to.tunnel.type == Encapsulation::gue) {
            text += fmt::format(" --tun-port {}", to.tunnel.port);
        }
        if (to.tunnel.type != Encapsulation::ipip) {
            text += fmt::format(" {}", checksum_option(to.tunnel));
        }
    }
    return text + "\n";
}

void sort_services(std::vector<IpvsService> &services) {
    sort_as_ipvsadm(services, compare_services);
}

void sort_servers(std::vector<IpvsServer> &servers) {
    sort_as_ipvsadm(servers, compare_servers);
}

} // namespace lvsx::adm
