// SPDX-License-Identifier: GPL-2.0-only
//
// One function for each thing that can be listed: list.cc says which. In list_ipvs.cc what
// ipvsadm lists, too; in list_lvsx.cc what only lvsx has.
#pragma once

#include "lvsxadm/parse/request.hh"
#include "session.hh"

namespace lvsx::adm {

Status list_services(Session &session, const Request &request);
Status list_services_as_json(Session &session, const Request &request);
Status list_connections(Session &session, const Request &request);
Status list_timeouts(Ipvs &ipvs, const Request &request);
Status list_daemons(Ipvs &ipvs, const Request &request);

Status list_handled(Session &session, const Request &request);
Status list_flows(Session &session, Client &client, const Request &request);
Status list_counters(Session &session, Client &client, const Request &request);
Status list_locals(Session &session, Client &client, const Request &request);
Status list_access(Session &session, Client &client, const Request &request);

} // namespace lvsx::adm
