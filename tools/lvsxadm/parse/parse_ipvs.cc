// SPDX-License-Identifier: GPL-2.0-only
#include "parse_parts.hh"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

Status read_persistence(Scheduling &scheduling, const Words &words, std::uint16_t family) {
    scheduling.netmask = whole_netmask(family);
    if (words.has(persistent)) {
        const auto &text = *words.values[persistent];
        const auto seconds =
            parse_number(text.empty() ? "360" : text, 1, longest_timeout, "timeout");
        if (!seconds) {
            return seconds.error();
        }
        scheduling.flags |= IP_VS_SVC_F_PERSISTENT;
        scheduling.timeout = *seconds;
    }
    if (words.has(netmask)) {
        const auto mask = parse_netmask(*words.values[netmask], family);
        if (!mask) {
            return mask.error();
        }
        scheduling.netmask = *mask;
    }
    scheduling.engine = words.values[engine].value_or("");
    if (scheduling.engine.size() >= IP_VS_PENAME_MAXLEN) {
        return usage(fmt::format("'{}' is no persistence engine: expected a name such as sip",
                                 scheduling.engine));
    }
    return {};
}

// What each type of tunnel can be told, and must be.
Status read_tunnel(Tunnel &tunnel, const Words &words, Forward forward) {
    const bool any = std::ranges::any_of(
        std::initializer_list<Option>{tun_type, tun_port, tun_nocsum, tun_csum, tun_remcsum},
        [&](Option one) { return words.has(one); });
    if (!any) {
        return {};
    }
    if (forward != Forward::tunnel) {
        return usage("--tun-type, --tun-port and the like go with -i only");
    }
    const auto &text = words.values[tun_type].value_or("ipip");
    const auto type = parse_encapsulation(text);
    if (!type) {
        return type.error();
    }
    tunnel.type = *type;
    const bool checksum = words.has(tun_nocsum) || words.has(tun_csum) || words.has(tun_remcsum);
    if (tunnel.type == Encapsulation::ipip && checksum) {
        return usage("an ipip tunnel has no checksum: leave --tun-csum and the like out, or give "
                     "--tun-type gue or gre");
    }
    if (tunnel.type == Encapsulation::gre && words.has(tun_remcsum)) {
        return usage("--tun-remcsum goes with --tun-type gue only");
    }
    if (words.has(tun_port) != (tunnel.type == Encapsulation::gue)) {
        return usage(words.has(tun_port) ? "--tun-port goes with --tun-type gue only"
                                         : "--tun-type gue needs --tun-port PORT");
    }
    std::uint32_t port = 0;
    if (auto status = read_number(words, tun_port, 1, 65535, "tunnel port", port); !status) {
        return status;
    }
    tunnel.port = static_cast<std::uint16_t>(port);
    tunnel.flags = words.has(tun_csum)      ? IP_VS_TUNNEL_ENCAP_FLAG_CSUM
                   : words.has(tun_remcsum) ? IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM
                                            : IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM;
    return {};
}

} // namespace

Status read_number(const Words &words, Option option, std::uint32_t least, std::uint32_t most,
                   const char *what, std::uint32_t &into) {
    if (!words.has(option)) {
        return {};
    }
    const auto value = parse_number(*words.values[option], least, most, what);
    if (!value) {
        return value.error();
    }
    into = *value;
    return {};
}

Status read_service(Request &into, const Source &from) {
    const auto &words = from.words;
    if (words.has(ipv6) && !words.has(mark)) {
        return usage("-6 goes with -f MARK only: an address says itself what it is");
    }
    struct Named {
        Option option;
        std::uint16_t protocol;
    };
    for (const auto &one : {Named{tcp, IPPROTO_TCP}, Named{udp, IPPROTO_UDP},
                            Named{sctp, IPPROTO_SCTP}, Named{mark, 0}}) {
        if (!words.has(one.option)) {
            continue;
        }
        const auto &text = *words.values[one.option];
        const auto service = one.option == mark ? parse_mark(text, words.has(ipv6))
                                                : parse_service(text, one.protocol, from.lookup);
        if (!service) {
            return service.error();
        }
        into.service = *service;
    }
    return {};
}

Status read_scheduling(Request &into, const Source &from) {
    const auto &words = from.words;
    auto &scheduling = into.scheduling;
    scheduling.scheduler = words.values[scheduler].value_or("wlc");
    if (scheduling.scheduler.empty()) {
        scheduling.scheduler = "wlc";
    }
    const auto &service = *into.service;
    if (service.fwmark == 0 && service.vip.port == 0 && !words.has(persistent)) {
        return usage(fmt::format("{} has no port: give one, or -p, since only a persistent service "
                                 "can have every port",
                                 service.text()));
    }
    if (words.has(ops)) {
        if (service.fwmark == 0 && service.protocol != IPPROTO_UDP) {
            return usage(fmt::format("-o goes with UDP services and firewall marks only, not with "
                                     "{}",
                                     service.text()));
        }
        scheduling.flags |= IP_VS_SVC_F_ONEPACKET;
    }
    if (words.has(flags)) {
        const auto bits = parse_scheduler_flags(*words.values[flags], scheduling.scheduler);
        if (!bits) {
            return bits.error();
        }
        scheduling.flags |= *bits;
    }
    if (auto status = read_persistence(scheduling, words, service.family); !status) {
        return status;
    }
    // Refused here, as the kernel would cut it short and look for another one.
    if (scheduling.scheduler.size() >= IP_VS_SCHEDNAME_MAXLEN) {
        return Error{Failure::refused, 0,
                     fmt::format("'{}' is no scheduler: expected a name such as rr, wrr, lc or wlc",
                                 scheduling.scheduler)};
    }
    return words.has(idle) ? read_idle(into, *words.values[idle]) : Status{};
}

Status read_server(Request &into, const Source &from) {
    const auto &words = from.words;
    const auto end = parse_real(*words.values[real], *into.service, from.lookup);
    if (!end) {
        return end.error();
    }
    auto &server = into.server;
    server.real = *end;
    into.fullnat = words.has(fullnat);
    server.forward = words.has(fullnat) || words.has(masquerading) ? Forward::masquerading
                     : words.has(ipip)                             ? Forward::tunnel
                                                                   : Forward::route;
    if (into.command == Command::delete_server) {
        return {};
    }
    // Only a tunnel may carry one family to the other.
    if (end->address.family() != into.service->family && server.forward != Forward::tunnel) {
        return usage(fmt::format("{} and real server {} are not of the same address family",
                                 into.service->text(), end->address.text()));
    }
    // Nothing translates the port there, and IPVS wants it said so.
    if (server.forward != Forward::masquerading && into.service->fwmark == 0) {
        server.real.port = into.service->vip.port;
    }
    constexpr auto most = std::numeric_limits<std::int32_t>::max();
    for (auto status : {read_number(words, weight, 0, most, "weight", server.weight),
                        read_number(words, upper, 0, most, "upper threshold", server.upper),
                        read_number(words, lower, 0, most, "lower threshold", server.lower)}) {
        if (!status) {
            return status;
        }
    }
    return read_tunnel(server.tunnel, words, server.forward);
}

Status read_timeouts(Request &into, const Source &from) {
    std::uint32_t *const places[] = {&into.timeouts.tcp, &into.timeouts.tcp_fin,
                                     &into.timeouts.udp};
    for (std::size_t i = 0; i < std::size(places); ++i) {
        const auto seconds = parse_number(from.words.more[i], 0, longest_timeout, "timeout");
        if (!seconds) {
            return seconds.error();
        }
        *places[i] = *seconds;
    }
    return {};
}

Status read_sync(Request &into, const Source &from) {
    const auto &words = from.words;
    auto &sync = into.sync;
    if (words.argument != "master" && words.argument != "backup") {
        return usage(fmt::format("'{}' is no state of the synchronisation daemon: expected master "
                                 "or backup",
                                 words.argument));
    }
    sync.master = words.argument == "master";
    sync.device = words.values[mcast_interface].value_or("eth0"); // ipvsadm's choice
    if (sync.device.size() >= IP_VS_IFNAME_MAXLEN) {
        return usage(
            fmt::format("'{}' is no name of a device: expected 1 to 15 characters", sync.device));
    }
    std::uint32_t length = 0;
    std::uint32_t port = 0;
    std::uint32_t ttl = 0;
    for (auto status : {read_number(words, syncid, 0, 255, "syncid", sync.syncid),
                        read_number(words, sync_maxlen, 1, 65507, "length of a message", length),
                        read_number(words, mcast_port, 1, 65535, "multicast port", port),
                        read_number(words, mcast_ttl, 1, 255, "time to live", ttl)}) {
        if (!status) {
            return status;
        }
    }
    sync.length = static_cast<std::uint16_t>(length);
    sync.port = static_cast<std::uint16_t>(port);
    sync.ttl = static_cast<std::uint8_t>(ttl);
    if (words.has(mcast_group)) {
        const auto group = parse_multicast(*words.values[mcast_group]);
        if (!group) {
            return group.error();
        }
        sync.group = *group;
    }
    return {};
}

} // namespace lvsx::adm
