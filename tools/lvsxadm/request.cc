// SPDX-License-Identifier: GPL-2.0-only
#include "request.hh"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <linux/lvsx.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

constexpr std::uint32_t longest_timeout = 86400 * 31;

struct Source {
    const Words &words;
    Lookup lookup;
};

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

// A number behind an option, if it is there.
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

Status read_idle_text(Request &into, const std::string &text) {
    const auto seconds = parse_number(text, 0, LVSX_TIMEOUT_MAX, "timeout");
    if (!seconds) {
        return seconds.error();
    }
    into.idle = *seconds;
    return {};
}

Status read_idle(Request &into, const Source &from) {
    return read_idle_text(into, from.words.argument);
}

Status read_persistence(Scheduling &scheduling, const Words &words, std::uint16_t family) {
    // IPVS's own: all of the address, six minutes.
    scheduling.netmask = family == AF_INET6 ? 128 : std::numeric_limits<std::uint32_t>::max();
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
    return words.has(idle) ? read_idle_text(into, *words.values[idle]) : Status{};
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

Status read_local(Request &into, const Source &from) {
    const auto &words = from.words;
    const auto range = parse_range(*words.values[local]);
    if (!range) {
        return range.error();
    }
    if (range->size() > LVSX_LOCALS_MAX) {
        return usage(fmt::format("'{}' is more than {} addresses, the most that a service or the "
                                 "default pool may have",
                                 *words.values[local], LVSX_LOCALS_MAX));
    }
    if (into.service && into.service->family != range->first.family()) {
        return usage(fmt::format("{} and local address {} are not of the same address family",
                                 into.service->text(), range->first.text()));
    }
    into.local = *range;
    into.device = words.values[device].value_or("");
    into.add_address = words.has(add_address);
    if (into.add_address && into.device.empty()) {
        return usage("--add-address needs -F DEVICE: the device that is to have the address");
    }
    return {};
}

Status read_access(Request &into, const Source &from) {
    const auto &words = from.words;
    auto &entry = into.access;
    entry.service = *into.service;
    entry.allow = words.has(allowed);
    const auto &text = *words.values[entry.allow ? allowed : denied];
    constexpr std::string_view prefix = "ipset:";
    if (text.starts_with(prefix)) {
        entry.set = text.substr(prefix.size());
        if (entry.set.empty() || entry.set.size() > 31) {
            return usage(
                fmt::format("'{}' is no ipset: expected a name of 1 to 31 characters", text));
        }
        return {};
    }
    const auto range = parse_range(text);
    if (!range) {
        return range.error();
    }
    if (range->first.family() != into.service->family) {
        return usage(fmt::format("{} and client address {} are not of the same address family",
                                 into.service->text(), range->first.text()));
    }
    entry.clients = *range;
    return {};
}

Status read_listing(Request &into, const Source &from) {
    const auto &words = from.words;
    auto &listing = into.listing;
    if (words.has(all) && !words.has(counters)) {
        return usage("--all goes with --counters only");
    }
    struct ViewOf {
        Option option;
        View view;
    };
    for (const auto &one : {ViewOf{connection, View::connections}, ViewOf{timeout, View::timeouts},
                            ViewOf{daemon, View::daemons}, ViewOf{flows, View::flows},
                            ViewOf{handled, View::handled}, ViewOf{counters, View::counters}}) {
        listing.view = words.has(one.option) ? one.view : listing.view;
    }
    // The first of these wins, as it does in ipvsadm.
    listing.columns = words.has(stats)             ? Columns::stats
                      : words.has(rate)            ? Columns::rate
                      : words.has(thresholds)      ? Columns::thresholds
                      : words.has(persistent_conn) ? Columns::persistent
                      : words.has(tun_info)        ? Columns::tunnel
                                                   : Columns::plain;
    listing.exact = words.has(exact);
    listing.sorted = !words.has(nosort);
    listing.engine_data = words.has(persistent_conn);
    listing.all = words.has(all);
    return {};
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

Status read_where(Request &into, const Source &from) {
    struct End {
        const std::string &text;
        Endpoint &into;
    };
    for (const auto &one :
         {End{from.words.argument, into.client}, End{from.words.more[0], into.vip}}) {
        const auto end = parse_end(one.text, IPPROTO_TCP, from.lookup);
        if (!end) {
            return end.error();
        }
        if (end->end.port == 0) { // or none given
            return usage(fmt::format("'{}' is no end of a connection: expected ADDRESS:PORT, with "
                                     "a port from 1 to 65535",
                                     one.text));
        }
        one.into = end->end;
    }
    if (into.client.address.family() != into.vip.address.family()) {
        return usage(fmt::format("{} and {} are not of the same address family",
                                 into.client.address.text(), into.vip.address.text()));
    }
    return {};
}

Status read_watch(Request &into, const Source &from) {
    const auto &words = from.words;
    if (!words.argument.empty()) {
        const auto seconds = parse_number(words.argument, 1, 3600, "number of seconds");
        if (!seconds) {
            return seconds.error();
        }
        into.seconds = *seconds;
    }
    return read_number(words, times, 1, 1000000, "number of times", into.times);
}

// A device's name is the kernel's business, but for what no device can be called.
Status read_ingress(Request &into, const Source &from) {
    const auto &name = from.words.argument;
    if (name.empty() || name.size() > 15) {
        return usage(fmt::format("'{}' is no name of a device: expected 1 to 15 characters", name));
    }
    into.device = name;
    return {};
}

Status read_on_off(Request &into, const Source &from) {
    const auto on = parse_on_off(from.words.argument);
    if (!on) {
        return on.error();
    }
    into.on = *on;
    return {};
}

Status read_drain(Request &into, const Source &from) {
    into.seconds = 0;
    return read_number(from.words, patience, 1, longest_timeout, "number of seconds", into.seconds);
}

// What only some commands have.
Status read_rest(Request &into, const Source &from) {
    switch (into.command) {
    case Command::add_service:
    case Command::edit_service:
        return read_scheduling(into, from);
    case Command::add_server:
    case Command::edit_server:
    case Command::delete_server:
        return read_server(into, from);
    case Command::set_timeouts:
        return read_timeouts(into, from);
    case Command::start_daemon:
    case Command::stop_daemon:
        return read_sync(into, from);
    case Command::add_local:
    case Command::delete_local:
        return read_local(into, from);
    case Command::add_denied:
    case Command::delete_denied:
    case Command::add_allowed:
    case Command::delete_allowed:
        return read_access(into, from);
    case Command::set_idle:
        return read_idle(into, from);
    case Command::adopt:
        into.now = from.words.has(take_now);
        return {};
    case Command::list:
        return read_listing(into, from);
    case Command::set_default:
    case Command::set_reset:
        return read_on_off(into, from);
    case Command::ingress_on:
    case Command::ingress_off:
        return read_ingress(into, from);
    case Command::where:
        return read_where(into, from);
    case Command::drain:
        return read_drain(into, from);
    case Command::watch:
        return read_watch(into, from);
    default:
        return {};
    }
}

} // namespace

Result<Request> parse(std::span<const std::string> text, Lookup lookup) {
    const auto words = read_words(text);
    if (!words) {
        return words.error();
    }
    Request into;
    into.command = words->command;
    into.listing.numeric = words->has(numeric);
    into.listing.json = words->has(json);
    into.stock = words->has(stock);
    for (const auto step : {read_service, read_rest}) {
        if (const auto status = step(into, {*words, lookup}); !status) {
            return status.error();
        }
    }
    return into;
}

} // namespace lvsx::adm
