// SPDX-License-Identifier: GPL-2.0-only
#include "list_parts.hh"

#include "contents.hh"
#include "lvsxadm/text/connections.hh"
#include "lvsxadm/text/ipvsadm_text.hh"
#include "lvsxadm/text/printer.hh"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

namespace lvsx::adm {
namespace {

// On standard error, where it is in nobody's way who reads the list.
void tell_no_local(const std::vector<ServiceId> &services) {
    if (services.empty()) {
        return;
    }
    (void)std::fflush(stdout);
    const auto first = services.front().text();
    fmt::print(stderr, "lvsxadm: {}: new connections are dropped (no_local) until -P adds one\n",
               services.size() == 1
                   ? fmt::format("{} is FullNAT and has no local address", first)
                   : fmt::format("{} FullNAT services have no local address, {} among them",
                                 services.size(), first));
}

bool any_masquerading(const std::vector<IpvsServer> &servers) {
    return std::ranges::any_of(
        servers, [](const auto &one) { return one.to.forward == Forward::masquerading; });
}

} // namespace

Status list_services(Session &session, const Request &request) {
    const auto &how = request.listing;
    auto table = fetch_contents(session, request.service, how.sorted);
    if (!table) {
        return table.error();
    }
    std::string head = services_head(how.columns);
    if (!request.service) {
        const auto info = table->ipvs.info();
        if (!info) {
            return info.error();
        }
        head = version_line(*info) + head;
    }
    Names names{how.numeric};
    std::vector<ServiceId> no_local;
    ListPrinter list{false, head};
    for (const auto &service : table->services) {
        const auto servers = table->servers(service.id, how.sorted);
        if (!servers) {
            return servers.error();
        }
        const bool fullnat = !session.stock_words() && table->handled.fullnat(service.id);
        if (table->handled.no_local(service.id) && any_masquerading(*servers)) {
            no_local.push_back(service.id);
        }
        auto lines = service_line(service, how, names);
        for (const auto &server : *servers) {
            lines += server_line(service.id, server, fullnat, how, names);
        }
        list.add(lines);
    }
    auto status = list.end();
    tell_no_local(no_local);
    return status;
}

Status list_services_as_json(Session &session, const Request &request) {
    auto table = fetch_contents(session, request.service, request.listing.sorted);
    if (!table) {
        return table.error();
    }
    const auto &handled = table->handled;
    const auto locals = fetch_locals(session, handled);
    if (!locals) {
        return locals.error();
    }
    ListPrinter list{true, ""};
    for (const auto &service : table->services) {
        const auto servers = table->servers(service.id, request.listing.sorted);
        if (!servers) {
            return servers.error();
        }
        const auto *known = handled.find(service.id);
        list.add(
            json_ipvs_service(service, *servers,
                              {handled.fullnat(service.id), known == nullptr ? 0 : known->flows,
                               addresses_of(service.id, *locals), handled.no_local(service.id)}));
    }
    if (!request.service && handled.loaded) {
        for (const auto &other : only_in_lvsx(*table)) {
            list.add(
                json_service(other, addresses_of(other.id, *locals), handled.no_local(other.id)));
        }
        list.add(json_default_pool(handled.setting, addresses_of(std::nullopt, *locals)));
    }
    return list.end();
}

Status list_connections(Session &session, const Request &request) {
    const auto client = session.lvsx_if_loaded();
    if (!client) {
        return client.error();
    }
    // Its file can be read by anybody; who may not ask is to see nothing at all.
    const auto ipvs = session.ipvs();
    if (!ipvs) {
        return ipvs.error();
    }
    if (const auto info = (*ipvs)->info(); !info) {
        return info.error();
    }
    const auto &how = request.listing;
    Names names{how.numeric};
    ListPrinter list{how.json, connections_head(how.engine_data)};
    if (auto status =
            each_connection(ipvs_connections,
                            [&](const Connection &one) {
                                list.add(how.json ? json_connection(one, false)
                                                  : connection_line(one, how.engine_data, names));
                            });
        !status) {
        return status;
    }
    if (*client != nullptr) {
        auto status = (*client)->flows(std::nullopt, [&](const Flow &flow) {
            const auto one = as_connection(flow);
            list.add(how.json ? json_connection(one, true)
                              : connection_line(one, how.engine_data, names));
        });
        if (!status) {
            return status;
        }
    }
    return list.end();
}

Status list_timeouts(Ipvs &ipvs, const Request &request) {
    const auto timeouts = ipvs.timeouts();
    if (!timeouts) {
        return timeouts.error();
    }
    ListPrinter list{request.listing.json, ""};
    list.add(request.listing.json ? json_timeouts(*timeouts) : timeouts_line(*timeouts));
    return list.end();
}

Status list_daemons(Ipvs &ipvs, const Request &request) {
    const auto daemons = ipvs.daemons();
    if (!daemons) {
        return daemons.error();
    }
    ListPrinter list{request.listing.json, ""};
    for (const auto &one : *daemons) {
        list.add(request.listing.json ? json_daemon(one) : daemon_line(one));
    }
    return list.end();
}

} // namespace lvsx::adm
