// SPDX-License-Identifier: GPL-2.0-only
#include "list_parts.hh"

#include "contents.hh"
#include "lvsxadm/text/json.hh"
#include "lvsxadm/text/lvsx_text.hh"
#include "lvsxadm/text/printer.hh"

#include <cerrno>

#include <fmt/format.h>

namespace lvsx::adm {
namespace {

// Nothing to list of a service that neither lvsx nor IPVS has is a slip of whoever asks. Flows are
// there even then: those that outlive their service.
Status end_of(ListPrinter &list, Session &session, Client &client, const Request &request) {
    if (list.empty() && request.service) {
        const auto known = client.service(*request.service);
        if (!known) {
            return known.error();
        }
        if (auto status = *known ? Status{} : in_ipvs(session, *request.service); !status) {
            return status;
        }
    }
    return list.end();
}

} // namespace

Status list_handled(Session &session, const Request &request) {
    if (const auto client = session.lvsx(); !client) {
        return client.error();
    }
    const auto handled = read_handled(session);
    if (!handled) {
        return handled.error();
    }
    const auto locals = fetch_locals(session, *handled);
    if (!locals) {
        return locals.error();
    }
    if (request.service && handled->find(*request.service) == nullptr) {
        return Error{
            Failure::refused, ENOENT,
            fmt::format("lvsx was told nothing about {}: lvsxadm -L --lvsx lists what it was told",
                        request.service->text())};
    }
    const bool json = request.listing.json;
    ListPrinter list{json, service_head() + "\n"};
    for (const auto &[name, service] : handled->services) {
        if (!request.service || service.id == *request.service) {
            const auto own = addresses_of(service.id, *locals);
            const bool none = handled->no_local(service.id);
            list.add(json ? json_service(service, own, none)
                          : service_row(service, own, none) + "\n");
        }
    }
    if (!request.service) {
        const auto pool = addresses_of(std::nullopt, *locals);
        list.add(json ? json_default_pool(handled->setting, pool)
                      : default_pool_row(handled->setting, pool) + "\n" +
                            setting_rows(handled->setting) + "\n");
    }
    return list.end();
}

Status list_flows(Session &session, Client &client, const Request &request) {
    const bool json = request.listing.json;
    ListPrinter list{json, flow_head() + "\n"};
    auto status = client.flows(request.service, [&](const Flow &flow) {
        list.add(json ? json_flow(flow) : flow_row(flow) + "\n");
    });
    return status ? end_of(list, session, client, request) : status;
}

Status list_counters(Session & /*session*/, Client &client, const Request &request) {
    const auto counters = client.counters();
    if (!counters) {
        return counters.error();
    }
    const bool json = request.listing.json;
    ListPrinter list{json, counter_head() + "\n"};
    for (const auto &counter : *counters) {
        // A program that reads JSON wants to find the name, a person wants to see what happened.
        if (counter.value != 0 || request.listing.all || json) {
            list.add(json ? json_counter(counter) : counter_row(counter) + "\n");
        }
    }
    return list.end();
}

Status list_locals(Session &session, Client &client, const Request &request) {
    const auto locals = client.locals(request.service);
    if (!locals) {
        return locals.error();
    }
    const bool json = request.listing.json;
    ListPrinter list{json, local_head() + "\n"};
    for (const auto &local : *locals) {
        list.add(json ? json_local(local) : local_row(local) + "\n");
    }
    return end_of(list, session, client, request);
}

Status list_access(Session &session, Client &client, const Request &request) {
    const auto entries = client.access(request.service);
    if (!entries) {
        return entries.error();
    }
    const bool json = request.listing.json;
    ListPrinter list{json, access_head() + "\n"};
    for (const auto &entry : *entries) {
        if (entry.allow == (request.command == Command::get_allowed)) {
            list.add(json ? json_access(entry) : access_row(entry) + "\n");
        }
    }
    return end_of(list, session, client, request);
}

} // namespace lvsx::adm
