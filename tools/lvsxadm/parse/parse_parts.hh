// SPDX-License-Identifier: GPL-2.0-only
//
// The command line by its parts: parse.cc says which command has which. parse_ipvs.cc has what
// IPVS is told, parse_lvsx.cc the rest.
#pragma once

#include "request.hh"

namespace lvsx::adm {

struct Source {
    const Words &words;
    Lookup lookup;
};

// Of timeouts, in seconds.
constexpr std::uint32_t longest_timeout = 86400 * 31;

// A number behind an option, if it is there.
Status read_number(const Words &words, Option option, std::uint32_t least, std::uint32_t most,
                   const char *what, std::uint32_t &into);

Status read_service(Request &into, const Source &from);
Status read_scheduling(Request &into, const Source &from);
Status read_server(Request &into, const Source &from);
Status read_timeouts(Request &into, const Source &from);
Status read_sync(Request &into, const Source &from);

// --conn-timeout, as a command or as an option of -A and -E.
Status read_idle(Request &into, const std::string &text);
Status read_local(Request &into, const Source &from);
Status read_access(Request &into, const Source &from);
Status read_listing(Request &into, const Source &from);
Status read_where(Request &into, const Source &from);
Status read_watch(Request &into, const Source &from);
Status read_ingress(Request &into, const Source &from);
Status read_on_off(Request &into, const Source &from);
Status read_drain(Request &into, const Source &from);

} // namespace lvsx::adm
