// SPDX-License-Identifier: GPL-2.0-only
#include "where.hh"

#include "connections.hh"
#include "contents.hh"
#include "json.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

// What of the client's address persistence looks at.
Address masked(const Address &client, const Scheduling &scheduling) {
    if (client.family() == AF_INET6) {
        return client.fill(scheduling.netmask, false);
    }
    std::uint32_t raw{};
    memcpy(&raw, client.bytes().data(), sizeof(raw));
    raw &= scheduling.netmask;
    return *Address::from_bytes(std::as_bytes(std::span{&raw, 1}));
}

constexpr std::uint16_t ftp = 21;

// The virtual port of what persistence remembers: 0 is of all ports, and of FTP, whose data
// connections come to others.
std::uint16_t template_port(const ServiceId &service, const Endpoint &vip) {
    return service.vip.port == vip.port && vip.port != ftp ? vip.port : std::uint16_t{0};
}

bool is_known(const Where &answer) {
    return answer.found == Found::flow || answer.found == Found::connection;
}

bool is_at(const IpvsService &service, const Endpoint &vip) {
    return service.id.fwmark == 0 && service.id.vip == vip;
}

// In IPVS's table: the connection itself, or what persistence remembers of the client.
Status look_in_ipvs(const Request &request, Where &answer) {
    const auto &service = answer.service;
    const bool persistent = (service.scheduling.flags & IP_VS_SVC_F_PERSISTENT) != 0;
    const auto client = masked(request.client.address, service.scheduling);
    return each_connection(ipvs_connections, [&](const Connection &one) {
        if (one.protocol != service.id.protocol || one.vip.address != request.vip.address) {
            return;
        }
        if (one.client == request.client && one.vip.port == request.vip.port) {
            answer.found = Found::connection;
            answer.real = one.real;
            answer.why = fmt::format("stock IPVS has this connection ({}, {} s left)", one.state,
                                     one.seconds);
        } else if (persistent && answer.found == Found::nothing && one.client.port == 0 &&
                   one.client.address == client &&
                   one.vip.port == template_port(service.id, request.vip)) {
            answer.found = Found::persistence;
            answer.real = one.real;
            answer.why =
                fmt::format("persistence remembers this client for another {} s", one.seconds);
        }
    });
}

Status look_in_lvsx(Client &client, const Request &request, Where &answer) {
    const auto flow = client.flow(answer.service.id.protocol, request.client, request.vip);
    if (!flow) {
        return flow.error();
    }
    if (const auto &found = *flow) {
        answer.found = Found::flow;
        answer.by_fullnat = true;
        answer.real = found->real;
        answer.local = found->local;
        answer.cpu = found->cpu;
        answer.why = fmt::format("lvsx has this connection ({}, {} s left)", found->state,
                                 found->left_ms / 1000);
    }
    return {};
}

void refuse(Where &answer, std::string why) {
    answer.found = Found::nothing;
    answer.real.reset();
    answer.why = std::move(why);
    answer.locals.clear();
}

// What the entries of one list say of a client: one range that has it, or the ipsets that may.
struct Listed {
    bool any{};
    const Range *range{};
    std::vector<std::string> sets;
};
Listed listed_for(const Address &client, const std::vector<Access> &lists, bool allow) {
    Listed listed;
    for (const auto &entry : lists) {
        if (entry.allow != allow) {
            continue;
        }
        listed.any = true;
        if (!entry.clients) {
            listed.sets.push_back(entry.text());
        } else if (entry.clients->first <= client && client <= entry.clients->last) {
            listed.range = &*entry.clients;
        }
    }
    return listed;
}

std::string one_of(const std::vector<std::string> &sets) {
    return fmt::format("{}", fmt::join(sets, " or "));
}

bool masquerades(const Candidate &one) {
    return one.server.to.forward == Forward::masquerading;
}

// IPVS's scheduler does not look at how a real server is reached; lvsx does, once it is chosen. A
// service without any masquerading one it leaves to stock IPVS.
void admit_forwarding(Where &answer) {
    auto &all = answer.candidates;
    answer.by_fullnat = std::ranges::any_of(all, masquerades);
    if (!answer.by_fullnat) {
        answer.locals.clear();
        answer.why += "; stock IPVS has it, since no real server is masquerading";
        return;
    }
    constexpr auto drops = "FullNAT takes masquerading real servers only: lvsx drops it";
    for (auto &one : all) {
        if (masquerades(one) || !one.obstacle.empty()) {
            continue;
        }
        one.caution += fmt::format("{}but {}", one.caution.empty() ? "" : ", ", drops);
    }
    const auto chosen = std::ranges::find_if(all, [&](const Candidate &one) {
        return answer.real && one.server.to.real == *answer.real && !masquerades(one);
    });
    if (chosen != all.end()) {
        refuse(answer,
               fmt::format("{} is chosen ({}), but {}", answer.real->text(), answer.why, drops));
    }
}

// Its own, or else the default pool's.
Status read_locals(Client &client, Where &answer) {
    for (const auto &pool : {Pool{answer.service.id}, Pool{}}) {
        const auto locals = client.locals(pool);
        if (!locals) {
            return locals.error();
        }
        answer.locals = addresses_of(pool, *locals);
        answer.own_locals = pool && !answer.locals.empty();
        if (answer.own_locals) {
            break;
        }
    }
    return {};
}

Status ask_lvsx(Client &client, const Request &request, Where &answer) {
    if (auto status = read_locals(client, answer); !status) {
        return status;
    }
    if (is_known(answer)) {
        return {};
    }
    const auto lists = client.access(answer.service.id);
    if (!lists) {
        return lists.error();
    }
    admit(answer, request.client.address, *lists);
    return {};
}

Result<Where> look(Session &session, const Request &request, const IpvsService &service,
                   const Handled &handled) {
    Where answer{service, handled.fullnat(service.id)};
    if (auto status = look_in_ipvs(request, answer); !status) {
        return status.error();
    }
    if (handled.loaded) {
        if (auto status = look_in_lvsx(**session.lvsx(), request, answer); !status) {
            return status.error();
        }
    }
    const auto servers = (*session.ipvs())->servers(service.id);
    if (!servers) {
        return servers.error();
    }
    auto made = pick(service.scheduling, *servers);
    answer.candidates = std::move(made.candidates);
    if (answer.found == Found::nothing) {
        answer.real = made.real;
        answer.why = std::move(made.why);
    }
    if (answer.fullnat) {
        if (auto status = ask_lvsx(**session.lvsx(), request, answer); !status) {
            return status.error();
        }
    }
    if (answer.real && answer.real->port == 0) {
        answer.real->port = request.vip.port; // such a real server has that of the connection
    }
    return answer;
}

// Of a connection that may come.
std::string locals_line(const Where &answer) {
    const bool may_come =
        answer.real || std::ranges::any_of(answer.candidates, [](const Candidate &one) {
            return one.obstacle.empty();
        });
    if (is_known(answer) || !answer.by_fullnat || answer.locals.empty() || !may_come) {
        return "";
    }
    std::vector<std::string> ranges;
    for (const auto &range : answer.locals) {
        ranges.push_back(range.text());
    }
    return fmt::format("  would come from {} ({}), on the CPU that its first packet arrives on\n",
                       fmt::join(ranges, ", "),
                       answer.own_locals ? "the service's local addresses" : "the default pool");
}

std::string candidate_line(const Candidate &one) {
    const auto &server = one.server;
    return fmt::format("  -> {:<28} weight {}, {} active, {} inactive: {}{}\n",
                       server.to.real.text(), server.to.weight, server.active, server.inactive,
                       one.obstacle.empty() ? "can be chosen" : one.obstacle,
                       one.caution.empty() ? "" : ", " + one.caution);
}

} // namespace

std::vector<IpvsService> serving(const std::vector<IpvsService> &all, const Endpoint &vip) {
    std::vector<IpvsService> found;
    for (const auto &one : all) {
        const bool exact = std::ranges::any_of(all, [&](const IpvsService &other) {
            return is_at(other, vip) && other.id.protocol == one.id.protocol;
        });
        if (is_at(one, exact ? vip : Endpoint{vip.address, 0})) {
            found.push_back(one);
        }
    }
    return found;
}

void admit(Where &answer, const Address &client, const std::vector<Access> &lists) {
    const auto denied = listed_for(client, lists, false);
    const auto allowed = listed_for(client, lists, true);
    if (denied.range != nullptr) {
        return refuse(answer,
                      fmt::format("the client is on the deny list ({})", denied.range->text()));
    }
    if (allowed.any && allowed.range == nullptr && allowed.sets.empty()) {
        return refuse(answer, "the client is not on the allow list");
    }
    if (answer.locals.empty()) {
        return refuse(answer, "no local address: the service has none of its own, and the default "
                              "pool is empty");
    }
    // Who is in an ipset cannot be asked from here.
    if (!denied.sets.empty()) {
        answer.why +=
            fmt::format("; unless {} of the deny list has the client", one_of(denied.sets));
    }
    if (allowed.any && allowed.range == nullptr) {
        answer.why +=
            fmt::format("; only if {} of the allow list has the client", one_of(allowed.sets));
    }
    admit_forwarding(answer);
}

std::string where_text(const Where &answer, const Endpoint &client) {
    auto text = fmt::format("{} for {}\n", answer.service.id.text(), client.text());
    if (answer.real) {
        text += fmt::format(
            "  {} {}{}{}\n", is_known(answer) ? "has" : "would get", answer.real->text(),
            answer.by_fullnat ? " by FullNAT" : "",
            answer.local ? fmt::format(", from {}, on CPU {}", answer.local->text(), answer.cpu)
                         : "");
    } else {
        text += "  no real server to tell\n";
    }
    text += fmt::format("  {}\n{}", answer.why, locals_line(answer));
    for (const auto &one : answer.candidates) {
        text += candidate_line(one);
    }
    return text;
}

Status where(Session &session, const Request &request) {
    const auto ipvs = session.ipvs();
    if (!ipvs) {
        return ipvs.error();
    }
    const auto services = (*ipvs)->services();
    if (!services) {
        return services.error();
    }
    const auto handled = read_handled(session);
    if (!handled) {
        return handled.error();
    }
    const auto serving_it = serving(*services, request.vip);
    if (serving_it.empty()) {
        return Error{Failure::refused, ENOENT,
                     fmt::format("IPVS has no service at {}; services of firewall marks cannot be "
                                 "asked about",
                                 request.vip.text())};
    }
    JsonArray array{stdout};
    for (const auto &service : serving_it) {
        const auto answer = look(session, request, service, *handled);
        if (!answer) {
            return answer.error();
        }
        if (request.listing.json) {
            array.add(json_where(*answer));
        } else {
            fmt::print("{}", where_text(*answer, request.client));
        }
    }
    if (request.listing.json) {
        array.end();
    }
    return {};
}

} // namespace lvsx::adm
