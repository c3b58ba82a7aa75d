// SPDX-License-Identifier: GPL-2.0-only
//
// The commands that change something, in IPVS, in lvsx or in both.
#pragma once

#include "lvsxadm/parse/request.hh"
#include "session.hh"

namespace lvsx::adm {

Status change(Session &session, const Request &request);

} // namespace lvsx::adm
