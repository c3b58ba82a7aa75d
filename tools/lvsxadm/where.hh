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

// The services that an address and port belong to, as IPVS looks: of each protocol the one of this
// very port, or else that of all ports.
std::vector<IpvsService> serving(const std::vector<IpvsService> &all, const Endpoint &vip);

// What lvsx makes of a new connection to a service of its own: it asks the lists, then for a local
// address, then IPVS, whose choice is in the answer already.
void admit(Where &answer, const Address &client, const std::vector<Access> &lists);

// Several lines.
std::string where_text(const Where &answer, const Endpoint &client);

Status where(Session &session, const Request &request);

} // namespace lvsx::adm
