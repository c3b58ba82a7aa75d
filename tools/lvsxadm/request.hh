// SPDX-License-Identifier: GPL-2.0-only
//
// The command line: text in, one checked value out. Touches nothing but its arguments (and
// /etc/services, for the names of ports).
#pragma once

#include "ipvs.hh"
#include "model.hh"
#include "options.hh"

#include <span>
#include <string>

namespace lvsx::adm {

enum class View { services, connections, counters };

struct Request {
    Command command{};
    std::optional<ServiceId> service;
    Scheduling scheduling; // of -A and -E
    Destination server;    // of -a, -e and -d
    bool fullnat{};
    std::optional<Range> local;
    std::string device; // of -F, --ingress-on and --ingress-off
    View view{};
    bool all{};
    bool json{};
    bool default_on{};
};

// Without the program's name. An error is of the kind Failure::usage.
Result<Request> parse(std::span<const std::string> text);

} // namespace lvsx::adm
