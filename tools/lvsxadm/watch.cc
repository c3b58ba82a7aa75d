// SPDX-License-Identifier: GPL-2.0-only
#include "watch.hh"

#include "listing.hh"

#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

namespace lvsx::adm {
namespace {

constexpr auto home_and_erase = "\033[H\033[J";

using Counts = std::map<std::string, std::uint64_t>;

std::string services_part(const std::vector<IpvsService> &services, const Handled &handled) {
    constexpr auto row = "{:<34} {:<8} {:>10} {:>10} {:>10} {:>12} {:>12} {:>10}\n";
    auto text = fmt::format(row, "Service", "Sched", "Conn/s", "In pkt/s", "Out pkt/s", "In B/s",
                            "Out B/s", "Flows");
    for (const auto &one : services) {
        const auto *known = handled.find(one.id);
        const auto &rate = one.stats.rate;
        text += fmt::format(row, one.id.text(), one.scheduling.scheduler, rate.connections,
                            rate.in_packets, rate.out_packets, rate.in_bytes, rate.out_bytes,
                            known == nullptr ? "-" : std::to_string(known->flows));
    }
    return text;
}

// Reasons that grew since the last look, or all that were ever met on the first.
std::string reasons_part(const std::vector<Counter> &counters, Counts &before, bool first,
                         std::uint32_t seconds) {
    auto text =
        fmt::format("\n{:<18} {:>14} {:>10}  {}\n", "Reason", "Packets", "Packets/s", "Meaning");
    for (const auto &one : counters) {
        auto &last = before[one.name];
        const auto grown = first || one.value < last ? 0 : one.value - last;
        last = one.value;
        if (one.value != 0) {
            text += fmt::format("{:<18} {:>14} {:>10}  {}\n", one.name, one.value, grown / seconds,
                                one.help);
        }
    }
    return text;
}

Result<std::string> picture(Session &session, Counts &before, bool first, std::uint32_t seconds) {
    const auto ipvs = session.ipvs();
    if (!ipvs) {
        return ipvs.error();
    }
    auto services = (*ipvs)->services();
    if (!services) {
        return services.error();
    }
    sort_services(*services);
    const auto handled = read_handled(session);
    if (!handled) {
        return handled.error();
    }
    auto text = services_part(*services, *handled);
    if (!handled->loaded) {
        return text + "\nThe lvsx module is not loaded: no flows, no reasons.\n";
    }
    const auto counters = (*session.lvsx())->counters();
    if (!counters) {
        return counters.error();
    }
    return text + reasons_part(*counters, before, first, seconds);
}

} // namespace

Status watch(Session &session, const Request &request) {
    const bool terminal = isatty(STDOUT_FILENO) != 0;
    Counts before;
    for (std::uint32_t look = 0; request.times == 0 || look < request.times; ++look) {
        if (look != 0) {
            std::this_thread::sleep_for(std::chrono::seconds{request.seconds});
        }
        const auto text = picture(session, before, look == 0, request.seconds);
        if (!text) {
            return text.error();
        }
        fmt::print("{}{}{}", terminal ? home_and_erase : "", *text, terminal ? "" : "\n");
        if (std::fflush(stdout) != 0) {
            return {}; // nobody reads on: main says so
        }
    }
    return {};
}

} // namespace lvsx::adm
