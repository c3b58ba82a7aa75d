// SPDX-License-Identifier: GPL-2.0-only
#include "lists.hh"

#include "connections.hh"
#include "json.hh"
#include "listing.hh"
#include "show.hh"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <set>

#include <fmt/format.h>

namespace lvsx::adm {

std::vector<Range> addresses_of(const Pool &pool, const std::vector<Local> &locals) {
    std::vector<Address> addresses;
    for (const auto &local : locals) {
        if (local.pool == pool) {
            addresses.push_back(local.address);
        }
    }
    return merge(std::move(addresses));
}

namespace {

// A list, in either shape: a line each under a head, or elements of an array.
class List {
public:
    List(bool json, std::string head) : json_(json), head_(std::move(head)) {}
    // Whole lines, or one element.
    void add(const std::string &piece) {
        empty_ = false;
        if (json_) {
            array_.add(piece);
        } else {
            begin();
            fmt::print("{}", piece);
        }
    }
    [[nodiscard]] bool empty() const { return empty_; }
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
            fmt::print("{}", head_);
        }
        begun_ = true;
    }

    bool json_;
    bool empty_{true};
    bool begun_{};
    std::string head_;
    JsonArray array_{stdout};
};

// The services asked for, in order, and before them what lvsx makes of them.
struct Contents {
    Ipvs &ipvs;
    Handled handled;
    std::vector<IpvsService> services;

    Result<std::vector<IpvsServer>> servers(const ServiceId &service, bool sorted) {
        auto servers = ipvs.servers(service);
        if (servers && sorted) {
            sort_servers(*servers);
        }
        return servers;
    }
};

Result<Contents> read_table(Session &session, const std::optional<ServiceId> &only, bool sorted) {
    const auto ipvs = session.ipvs();
    if (!ipvs) {
        return ipvs.error();
    }
    Contents table{**ipvs, {}, {}};
    if (only) {
        auto one = table.ipvs.find(*only);
        if (!one) {
            return one.error();
        }
        table.services.push_back(std::move(*one));
    } else {
        auto all = table.ipvs.services();
        if (!all) {
            return all.error();
        }
        table.services = std::move(*all);
    }
    if (sorted) {
        sort_services(table.services);
    }
    auto handled = read_handled(session);
    if (!handled) {
        return handled.error();
    }
    table.handled = std::move(*handled);
    return table;
}

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

Status list_services(Session &session, const Request &request) {
    const auto &how = request.listing;
    auto table = read_table(session, request.service, how.sorted);
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
    List list{false, head};
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

// What lvsx has of its own: flows and addresses of a service, and the default pool.
Result<std::vector<Local>> read_locals(Session &session, const Handled &handled) {
    return handled.loaded ? (*session.lvsx())->locals(std::nullopt) : std::vector<Local>{};
}

Result<std::vector<Access>> read_access(Session &session, const Handled &handled) {
    return handled.loaded ? (*session.lvsx())->access(std::nullopt) : std::vector<Access>{};
}

// lvsx keeps what it was told about services that IPVS does not have now.
std::vector<Service> only_in_lvsx(const Contents &table) {
    std::set<std::string> seen;
    for (const auto &service : table.services) {
        seen.insert(service.id.text());
    }
    std::vector<Service> others;
    for (const auto &[name, service] : table.handled.services) {
        if (!seen.contains(name)) {
            others.push_back(service);
        }
    }
    return others;
}

Status list_services_as_json(Session &session, const Request &request) {
    auto table = read_table(session, request.service, request.listing.sorted);
    if (!table) {
        return table.error();
    }
    const auto &handled = table->handled;
    const auto locals = read_locals(session, handled);
    if (!locals) {
        return locals.error();
    }
    List list{true, ""};
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

Status list_handled(Session &session, const Request &request) {
    if (const auto client = session.lvsx(); !client) {
        return client.error();
    }
    const auto handled = read_handled(session);
    if (!handled) {
        return handled.error();
    }
    const auto locals = read_locals(session, *handled);
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
    List list{json, service_head() + "\n"};
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
    List list{how.json, connections_head(how.engine_data)};
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

// Nothing to list of a service that neither lvsx nor IPVS has is a slip of whoever asks. Flows are
// there even then: those that outlive their service.
Status end_of(List &list, Session &session, Client &client, const Request &request) {
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

Status list_flows(Session &session, Client &client, const Request &request) {
    const bool json = request.listing.json;
    List list{json, flow_head() + "\n"};
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
    List list{json, counter_head() + "\n"};
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
    List list{json, local_head() + "\n"};
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
    List list{json, access_head() + "\n"};
    for (const auto &entry : *entries) {
        if (entry.allow == (request.command == Command::get_allowed)) {
            list.add(json ? json_access(entry) : access_row(entry) + "\n");
        }
    }
    return end_of(list, session, client, request);
}

Status list_timeouts(Ipvs &ipvs, const Request &request) {
    const auto timeouts = ipvs.timeouts();
    if (!timeouts) {
        return timeouts.error();
    }
    List list{request.listing.json, ""};
    list.add(request.listing.json ? json_timeouts(*timeouts) : timeouts_line(*timeouts));
    return list.end();
}

Status list_daemons(Ipvs &ipvs, const Request &request) {
    const auto daemons = ipvs.daemons();
    if (!daemons) {
        return daemons.error();
    }
    List list{request.listing.json, ""};
    for (const auto &one : *daemons) {
        list.add(request.listing.json ? json_daemon(one) : daemon_line(one));
    }
    return list.end();
}

// Locals and marks stand before the real servers: at no moment of a restore is one of them plain
// NAT that is not to be.
std::string lvsx_rules(const Service &known, const std::vector<Range> &locals,
                       const std::vector<Access> &access, Names &names) {
    const auto words = service_words(known.id, names);
    const bool listed =
        std::ranges::any_of(access, [&](const Access &entry) { return entry.service == known.id; });
    // A timeout and lists are taken for a service that lvsx has already. One that it has for no
    // other reason comes back marked: lvsx would hear of them before it has found it in IPVS.
    const bool adopt = known.marked || (known.locals == 0 && (known.timeout != 0 || listed));
    auto lines = adopt ? fmt::format("--adopt {}\n", words) : "";
    for (const auto &range : locals) {
        lines += fmt::format("-P {} -z {}\n", words, range.text());
    }
    for (const auto &entry : access) {
        if (entry.service == known.id) {
            lines += fmt::format("{} {} {}\n", entry.allow ? "-O" : "-U", words,
                                 (entry.allow ? "-2 " : "-k ") + entry.text());
        }
    }
    if (known.timeout != 0) {
        lines += fmt::format("--conn-timeout {} {}\n", known.timeout, words);
    }
    return lines;
}

// Those of a kernel that was told nothing are left out.
std::string timeout_rules(const Timeouts &now) {
    if (now == Timeouts{900, 120, 300}) {
        return "";
    }
    return fmt::format("--set {} {} {}\n", now.tcp, now.tcp_fin, now.udp);
}

} // namespace

Status list(Session &session, const Request &request) {
    const auto &how = request.listing;
    const auto with_ipvs = [&](auto &&do_it) -> Status {
        const auto ipvs = session.ipvs();
        return ipvs ? do_it(**ipvs, request) : Status{ipvs.error()};
    };
    const auto with_lvsx = [&](auto &&do_it) -> Status {
        const auto client = session.lvsx();
        return client ? do_it(session, **client, request) : Status{client.error()};
    };
    if (request.command == Command::get_local) {
        return with_lvsx(list_locals);
    }
    if (request.command != Command::list) {
        return with_lvsx(list_access);
    }
    switch (how.view) {
    case View::connections:
        return list_connections(session, request);
    case View::timeouts:
        return with_ipvs(list_timeouts);
    case View::daemons:
        return with_ipvs(list_daemons);
    case View::flows:
        return with_lvsx(list_flows);
    case View::handled:
        return list_handled(session, request);
    case View::counters:
        return with_lvsx(list_counters);
    default:
        return how.json ? list_services_as_json(session, request) : list_services(session, request);
    }
}

Status save(Session &session, const Request &request) {
    auto table = read_table(session, {}, true);
    if (!table) {
        return table.error();
    }
    const auto &handled = table->handled;
    const auto timeouts = table->ipvs.timeouts();
    if (!timeouts) {
        return timeouts.error();
    }
    const auto locals = read_locals(session, handled);
    if (!locals) {
        return locals.error();
    }
    const auto access = read_access(session, handled);
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
