// SPDX-License-Identifier: GPL-2.0-only
#include "pick.hh"

#include <algorithm>

#include <fmt/format.h>
#include <linux/ip_vs.h>

namespace lvsx::adm {
namespace {

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
// where none is set. In between the kernel knows whether there is one, and does not show it.
bool may_be_overloaded(const IpvsServer &server) {
    const auto &to = server.to;
    const auto lower = to.lower != 0 ? to.lower : to.upper - to.upper / 4;
    return to.upper != 0 && server.active + server.inactive >= lower;
}

Candidate candidate(const IpvsServer &server) {
    Candidate one{server, obstacle_of(server)};
    if (one.obstacle.empty() && may_be_overloaded(server)) {
        one.caution = "unless its overload has not ended yet";
    }
    return one;
}

// How dear a server is to each scheduler that looks at connections: cost over weight, the least
// wins.
struct Cost {
    std::uint64_t connections;
    std::uint64_t weight;
};

Cost cost_of(const std::string &scheduler, const IpvsServer &server) {
    const std::uint64_t overhead = std::uint64_t{server.active} * 256 + server.inactive;
    if (scheduler == "lc") {
        return {overhead, 1};
    }
    if (scheduler == "wlc") {
        return {overhead, server.to.weight};
    }
    return {std::uint64_t{server.active} + 1, server.to.weight}; // sed and nq
}

bool cheaper(const Cost &a, const Cost &b) {
    return a.connections * b.weight < b.connections * a.weight;
}

const IpvsServer *cheapest(const std::string &scheduler,
                           const std::vector<const IpvsServer *> &able) {
    const IpvsServer *best = nullptr;
    for (const auto *one : able) {
        if (scheduler == "nq" && one->active == 0) {
            return one; // an idle one is taken at once
        }
        if (best == nullptr || cheaper(cost_of(scheduler, *one), cost_of(scheduler, *best))) {
            best = one;
        }
    }
    return best;
}

const IpvsServer *heaviest(const std::vector<const IpvsServer *> &able, bool overflows) {
    const IpvsServer *best = nullptr;
    for (const auto *one : able) {
        if (overflows && one->active > one->to.weight) {
            continue;
        }
        if (best == nullptr || one->to.weight > best->to.weight) {
            best = one;
        }
    }
    return best;
}

bool is_one_of(const std::string &name, std::initializer_list<const char *> all) {
    return std::ranges::find(all, name) != all.end();
}

// Does each client have a server of its own here, and none when that one cannot be chosen?
bool binds_clients(const Scheduling &how) {
    constexpr std::uint32_t fallback = IP_VS_SVC_F_SCHED1; // of sh and of mh
    return how.scheduler == "dh" ||
           (is_one_of(how.scheduler, {"sh", "mh"}) && (how.flags & fallback) == 0);
}

// Does it choose the only one that can be chosen, whatever the client?
bool takes_the_only_one(const Scheduling &how, bool all_able) {
    // lblc goes on with a server that is in its table, whatever its thresholds.
    const bool by_client = binds_clients(how) || how.scheduler == "lblc";
    return how.scheduler != "ovf" && (all_able || !by_client);
}

std::string why_hidden(const Scheduling &how, bool all_able) {
    const auto &name = how.scheduler;
    if (!is_one_of(name, {"sh", "dh", "mh", "lblc", "lblcr"})) {
        return fmt::format("the scheduler {} takes turns, and the kernel does not show whose turn "
                           "it is",
                           name);
    }
    return fmt::format("the scheduler {} decides by a hash or a table that the kernel does not "
                       "show{}",
                       name,
                       binds_clients(how) && !all_able
                           ? ", and a client whose server cannot be chosen gets none"
                           : "");
}

const IpvsServer *choose(const Scheduling &how, const std::vector<const IpvsServer *> &able,
                         std::size_t all, std::string &why) {
    const auto &name = how.scheduler;
    const IpvsServer *best = nullptr;
    if (able.empty()) {
        why = "no real server can be chosen";
    } else if (able.size() == 1 && takes_the_only_one(how, all == 1)) {
        best = able.front();
        why = "no other real server can be chosen";
    } else if (is_one_of(name, {"lc", "wlc", "sed", "nq"})) {
        best = cheapest(name, able);
        why = fmt::format("the scheduler {} finds it the least busy", name);
    } else if (is_one_of(name, {"fo", "ovf"})) {
        best = heaviest(able, name == "ovf");
        why = best == nullptr ? "every real server has more connections than its weight"
                              : fmt::format("the scheduler {} takes the largest weight", name);
    } else {
        why = why_hidden(how, able.size() == all);
    }
    return best;
}

} // namespace

Pick pick(const Scheduling &scheduling, const std::vector<IpvsServer> &servers) {
    Pick made;
    std::vector<const IpvsServer *> able;
    for (const auto &server : servers) {
        made.candidates.push_back(candidate(server));
        if (made.candidates.back().obstacle.empty()) {
            able.push_back(&server);
        }
    }
    const auto *best = choose(scheduling, able, servers.size(), made.why);
    if (best != nullptr) {
        made.real = best->to.real;
        // Whoever else may be overloaded: without them the best is still this one.
        made.why += may_be_overloaded(*best) ? "; this one only if its overload has ended" : "";
    }
    return made;
}

} // namespace lvsx::adm
