// SPDX-License-Identifier: GPL-2.0-only
//
// Does what a command line asks for.
#pragma once

#include "lvsxadm/command/session.hh"
#include "lvsxadm/parse/request.hh"

namespace lvsx::adm {

Status run(Session &session, const Request &request);

} // namespace lvsx::adm
