// SPDX-License-Identifier: GPL-2.0-only
#include "watch.hh"

#include "lvsxadm/text/ipvsadm_order.hh"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace lvsx::adm {
namespace {

constexpr auto home_and_erase = "\033[H\033[J";

using Clock = std::chrono::steady_clock;

// What was seen last, to tell how fast it grew.
struct Seen {
    Counts counts;
    Clock::time_point when;
};

Result<std::string> picture(Session &session, Seen &last) {
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
    const auto now = Clock::now();
    const std::chrono::duration<double> passed = now - last.when;
    text += reasons_part(*counters, last.counts, passed.count());
    for (const auto &one : *counters) {
        last.counts[one.name] = one.value;
    }
    last.when = now;
    return text;
}

// Asked each time: a window can be made larger. {}: it does not say, or there is none.
Size size_of(int terminal) {
    winsize size{};
    if (ioctl(terminal, TIOCGWINSZ, &size) != 0) {
        return {};
    }
    return {size.ws_row, size.ws_col};
}

// How many rows a line takes where long ones go on in the next row.
std::size_t height(const std::string &line, std::size_t columns) {
    return columns == 0 || line.empty() ? 1 : (line.size() - 1) / columns + 1;
}

void show(const std::string &text) {
    if (isatty(STDOUT_FILENO) != 0) {
        fmt::print("{}{}", home_and_erase, fit(text, size_of(STDOUT_FILENO)));
    } else {
        fmt::print("{}\n", text);
    }
}

} // namespace

std::string services_part(const std::vector<IpvsService> &services, const Handled &handled) {
    constexpr auto row = "{:<34} {:<8} {:>10} {:>10} {:>10} {:>12} {:>12} {:>10}{}\n";
    auto text = fmt::format(row, "Service", "Sched", "Conn/s", "In pkt/s", "Out pkt/s", "In B/s",
                            "Out B/s", "Flows", "");
    for (const auto &one : services) {
        const auto *known = handled.find(one.id);
        const auto &rate = one.stats.rate;
        text += fmt::format(row, one.id.text(), one.scheduling.scheduler, rate.connections,
                            rate.in_packets, rate.out_packets, rate.in_bytes, rate.out_bytes,
                            known == nullptr ? "-" : std::to_string(known->flows),
                            handled.no_local(one.id) ? "  no local address" : "");
    }
    return text;
}

std::string reasons_part(const std::vector<Counter> &counters, const Counts &before,
                         double seconds) {
    auto text =
        fmt::format("\n{:<18} {:>14} {:>10}  {}\n", "Reason", "Packets", "Packets/s", "Meaning");
    for (const auto &one : counters) {
        const auto last = before.find(one.name);
        const auto grown =
            last == before.end() || one.value < last->second ? 0 : one.value - last->second;
        const auto rate = grown == 0 ? 0.0 : std::round(static_cast<double>(grown) / seconds);
        if (one.value != 0) {
            text +=
                fmt::format("{:<18} {:>14} {:>10.0f}  {}\n", one.name, one.value, rate, one.help);
        }
    }
    return text;
}

std::string fit(const std::string &text, const Size &terminal) {
    std::vector<std::string> lines;
    std::size_t rows = 1; // the cursor's, behind the last line
    std::istringstream all{text};
    for (std::string line; std::getline(all, line);) {
        rows += height(line, terminal.columns);
        lines.push_back(std::move(line));
    }
    if (terminal.rows == 0 || rows <= terminal.rows) {
        return text;
    }
    std::size_t left_out = 0;
    ++rows; // of the line that says so
    while (!lines.empty() && rows > terminal.rows) {
        rows -= height(lines.back(), terminal.columns);
        lines.pop_back();
        ++left_out;
    }
    std::string shown;
    for (const auto &line : lines) {
        shown += line + '\n';
    }
    return shown + fmt::format("... {} more lines: the terminal has too few rows\n", left_out);
}

Status watch(Session &session, const Request &request) {
    Seen last;
    for (std::uint32_t shown = 0; request.times == 0 || shown < request.times;) {
        const auto text = picture(session, last);
        if (text) {
            show(*text);
            ++shown;
        } else if (text.error().code != EINTR) { // what changed meanwhile is read at the next look
            return text.error();
        }
        if (std::fflush(stdout) != 0) {
            return {}; // nobody reads on: main says so
        }
        if (shown != request.times || request.times == 0) {
            std::this_thread::sleep_for(std::chrono::seconds{request.seconds});
        }
    }
    return {};
}

} // namespace lvsx::adm
