// SPDX-License-Identifier: GPL-2.0-only
//
// The commands that list something, as text or as JSON, to standard output.
#pragma once

#include "model.hh"
#include "request.hh"
#include "session.hh"

namespace lvsx::adm {

// -L and -G.
Status list(Session &session, const Request &request);
// -S
Status save(Session &session, const Request &request);

// A pool's addresses, as few ranges.
std::vector<Range> addresses_of(const Pool &pool, const std::vector<Local> &locals);

} // namespace lvsx::adm
