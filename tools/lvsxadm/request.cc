// SPDX-License-Identifier: GPL-2.0-only
#include "request.hh"

#include "options.hh"
#include "values.hh"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <linux/lvsx.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

// At most one of these; how many there are.
Result<int> at_most_one(const Words &words, std::initializer_list<Option> choices,
                        std::string_view sentence) {
    const auto count = std::ranges::count_if(choices, [&](Option one) { return words.has(one); });
    if (count > 1) {
        return usage(std::string{sentence});
    }
    return static_cast<int>(count);
}

Status read_service(Request &into, const Words &words) {
    const auto count =
        at_most_one(words, {tcp, udp, mark}, "more than one of -t, -u and -f: name one service");
    if (!count) {
        return count.error();
    }
    if (words.has(ipv6) && !words.has(mark)) {
        return usage("-6 goes with -f MARK only: an address says itself what it is");
    }
    // What is about services alone must name one; the other commands have a meaning without.
    constexpr std::string_view must = "AEDaed-";
    const auto letter = static_cast<char>(words.command);
    if (*count == 0) {
        return must.find(letter) == std::string_view::npos
                   ? Status{}
                   : usage(fmt::format(
                         "{} needs a service: -t ADDRESS:PORT, -u ADDRESS:PORT or -f MARK",
                         words.name));
    }
    auto service = words.has(mark)  ? parse_mark(*words.values[mark], words.has(ipv6))
                   : words.has(tcp) ? parse_service(*words.values[tcp], IPPROTO_TCP)
                                    : parse_service(*words.values[udp], IPPROTO_UDP);
    if (!service) {
        return service.error();
    }
    into.service = *service;
    return {};
}

Status read_scheduling(Request &into, const Words &words) {
    auto &scheduling = into.scheduling;
    scheduling.scheduler = words.values[scheduler].value_or("wlc");
    if (scheduling.scheduler.empty() || scheduling.scheduler.size() >= IP_VS_SCHEDNAME_MAXLEN) {
        return usage(fmt::format("'{}' is no scheduler: expected a name such as rr, wrr, lc or wlc",
                                 scheduling.scheduler));
    }
    const auto &service = *into.service;
    if (service.fwmark == 0 && service.vip.port == 0 && !words.has(persistent)) {
        return usage(fmt::format("{} has no port: give one, or -p, since only a persistent service "
                                 "can have every port",
                                 service.text()));
    }
    // IPVS's own: all of the address, six minutes.
    scheduling.netmask =
        service.family == AF_INET6 ? 128 : std::numeric_limits<std::uint32_t>::max();
    if (words.has(flags)) {
        const auto bits = parse_scheduler_flags(*words.values[flags]);
        if (!bits) {
            return bits.error();
        }
        scheduling.flags |= *bits;
    }
    if (words.has(persistent)) {
        const auto &text = *words.values[persistent];
        const auto seconds = parse_number(text.empty() ? "360" : text, 1, 86400 * 31, "timeout");
        if (!seconds) {
            return seconds.error();
        }
        scheduling.flags |= IP_VS_SVC_F_PERSISTENT;
        scheduling.timeout = *seconds;
    }
    if (words.has(netmask)) {
        const auto mask = parse_netmask(*words.values[netmask], service.family);
        if (!mask) {
            return mask.error();
        }
        scheduling.netmask = *mask;
    }
    return {};
}

Status read_server(Request &into, const Words &words) {
    const auto count =
        at_most_one(words, {fullnat, masquerading, gatewaying, ipip},
                    "more than one of -b, -m, -g and -i: a real server is reached in one way");
    if (!count) {
        return count.error();
    }
    const auto end = parse_real(*words.values[real], *into.service);
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
    struct Limit {
        Option option;
        std::uint32_t &into;
        const char *what;
    };
    for (const auto &limit :
         {Limit{weight, server.weight, "weight"}, Limit{upper, server.upper, "upper threshold"},
          Limit{lower, server.lower, "lower threshold"}}) {
        if (!words.has(limit.option)) {
            continue;
        }
        const auto value = parse_number(*words.values[limit.option], 0,
                                        std::numeric_limits<std::int32_t>::max(), limit.what);
        if (!value) {
            return value.error();
        }
        limit.into = *value;
    }
    return {};
}

Status read_local(Request &into, const Words &words) {
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
    return {};
}

Status read_view(Request &into, const Words &words) {
    const auto count =
        at_most_one(words, {connection, counters}, "-c and --counters are two lists: ask for one");
    if (!count) {
        return count.error();
    }
    if (words.has(all) && !words.has(counters)) {
        return usage("--all goes with --counters only");
    }
    if (words.has(counters) && into.service) {
        return usage("--counters are of the whole network namespace: leave the service out");
    }
    into.view = words.has(connection) ? View::connections
                : words.has(counters) ? View::counters
                                      : View::services;
    into.all = words.has(all);
    return {};
}

Status read_default(Request &into, const Words &words) {
    const auto on = parse_on_off(words.argument);
    if (!on) {
        return on.error();
    }
    into.default_on = *on;
    return {};
}

// A device's name is the kernel's business, but for what no device can be called.
Status read_ingress(Request &into, const Words &words) {
    if (words.argument.empty() || words.argument.size() > 15) {
        return usage(fmt::format("'{}' is no name of a device: expected 1 to 15 characters",
                                 words.argument));
    }
    into.device = words.argument;
    return {};
}

// What only some commands have.
Status read_rest(Request &into, const Words &words) {
    switch (into.command) {
    case Command::add_service:
    case Command::edit_service:
        return read_scheduling(into, words);
    case Command::add_server:
    case Command::edit_server:
    case Command::delete_server:
        return read_server(into, words);
    case Command::add_local:
    case Command::delete_local:
        return read_local(into, words);
    case Command::list:
        return read_view(into, words);
    case Command::set_default:
        return read_default(into, words);
    case Command::ingress_on:
    case Command::ingress_off:
        return read_ingress(into, words);
    default:
        return {};
    }
}

} // namespace

Result<Request> parse(std::span<const std::string> text) {
    const auto words = read_words(text);
    if (!words) {
        return words.error();
    }
    Request into;
    into.command = words->command;
    into.json = words->has(json);
    for (const auto step : {read_service, read_rest}) {
        if (const auto status = step(into, *words); !status) {
            return status.error();
        }
    }
    return into;
}

} // namespace lvsx::adm
