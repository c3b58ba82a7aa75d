// SPDX-License-Identifier: GPL-2.0-only
#include "where.hh"

#include "connections.hh"
#include "json.hh"

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

bool serves(const ServiceId &service, const Endpoint &vip) {
    return service.fwmark == 0 && service.vip.address == vip.address &&
           (service.vip.port == vip.port || service.vip.port == 0);
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
                   (one.vip.port == request.vip.port || one.vip.port == 0)) {
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
        answer.real = found->real;
        answer.local = found->local;
        answer.cpu = found->cpu;
        answer.why = fmt::format("lvsx has this connection ({}, {} s left)", found->state,
                                 found->left_ms / 1000);
    }
    return {};
}

Result<Where> look(Session &session, const Request &request, const IpvsService &service,
                   const Handled &handled) {
    Where answer{service, handled.fullnat(service.id, service.scheduling.flags)};
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
    auto made = pick(service.scheduling, *servers, answer.fullnat);
    answer.candidates = std::move(made.candidates);
    if (answer.found == Found::nothing) {
        answer.real = made.real;
        answer.why = std::move(made.why);
    }
    return answer;
}

} // namespace

std::string where_text(const Where &answer, const Endpoint &client) {
    const bool has = answer.found == Found::flow || answer.found == Found::connection;
    auto text = fmt::format("{} for {}\n", answer.service.id.text(), client.text());
    text += !answer.real ? "  no real server to tell\n"
                         : fmt::format("  {} {}{}{}\n", has ? "has" : "would get",
                                       answer.real->text(), answer.fullnat ? " by FullNAT" : "",
                                       answer.local ? fmt::format(", from {}, on CPU {}",
                                                                  answer.local->text(), answer.cpu)
                                                    : "");
    text += fmt::format("  {}\n", answer.why);
    for (const auto &one : answer.candidates) {
        text +=
            fmt::format("  -> {:<28} weight {}, {} active, {} inactive: {}\n",
                        one.server.to.real.text(), one.server.to.weight, one.server.active,
                        one.server.inactive, one.obstacle.empty() ? "can be chosen" : one.obstacle);
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
    bool any = false;
    JsonArray array{stdout};
    for (const auto &service : *services) {
        if (!serves(service.id, request.vip)) {
            continue;
        }
        const auto answer = look(session, request, service, *handled);
        if (!answer) {
            return answer.error();
        }
        any = true;
        if (request.listing.json) {
            array.add(json_where(*answer));
        } else {
            fmt::print("{}", where_text(*answer, request.client));
        }
    }
    if (!any) {
        return Error{Failure::refused, ENOENT,
                     fmt::format("IPVS has no service at {}; services of firewall marks cannot be "
                                 "asked about",
                                 request.vip.text())};
    }
    if (request.listing.json) {
        array.end();
    }
    return {};
}

} // namespace lvsx::adm
