// SPDX-License-Identifier: GPL-2.0-only
//
// The command line: text in, one checked value out. Touches nothing but its arguments,
// /etc/services for the names of ports, and what `lookup` asks.
#pragma once

#include "request.hh"

#include <span>
#include <string>

namespace lvsx::adm {

// Without the program's name. An error is of the kind Failure::usage or ::illegible.
Result<Request> parse(std::span<const std::string> text, Lookup lookup = look_up);

} // namespace lvsx::adm
