// SPDX-License-Identifier: GPL-2.0-only
//
// -S: everything there is, as commands.
#pragma once

#include "lvsxadm/parse/request.hh"
#include "session.hh"

namespace lvsx::adm {

Status save(Session &session, const Request &request);

} // namespace lvsx::adm
