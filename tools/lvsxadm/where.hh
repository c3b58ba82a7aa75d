// SPDX-License-Identifier: GPL-2.0-only
//
// --where: which real server a client has, or would get, and why.
#pragma once

#include "pick.hh"
#include "request.hh"
#include "session.hh"

namespace lvsx::adm {

enum class Found { nothing, flow, connection, persistence };

struct Where {
    IpvsService service;
    bool fullnat{};
    Found found{};
    std::optional<Endpoint> real{};
    std::optional<Endpoint> local{}; // of a flow
    std::uint32_t cpu{};             // of a flow
    std::string why{};
    std::vector<Candidate> candidates{};
};
// Several lines.
std::string where_text(const Where &answer, const Endpoint &client);

Status where(Session &session, const Request &request);

} // namespace lvsx::adm
