// SPDX-License-Identifier: GPL-2.0-only
#include "pick.hh"

#include <algorithm>

#include <fmt/format.h>

namespace lvsx::adm {
namespace {

std::string obstacle_of(const IpvsServer &server, bool fullnat) {
    const auto &to = server.to;
    if (to.weight == 0) {
        return "its weight is 0";
    }
    if (to.upper != 0 && server.active + server.inactive >= to.upper) {
        return fmt::format("it is at its upper threshold, {} connections", to.upper);
    }
    if (fullnat && to.forward != Forward::masquerading) {
        return "FullNAT takes masquerading real servers only";
    }
    return "";
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

} // namespace

Pick pick(const Scheduling &scheduling, const std::vector<IpvsServer> &servers, bool fullnat) {
    Pick made;
    std::vector<const IpvsServer *> able;
    for (const auto &server : servers) {
        made.candidates.push_back({server, obstacle_of(server, fullnat)});
        if (made.candidates.back().obstacle.empty()) {
            able.push_back(&server);
        }
    }
    const auto &name = scheduling.scheduler;
    const IpvsServer *best = nullptr;
    if (able.empty()) {
        made.why = "no real server can be chosen";
    } else if (able.size() == 1) {
        best = able.front();
        made.why = "no other real server can be chosen";
    } else if (is_one_of(name, {"lc", "wlc", "sed", "nq"})) {
        best = cheapest(name, able);
        made.why = fmt::format("the scheduler {} finds it the least busy", name);
    } else if (is_one_of(name, {"fo", "ovf"})) {
        best = heaviest(able, name == "ovf");
        made.why = best == nullptr ? "every real server has more connections than its weight"
                                   : fmt::format("the scheduler {} takes the largest weight", name);
    } else if (is_one_of(name, {"sh", "dh", "mh", "lblc", "lblcr"})) {
        made.why = fmt::format("the scheduler {} decides by a hash or a table that the kernel does "
                               "not show",
                               name);
    } else {
        made.why = fmt::format("the scheduler {} takes turns, and the kernel does not show whose "
                               "turn it is",
                               name);
    }
    if (best != nullptr) {
        made.real = best->to.real;
    }
    return made;
}

} // namespace lvsx::adm
