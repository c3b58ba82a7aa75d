// SPDX-License-Identifier: GPL-2.0-only
//
// --watch: the terminal shows services, their rates and flows, and dropped packets by reason, anew
// every few seconds.
#pragma once

#include "lvsxadm/parse/request.hh"
#include "session.hh"

#include <map>
#include <string>
#include <vector>

namespace lvsx::adm {

// The two parts of a picture, whole lines each.
std::string services_part(const std::vector<IpvsService> &services, const Handled &handled);

using Counts = std::map<std::string, std::uint64_t>; // by the reasons' names
// All reasons that were ever met, and how fast each grew since `before`, `seconds` ago; not at all
// if there was no look before.
std::string reasons_part(const std::vector<Counter> &counters, const Counts &before,
                         double seconds);

// As many lines as a terminal of this size shows without scrolling, of which the last says how many
// are left out, if any. 0: any number fits.
struct Size {
    std::size_t rows{};
    std::size_t columns{};
};
std::string fit(const std::string &text, const Size &terminal);

Status watch(Session &session, const Request &request);

} // namespace lvsx::adm
