// SPDX-License-Identifier: GPL-2.0-only
//
// --where: which real server a client has, or would get, and why.
#pragma once

#include "lvsxadm/parse/request.hh"
#include "session.hh"

namespace lvsx::adm {

// The services that an address and port belong to, as IPVS looks: of each protocol the one of this
// very port, or else that of all ports.
std::vector<IpvsService> serving(const std::vector<IpvsService> &all, const Endpoint &vip);

Status where(Session &session, const Request &request);

} // namespace lvsx::adm
