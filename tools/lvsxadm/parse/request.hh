// SPDX-License-Identifier: GPL-2.0-only
//
// What a command line asks for: one checked value, see parse.hh.
#pragma once

#include "ipvs_model.hh"
#include "options.hh"
#include "values.hh"

#include <string>

namespace lvsx::adm {

enum class View { services, connections, timeouts, daemons, flows, handled, counters };

// What a list of services says of each: one of ipvsadm's five heads, or the usual one.
enum class Columns { plain, stats, rate, thresholds, persistent, tunnel };

struct Listing {
    View view{};
    Columns columns{};
    bool numeric{};
    bool exact{};
    bool sorted{true};
    bool engine_data{}; // of connections: what a persistence engine knows
    bool all{};         // counters that are zero, too
    bool json{};
};

struct Request {
    Command command{};
    std::optional<ServiceId> service;
    Scheduling scheduling; // of -A and -E
    Destination server;    // of -a, -e and -d
    bool fullnat{};
    std::optional<Range> local;
    Access access;                     // an entry of -U, -V, -O and -Y
    bool now{};                        // with --adopt: what stock IPVS has is taken over, or ended
    bool add_address{};                // what is local to no device yet, to that of -F
    std::optional<std::uint32_t> idle; // of --conn-timeout, in seconds
    std::string device;                // of -F, --ingress-on and --ingress-off
    Timeouts timeouts;
    SyncDaemon sync;
    Listing listing;
    bool stock{};     // of -S: only what ipvsadm can read
    bool restoring{}; // a line of -R: the service need not be in IPVS, as when it was saved
    bool on{};        // of --set-default and --set-reset
    Endpoint client;  // of --where
    Endpoint vip;
    std::uint32_t seconds{1}; // of --watch, between two looks; of --drain, to wait; 0: for ever
    std::uint32_t times{};    // 0: for ever
};

} // namespace lvsx::adm
