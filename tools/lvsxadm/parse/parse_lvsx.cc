// SPDX-License-Identifier: GPL-2.0-only
#include "parse_parts.hh"

#include <fmt/format.h>
#include <linux/lvsx.h>
#include <netinet/in.h>

namespace lvsx::adm {

Status read_idle(Request &into, const std::string &text) {
    const auto seconds = parse_number(text, 0, LVSX_TIMEOUT_MAX, "timeout");
    if (!seconds) {
        return seconds.error();
    }
    into.idle = *seconds;
    return {};
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

} // namespace lvsx::adm
