// SPDX-License-Identifier: GPL-2.0-only
//
// -R: a file of commands, one a line, as -S or ipvsadm-save wrote them. All are read before the
// first is done: a line that makes no sense changes nothing at all.
#pragma once

#include "request.hh"

#include <functional>
#include <istream>
#include <vector>

namespace lvsx::adm {

struct Line {
    std::size_t number{};
    std::string text;
    Request request;
};

// Empty lines and those that begin with # are passed over; "ipvsadm" or "lvsxadm" may stand first.
Result<std::vector<Line>> read_lines(std::istream &from, Lookup lookup = look_up);

// Stops at the first that fails, and the error names it.
Status restore(std::istream &from, const std::function<Status(const Request &)> &run);

} // namespace lvsx::adm
