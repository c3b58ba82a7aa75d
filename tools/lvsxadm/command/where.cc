// SPDX-License-Identifier: GPL-2.0-only
#include "where.hh"

#include "contents.hh"
#include "lvsxadm/text/connections.hh"
#include "lvsxadm/text/json.hh"
#include "lvsxadm/text/where_text.hh"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
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

// Can lvsx be asked about it at all?
bool is_of_lvsx(const ServiceId &id) {
    return id.family == AF_INET && (id.protocol == IPPROTO_TCP || id.protocol == IPPROTO_UDP);
}

// What the kernel would do with a new connection.
Status ask_kernel(Session &session, const Request &request, Where &answer) {
    const auto &id = answer.service.id;
    if (!is_of_lvsx(id)) {
        settle_unasked(answer, fmt::format("the scheduler {} cannot be asked: lvsx knows TCP and "
                                           "UDP over IPv4 only",
                                           answer.service.scheduling.scheduler));
        return {};
    }
    auto &client = **session.lvsx();
    const auto prospect = client.where(id.protocol, request.client, request.vip);
    if (!prospect) {
        return prospect.error();
    }
    std::vector<Access> access;
    if (prospect->reason == "denied") {
        auto lists = client.access(id);
        if (!lists) {
            return lists.error();
        }
        access = std::move(*lists);
    }
    settle(answer, *prospect, request.client.address, access);
    return {};
}

Status ask_lvsx(Session &session, const Request &request, const Handled &handled, Where &answer) {
    if (!handled.loaded) {
        settle_unasked(answer, fmt::format("the scheduler {} cannot be asked: the module lvsx, "
                                           "which does so, is not loaded",
                                           answer.service.scheduling.scheduler));
        return {};
    }
    auto &client = **session.lvsx();
    if (auto status = look_in_lvsx(client, request, answer); !status) {
        return status;
    }
    if (answer.fullnat) {
        if (auto status = read_locals(client, answer); !status) {
            return status;
        }
    }
    return is_known(answer) ? Status{} : ask_kernel(session, request, answer);
}

// A real server without a port has that of the connection.
void complete_ports(Where &answer, const Endpoint &vip) {
    if (answer.real && answer.real->port == 0) {
        answer.real->port = vip.port;
    }
}

Result<Where> look(Session &session, const Request &request, const IpvsService &service,
                   const Handled &handled) {
    Where answer{service, handled.fullnat(service.id)};
    const auto servers = (*session.ipvs())->servers(service.id);
    if (!servers) {
        return servers.error();
    }
    for (const auto &one : *servers) {
        answer.candidates.push_back(candidate(one));
    }
    if (auto status = look_in_ipvs(request, answer); !status) {
        return status.error();
    }
    if (auto status = ask_lvsx(session, request, handled, answer); !status) {
        return status.error();
    }
    complete_ports(answer, request.vip);
    return answer;
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
