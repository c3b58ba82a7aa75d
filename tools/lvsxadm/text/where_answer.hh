// SPDX-License-Identifier: GPL-2.0-only
//
// What --where has to say about one service: what is there, or else what the kernel would do with a
// new connection, in words.
#pragma once

#include "ipvs_model.hh"

#include <optional>
#include <string>
#include <vector>

namespace lvsx::adm {

struct Candidate {
    IpvsServer server;
    std::string obstacle{}; // why it cannot be chosen; empty: it can
    std::string caution{};  // what goes with "it can be chosen", if anything
};

enum class Found { nothing, flow, connection, persistence };

struct Where {
    IpvsService service;
    bool fullnat{}; // is the service
    Found found{};
    std::optional<Endpoint> real{};
    std::optional<Endpoint> local{};     // of a flow
    std::uint32_t cpu{};                 // of a flow
    std::string why{};                   // a sentence without its full stop
    std::vector<Candidate> candidates{}; // in IPVS's own order, which decides between equals
    std::vector<Range> locals{};         // that a new flow may come from
    bool own_locals{};                   // the service's, not the default pool's
    bool by_fullnat{};                   // this connection, or a new one
    std::vector<Pick> picks{}; // where a new one goes by the CPU that it comes to, and by that only
};

// There is a connection: what would become of a new one does not matter.
bool is_known(const Where &answer);

// A real server, and what of its figures would keep a scheduler from it.
Candidate candidate(const IpvsServer &server);

// What the kernel would do with a new connection. `access` are the service's lists.
void settle(Where &answer, const Prospect &prospect, const Address &client,
            const std::vector<Access> &access);

// The kernel cannot be asked, and `why`: what is plain all the same.
void settle_unasked(Where &answer, const std::string &why);

} // namespace lvsx::adm
