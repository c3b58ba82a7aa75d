// SPDX-License-Identifier: GPL-2.0-only
#include "save.hh"

#include "contents.hh"
#include "lvsxadm/text/rules.hh"

#include <fmt/format.h>

namespace lvsx::adm {

Status save(Session &session, const Request &request) {
    auto table = fetch_contents(session, {}, true);
    if (!table) {
        return table.error();
    }
    const auto &handled = table->handled;
    const auto timeouts = table->ipvs.timeouts();
    if (!timeouts) {
        return timeouts.error();
    }
    const auto locals = fetch_locals(session, handled);
    if (!locals) {
        return locals.error();
    }
    const auto access = fetch_access(session, handled);
    if (!access) {
        return access.error();
    }
    Names names{request.listing.numeric};
    const bool ours = handled.loaded && !request.stock;
    const auto rules_of = [&](const Service &known) {
        return lvsx_rules(known, addresses_of(known.id, *locals), *access, names);
    };
    // Printed as a whole: half of it would look like all.
    auto lines = request.stock ? "" : timeout_rules(*timeouts);
    if (ours) {
        lines += default_rules(handled.setting, addresses_of({}, *locals));
    }
    for (const auto &service : table->services) {
        const auto servers = table->servers(service.id, true);
        if (!servers) {
            return servers.error();
        }
        lines += service_rule(service, names);
        if (const auto *known = ours ? handled.find(service.id) : nullptr; known != nullptr) {
            lines += rules_of(*known);
        }
        for (const auto &server : *servers) {
            lines += server_rule(service.id, server, !request.stock, names);
        }
    }
    if (ours) {
        for (const auto &other : only_in_lvsx(*table)) {
            lines += rules_of(other);
        }
        // Last: a device that is not there then keeps nothing else from being restored.
        lines += ingress_rules(handled.setting);
    }
    fmt::print("{}", lines);
    return {};
}

} // namespace lvsx::adm
