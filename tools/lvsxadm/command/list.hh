// SPDX-License-Identifier: GPL-2.0-only
//
// -L, -G, -B and -W: lists, as text or as JSON, on standard output.
#pragma once

#include "lvsxadm/parse/request.hh"
#include "session.hh"

namespace lvsx::adm {

Status list(Session &session, const Request &request);

} // namespace lvsx::adm
