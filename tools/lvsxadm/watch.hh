// SPDX-License-Identifier: GPL-2.0-only
//
// --watch: the terminal shows services, their rates and flows, and dropped packets by reason, anew
// every few seconds.
#pragma once

#include "request.hh"
#include "session.hh"

namespace lvsx::adm {

Status watch(Session &session, const Request &request);

} // namespace lvsx::adm
