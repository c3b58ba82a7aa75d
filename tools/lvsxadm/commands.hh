// SPDX-License-Identifier: GPL-2.0-only
//
// Does what a command line asks for.
#pragma once

#include "request.hh"
#include "session.hh"

namespace lvsx::adm {

Status run(Session &session, const Request &request);

} // namespace lvsx::adm
