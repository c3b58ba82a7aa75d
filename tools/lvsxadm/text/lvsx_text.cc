// SPDX-License-Identifier: GPL-2.0-only
#include "lvsx_text.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lvsx::adm {
namespace {

// "192.0.2.100:65535" and most of what IPv6 sites write; longer ones push their line to the right.
constexpr auto service_line = "{:<28} {:<7} {:>10} {:>7} {}";
constexpr auto local_line = "{:<28} {:<22} {:>12} {:>8} {:>10}";
constexpr auto access_line = "{:<28} {:<5} {}";
constexpr auto flow_line = "{:<3} {:<6} {:<11} {:<21} {:<21} {:<21} {:<21} {}";
constexpr auto counter_line = "{:<16} {:>20}  {}";

constexpr auto default_pool = "default pool";

std::string listed(const std::vector<Range> &ranges, std::string_view none) {
    std::vector<std::string> texts;
    texts.reserve(ranges.size());
    for (const auto &range : ranges) {
        texts.push_back(range.text());
    }
    return texts.empty() ? std::string{none} : fmt::format("{}", fmt::join(texts, ", "));
}

} // namespace

std::string service_head() {
    return fmt::format(service_line, "Service", "FullNAT", "Flows", "Timeout", "Local addresses");
}

std::string service_row(const Service &service, const std::vector<Range> &locals, bool no_local) {
    return fmt::format(service_line, service.id.text(),
                       service.draining  ? "drains"
                       : service.fullnat ? "yes"
                                         : "no",
                       service.flows, service.timeout == 0 ? "-" : std::to_string(service.timeout),
                       listed(locals, no_local          ? "none: new connections are dropped"
                                      : service.fullnat ? default_pool
                                                        : "-"));
}

std::string default_pool_row(const Setting &setting, const std::vector<Range> &locals) {
    return fmt::format(service_line, "all others", setting.default_on ? "yes" : "no", "-", "-",
                       fmt::format("{}: {}", default_pool, listed(locals, "empty")));
}

std::string setting_rows(const Setting &setting) {
    auto lines = fmt::format("({})", setting.rss);
    if (!setting.ingress.empty()) {
        lines += fmt::format("\n(known flows are sent on at ingress of {})", setting.ingress);
    }
    if (setting.draining) {
        lines += "\n(every service drains: new connections are refused)";
    }
    if (!setting.reset) {
        lines += "\n(ends of connections that idle out are not told)";
    }
    return lines;
}

std::string local_head() {
    return fmt::format(local_line, "Service", "Local address", "Conns", "Fullest", "Conflicts");
}

std::string local_row(const Local &local) {
    return fmt::format(local_line, local.pool ? local.pool->text() : default_pool,
                       local.address.text(), local.ports_used,
                       fmt::format("{:.1f}%", local.fullest / 10.0), local.conflicts) +
           (local.gone ? "  (not an address of this host: no answers come)" : "");
}

std::string access_head() {
    return fmt::format(access_line, "Service", "List", "Clients");
}

std::string access_row(const Access &entry) {
    return fmt::format(access_line, entry.service.text(), entry.allow ? "allow" : "deny",
                       entry.text());
}

std::string flow_head() {
    return fmt::format(flow_line, "pro", "expire", "state", "client", "vip", "local", "real",
                       "cpu");
}

std::string flow_row(const Flow &flow) {
    const auto seconds = flow.left_ms / 1000;
    return fmt::format(flow_line, protocol_name(flow.protocol),
                       fmt::format("{:02}:{:02}", seconds / 60, seconds % 60), flow.state,
                       flow.client.text(), flow.vip.text(), flow.local.text(), flow.real.text(),
                       flow.cpu);
}

std::string counter_head() {
    return fmt::format(counter_line, "Reason", "Packets", "Meaning");
}

std::string counter_row(const Counter &counter) {
    return fmt::format(counter_line, counter.name, counter.value, counter.help);
}

} // namespace lvsx::adm
