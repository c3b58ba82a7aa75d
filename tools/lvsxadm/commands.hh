// SPDX-License-Identifier: GPL-2.0-only
//
// What a request does: to stock IPVS, to lvsx, and to standard output.
#pragma once

#include "request.hh"

namespace lvsx::adm {

Status run(const Request &request);

} // namespace lvsx::adm
