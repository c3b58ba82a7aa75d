// SPDX-License-Identifier: GPL-2.0-only
#include "commands.hh"

#include "client.hh"
#include "help.hh"
#include "json.hh"
#include "show.hh"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <net/if.h>

namespace lvsx::adm {
namespace {

Status change_service(const Request &request) {
    auto ipvs = Ipvs::open();
    if (!ipvs) {
        return ipvs.error();
    }
    return request.command == Command::add_service
               ? ipvs->add(*request.service, request.scheduling)
               : ipvs->edit(*request.service, request.scheduling);
}

Status delete_service(const Request &request) {
    auto ipvs = Ipvs::open();
    if (!ipvs) {
        return ipvs.error();
    }
    if (const auto status = ipvs->remove(*request.service); !status) {
        return status.error();
    }
    // A host may have IPVS alone, and lvsx need not know the service.
    auto client = Client::open();
    if (!client) {
        return {};
    }
    const auto status = client->forget(*request.service);
    if (!status && status.error().code != ENOENT) {
        return Error{Failure::refused, status.error().code,
                     fmt::format("{} is deleted in IPVS, but lvsx keeps its local addresses: {}",
                                 request.service->text(), status.error().sentence)};
    }
    return {};
}

Status change_server(Ipvs &ipvs, const Request &request) {
    return request.command == Command::add_server ? ipvs.add(*request.service, request.server)
                                                  : ipvs.edit(*request.service, request.server);
}

// First the mark, then the real server, and the mark taken back if IPVS refuses: at no moment does
// traffic meet a masquerading real server that lvsx does not handle.
Status change_fullnat_server(Ipvs &ipvs, const Request &request) {
    auto client = Client::open();
    if (!client) {
        return client.error();
    }
    if (const auto status = ipvs.find(*request.service); !status) {
        return status.error();
    }
    const auto before = client->service(*request.service);
    if (!before) {
        return before.error();
    }
    if (const auto status = client->set_fullnat(*request.service, true); !status) {
        return status.error();
    }
    auto status = change_server(ipvs, request);
    if (status || (*before && (*before)->fullnat)) {
        return status;
    }
    if (const auto undone = client->set_fullnat(*request.service, false); !undone) {
        return Error{Failure::refused, status.error().code,
                     fmt::format("{}; and {} stays marked as FullNAT: {}", status.error().sentence,
                                 request.service->text(), undone.error().sentence)};
    }
    return status;
}

Status change_servers(const Request &request) {
    auto ipvs = Ipvs::open();
    if (!ipvs) {
        return ipvs.error();
    }
    if (request.command == Command::delete_server) {
        return ipvs->remove(*request.service, request.server.real);
    }
    return request.fullnat ? change_fullnat_server(*ipvs, request) : change_server(*ipvs, request);
}

Status change_locals(const Request &request) {
    if (!request.device.empty() && if_nametoindex(request.device.c_str()) == 0) {
        return Error{Failure::refused, errno,
                     fmt::format("there is no network device '{}' here: give one that 'ip link' "
                                 "shows, or leave -F out",
                                 request.device)};
    }
    auto client = Client::open();
    if (!client) {
        return client.error();
    }
    if (request.command == Command::delete_local) {
        return client->delete_locals(request.service, *request.local);
    }
    if (request.service) {
        auto ipvs = Ipvs::open();
        if (!ipvs) {
            return ipvs.error();
        }
        if (const auto status = ipvs->find(*request.service); !status) {
            return status.error();
        }
    }
    return client->add_locals(request.service, *request.local);
}

// A list, in either shape: a line each under a head, or elements of an array.
class List {
public:
    List(bool json, std::string head) : json_(json), head_(std::move(head)) {}
    void add(const std::string &text_row, const std::string &json_element) {
        if (json_) {
            array_.add(json_element);
        } else {
            begin();
            fmt::print("{}\n", text_row);
        }
    }
    Status end() {
        if (json_) {
            array_.end();
        } else {
            begin();
        }
        return {};
    }

private:
    // Not before there is an answer: a list that is refused prints nothing.
    void begin() {
        if (!begun_) {
            fmt::print("{}\n", head_);
        }
        begun_ = true;
    }

    bool json_;
    bool begun_{};
    std::string head_;
    JsonArray array_{stdout};
};

std::vector<Range> addresses_of(const Pool &pool, const std::vector<Local> &locals) {
    std::vector<Address> addresses;
    for (const auto &local : locals) {
        if (local.pool == pool) {
            addresses.push_back(local.address);
        }
    }
    return merge(std::move(addresses));
}

Status list_services(Client &client, const Request &request) {
    const auto services = client.services();
    if (!services) {
        return services.error();
    }
    const auto locals = client.locals(std::nullopt);
    if (!locals) {
        return locals.error();
    }
    const auto setting = client.setting();
    if (!setting) {
        return setting.error();
    }
    const auto wanted = [&](const Service &one) {
        return !request.service || one.id == *request.service;
    };
    if (std::ranges::none_of(*services, wanted) && request.service) {
        return Error{Failure::refused, ENOENT,
                     fmt::format("lvsx does not handle {}: lvsxadm -L lists what it handles",
                                 request.service->text())};
    }
    List list{request.json, service_head()};
    for (const auto &service : *services) {
        if (wanted(service)) {
            const auto own = addresses_of(service.id, *locals);
            list.add(service_row(service, own), json_service(service, own));
        }
    }
    if (!request.service) {
        const auto pool = addresses_of(std::nullopt, *locals);
        list.add(default_pool_row(*setting, pool) + "\n" + setting_rows(*setting),
                 json_default_pool(*setting, pool));
    }
    return list.end();
}

Status list_connections(Client &client, const Request &request) {
    List list{request.json, flow_head()};
    const auto status = client.flows(request.service, [&](const Flow &flow) {
        list.add(request.json ? "" : flow_row(flow), request.json ? json_flow(flow) : "");
    });
    return status ? list.end() : status;
}

Status list_counters(Client &client, const Request &request) {
    const auto counters = client.counters();
    if (!counters) {
        return counters.error();
    }
    List list{request.json, counter_head()};
    for (const auto &counter : *counters) {
        // A program that reads JSON wants to find the name, a person wants to see what happened.
        if (counter.value != 0 || request.all || request.json) {
            list.add(counter_row(counter), json_counter(counter));
        }
    }
    return list.end();
}

Status list_locals(Client &client, const Request &request) {
    const auto locals = client.locals(request.service);
    if (!locals) {
        return locals.error();
    }
    List list{request.json, local_head()};
    for (const auto &local : *locals) {
        list.add(local_row(local), json_local(local));
    }
    return list.end();
}

Status list(Client &client, const Request &request) {
    switch (request.view) {
    case View::services:
        return list_services(client, request);
    case View::connections:
        return list_connections(client, request);
    case View::counters:
        return list_counters(client, request);
    }
    return {};
}

// The commands that speak to lvsx alone.
Status with_client(const Request &request) {
    auto client = Client::open();
    if (!client) {
        return client.error();
    }
    switch (request.command) {
    case Command::get_local:
        return list_locals(*client, request);
    case Command::zero:
        return client->zero_counters();
    case Command::forget:
        return client->forget(*request.service);
    case Command::set_default:
        return client->set_default(request.default_on);
    case Command::ingress_on:
    case Command::ingress_off:
        return client->set_ingress(request.device, request.command == Command::ingress_on);
    default:
        return list(*client, request);
    }
}

} // namespace

Status run(const Request &request) {
    switch (request.command) {
    case Command::add_service:
    case Command::edit_service:
        return change_service(request);
    case Command::delete_service:
        return delete_service(request);
    case Command::add_server:
    case Command::edit_server:
    case Command::delete_server:
        return change_servers(request);
    case Command::add_local:
    case Command::delete_local:
        return change_locals(request);
    case Command::help:
        fmt::print("{}", help);
        return {};
    case Command::version:
        fmt::print("{}", version);
        return {};
    default:
        return with_client(request);
    }
}

} // namespace lvsx::adm
