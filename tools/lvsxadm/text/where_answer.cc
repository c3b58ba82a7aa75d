// SPDX-License-Identifier: GPL-2.0-only
#include "where_answer.hh"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lvsx::adm {
namespace {

bool is_one_of(const std::string &name, std::initializer_list<const char *> all) {
    return std::ranges::find(all, name) != all.end();
}

std::string obstacle_of(const IpvsServer &server) {
    const auto &to = server.to;
    if (to.weight == 0) {
        return "its weight is 0";
    }
    if (to.upper != 0 && server.active + server.inactive >= to.upper) {
        return fmt::format("it is at its upper threshold, {} connections", to.upper);
    }
    return "";
}

// An overload begins at the upper threshold and ends below the lower one, which is three quarters
// where none is set. In between IPVS knows whether there is one, and does not show it.
bool may_be_overloaded(const IpvsServer &server) {
    const auto &to = server.to;
    const auto lower = to.lower != 0 ? to.lower : to.upper - to.upper / 4;
    return to.upper != 0 && server.active + server.inactive >= lower;
}

bool masquerades(const Candidate &one) {
    return one.server.to.forward == Forward::masquerading;
}

void refuse(Where &answer, std::string why) {
    answer.found = Found::nothing;
    answer.real.reset();
    answer.why = std::move(why);
    answer.locals.clear();
    answer.picks.clear();
}

// It is chosen, and lvsx drops what goes there.
void refuse_chosen(Where &answer, const Endpoint &real, const std::string &why, const char *but) {
    refuse(answer, fmt::format("{} is chosen ({}), but {}", real.text(), why, but));
}

// The entry of the deny list that has the client. Which of several ipsets has it is not known here.
std::string denying(const Address &client, const std::vector<Access> &access) {
    std::vector<std::string> sets;
    for (const auto &entry : access) {
        if (entry.allow) {
            continue;
        }
        if (!entry.clients) {
            sets.push_back(entry.text());
        } else if (entry.clients->first <= client && client <= entry.clients->last) {
            return entry.clients->text();
        }
    }
    return fmt::format("{}", fmt::join(sets, " or "));
}

// Why it does not come as far as to a scheduler.
std::string refusal(const std::string &reason, const Address &client,
                    const std::vector<Access> &access) {
    if (reason == "denied") {
        return fmt::format("the client is on the deny list ({})", denying(client, access));
    }
    if (reason == "not_allowed") {
        return "the client is not on the allow list";
    }
    if (reason == "draining") {
        return "the service drains: new connections are refused";
    }
    if (reason == "no_local") {
        return "no local address: the service has none of its own, and the default pool is empty";
    }
    return fmt::format("lvsx counts it as {}", reason);
}

std::string hidden(const std::string &scheduler) {
    return is_one_of(scheduler, {"rr", "wrr"})
               ? "takes turns, and the kernel does not show whose turn it is"
           : is_one_of(scheduler, {"lblc", "lblcr"})
               ? "decides by a table that the kernel does not show"
           : scheduler == "twos" ? "draws lots"
                                 : "cannot be asked without taking what it says";
}

std::string chosen(const std::string &scheduler, bool same) {
    return is_one_of(scheduler, {"rr", "wrr"})
               ? same ? "takes turns, and it is this one's" : "takes turns, on each CPU its own"
           : is_one_of(scheduler, {"lc", "wlc", "sed", "nq"}) ? "finds it the least busy"
           : is_one_of(scheduler, {"fo", "ovf"})              ? "takes the largest weight"
                                                              : "chooses it for this client";
}

std::string nobody(const std::string &scheduler) {
    if (scheduler == "ovf") {
        return "every real server has more connections than its weight";
    }
    return is_one_of(scheduler, {"sh", "dh", "mh"})
               ? fmt::format("the scheduler {} has a real server for this client that cannot be "
                             "chosen, and gives it no other",
                             scheduler)
               : fmt::format("the scheduler {} finds none", scheduler);
}

constexpr auto none_able = "no real server can be chosen";
constexpr auto only_one = "no other real server can be chosen";

std::string why_so(const Prospect &prospect, bool same) {
    const auto &name = prospect.scheduler;
    switch (*prospect.how) {
    case How::nobody:
        return none_able;
    case How::only:
        return only_one;
    case How::unknown:
        return fmt::format("the scheduler {} {}", name, hidden(name));
    case How::unseen:
        return "IPVS does not show lvsx a service without masquerading real servers";
    default:
        return prospect.picks.empty()
                   ? nobody(name)
                   : fmt::format("the scheduler {} {}", name, chosen(name, same));
    }
}

constexpr auto drops = "FullNAT takes masquerading real servers only: lvsx drops it";

// IPVS's scheduler does not look at how a real server is reached; lvsx does, once it is chosen.
void caution_of_forwarding(Where &answer) {
    for (auto &one : answer.candidates) {
        if (!masquerades(one) && one.obstacle.empty()) {
            one.caution += fmt::format("{}but {}", one.caution.empty() ? "" : ", ", drops);
        }
    }
}

// The one that persistence remembers must masquerade, too.
bool remembers_one_that_is_dropped(const Where &answer) {
    return answer.found == Found::persistence &&
           std::ranges::any_of(answer.candidates, [&](const Candidate &one) {
               return one.server.to.real == answer.real && !masquerades(one);
           });
}

} // namespace

bool is_known(const Where &answer) {
    return answer.found == Found::flow || answer.found == Found::connection;
}

Candidate candidate(const IpvsServer &server) {
    Candidate one{server, obstacle_of(server)};
    if (one.obstacle.empty() && may_be_overloaded(server)) {
        one.caution = "unless its overload has not ended yet";
    }
    return one;
}

void settle_unasked(Where &answer, const std::string &why) {
    const auto &all = answer.candidates;
    if (answer.found != Found::nothing) {
        return;
    }
    if (std::ranges::none_of(all, [](const Candidate &one) { return one.obstacle.empty(); })) {
        answer.why = none_able;
    } else if (all.size() == 1) {
        answer.real = all.front().server.to.real;
        answer.why = only_one;
        if (!all.front().caution.empty()) {
            answer.why += "; this one only if its overload has ended";
        }
    } else {
        answer.why = why;
    }
}

void settle(Where &answer, const Prospect &prospect, const Address &client,
            const std::vector<Access> &access) {
    answer.by_fullnat = prospect.service && prospect.reason != "pass_not_masq";
    if (!prospect.how) {
        refuse(answer, refusal(prospect.reason, client, access));
        return;
    }
    const auto &picks = prospect.picks;
    const bool same =
        std::ranges::all_of(picks, [&](const Pick &one) { return one.real == picks.front().real; });
    const auto why = why_so(prospect, same);
    if (*prospect.how == How::unseen) {
        settle_unasked(answer, why);
    } else if (answer.found == Found::nothing) {
        answer.why = why;
        answer.real = same && !picks.empty() ? std::optional{picks.front().real} : std::nullopt;
        answer.picks = same ? std::vector<Pick>{} : picks;
    }
    if (prospect.service && !answer.by_fullnat) {
        answer.locals.clear();
        answer.why += std::ranges::any_of(answer.candidates, masquerades)
                          ? "; stock IPVS has it"
                          : "; stock IPVS has it, since no real server is masquerading";
    }
    if (!answer.by_fullnat) {
        return;
    }
    caution_of_forwarding(answer);
    if (remembers_one_that_is_dropped(answer)) {
        refuse_chosen(answer, *answer.real, answer.why, drops);
    } else if (answer.found == Found::nothing && same && !picks.empty() &&
               !picks.front().reason.empty()) {
        refuse_chosen(
            answer, picks.front().real, why,
            picks.front().reason == "not_masq" ? drops : "it is the client itself: lvsx drops it");
    }
}

} // namespace lvsx::adm
