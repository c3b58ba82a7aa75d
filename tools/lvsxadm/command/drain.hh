// SPDX-License-Identifier: GPL-2.0-only
//
// --drain and --undrain: no new connections, and wait until those that are open have ended.
#pragma once

#include "lvsxadm/parse/request.hh"
#include "session.hh"

namespace lvsx::adm {

Status drain(Session &session, const Request &request);
Status undrain(Session &session, const Request &request);

} // namespace lvsx::adm
