// SPDX-License-Identifier: GPL-2.0-only
//
// --where: which real server a client has, or would get, and why.
#pragma once

#include "request.hh"
#include "session.hh"
#include "where_answer.hh"

namespace lvsx::adm {

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
