// SPDX-License-Identifier: GPL-2.0-only
//
// What --where has to say about one service.
#pragma once

#include "model.hh"
#include "pick.hh"

#include <optional>
#include <string>
#include <vector>

namespace lvsx::adm {

enum class Found { nothing, flow, connection, persistence };

struct Where {
    IpvsService service;
    bool fullnat{}; // is the service
    Found found{};
    std::optional<Endpoint> real{};
    std::optional<Endpoint> local{}; // of a flow
    std::uint32_t cpu{};             // of a flow
    std::string why{};
    std::vector<Candidate> candidates{};
    std::vector<Range> locals{}; // that a new flow may come from
    bool own_locals{};           // the service's, not the default pool's
    bool by_fullnat{};           // this connection, or a new one
};

} // namespace lvsx::adm
