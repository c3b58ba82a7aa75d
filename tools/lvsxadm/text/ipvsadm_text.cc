// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm_text.hh"

#include "lvsxadm/parse/values.hh"

#include <algorithm>
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

const char *checksum_mark(const Tunnel &tunnel) {
    return (tunnel.flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM) != 0      ? "+c"
           : (tunnel.flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM) != 0 ? "r+c"
                                                                   : "-c";
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
        if (scheduling.netmask != whole_netmask(service.id.family)) {
            text += fmt::format(" mask {}", netmask_text(scheduling.netmask, service.id.family));
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

} // namespace lvsx::adm
