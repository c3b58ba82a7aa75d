// SPDX-License-Identifier: GPL-2.0-only
//
// What IPVS's scheduler would do with a new connection, as far as that shows from outside: which
// real servers can be chosen, and which one will be, where the scheduler leaves no doubt.
#pragma once

#include "ipvs_model.hh"

#include <string>
#include <vector>

namespace lvsx::adm {

struct Candidate {
    IpvsServer server;
    std::string obstacle{}; // why it cannot be chosen; empty: it can
    std::string caution{};  // what goes with "it can be chosen", if anything
};

struct Pick {
    std::vector<Candidate> candidates; // in IPVS's own order, which decides between equals
    std::optional<Endpoint> real;      // none: nobody, or it does not show who
    std::string why;                   // a sentence without its full stop
};

Pick pick(const Scheduling &scheduling, const std::vector<IpvsServer> &servers);

} // namespace lvsx::adm
