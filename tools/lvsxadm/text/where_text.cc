// SPDX-License-Identifier: GPL-2.0-only
#include "where_text.hh"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lvsx::adm {
namespace {

// Of a connection that may come.
std::string locals_line(const Where &answer) {
    const bool may_come =
        answer.real || std::ranges::any_of(answer.candidates, [](const Candidate &one) {
            return one.obstacle.empty();
        });
    if (is_known(answer) || !answer.by_fullnat || answer.locals.empty() || !may_come) {
        return "";
    }
    std::vector<std::string> ranges;
    for (const auto &range : answer.locals) {
        ranges.push_back(range.text());
    }
    return fmt::format("  would come from {} ({}), on the CPU that its first packet arrives on\n",
                       fmt::join(ranges, ", "),
                       answer.own_locals ? "the service's local addresses" : "the default pool");
}

std::string picks_text(const std::vector<Pick> &picks) {
    std::vector<std::string> texts;
    texts.reserve(picks.size());
    for (const auto &one : picks) {
        texts.push_back(
            fmt::format("{} on CPU {}{}{}", one.real.text(), one.cpu_first,
                        one.cpu_last == one.cpu_first ? "" : fmt::format("-{}", one.cpu_last),
                        one.reason.empty() ? "" : " (lvsx drops it)"));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string candidate_line(const Candidate &one) {
    const auto &server = one.server;
    return fmt::format("  -> {:<28} weight {}, {} active, {} inactive: {}{}\n",
                       server.to.real.text(), server.to.weight, server.active, server.inactive,
                       one.obstacle.empty() ? "can be chosen" : one.obstacle,
                       one.caution.empty() ? "" : ", " + one.caution);
}

} // namespace

std::string where_text(const Where &answer, const Endpoint &client) {
    auto text = fmt::format("{} for {}\n", answer.service.id.text(), client.text());
    if (answer.real) {
        text += fmt::format(
            "  {} {}{}{}\n", is_known(answer) ? "has" : "would get", answer.real->text(),
            answer.by_fullnat ? " by FullNAT" : "",
            answer.local ? fmt::format(", from {}, on CPU {}", answer.local->text(), answer.cpu)
                         : "");
    } else if (!answer.picks.empty()) {
        text += fmt::format("  would get {}{}\n", picks_text(answer.picks),
                            answer.by_fullnat ? ", by FullNAT" : "");
    } else {
        text += "  no real server to tell\n";
    }
    text += fmt::format("  {}\n{}", answer.why, locals_line(answer));
    for (const auto &one : answer.candidates) {
        text += candidate_line(one);
    }
    return text;
}

} // namespace lvsx::adm
