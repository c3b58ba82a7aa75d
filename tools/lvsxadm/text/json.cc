// SPDX-License-Identifier: GPL-2.0-only
#include "json.hh"

#include "lvsxadm/parse/values.hh"

#include <algorithm>
#include <cctype>
#include <sstream>

#include <fmt/format.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>

namespace lvsx::adm {
namespace {

using Json = nlohmann::ordered_json; // members in the order in which they are written here

// Bytes that are no UTF-8 become U+FFFD: the names come from the kernel, and must not end us.
std::string text(const Json &value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string protocol(std::uint16_t number) {
    return number == IPPROTO_TCP    ? "tcp"
           : number == IPPROTO_UDP  ? "udp"
           : number == IPPROTO_SCTP ? "sctp"
                                    : std::to_string(number);
}

std::string in_small(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
    return text;
}

Json end(const Endpoint &endpoint) {
    return {{"address", endpoint.address.text()}, {"port", endpoint.port}};
}

Json identity(const ServiceId &id) {
    Json value{{"family", id.family == AF_INET6 ? "ipv6" : "ipv4"}};
    if (id.fwmark != 0) {
        value["fwmark"] = id.fwmark;
    } else {
        value["protocol"] = protocol(id.protocol);
        value["address"] = id.vip.address.text();
        value["port"] = id.vip.port;
    }
    return value;
}

Json addresses(const std::vector<Range> &ranges) {
    auto list = Json::array();
    for (const auto &range : ranges) {
        list.push_back({{"first", range.first.text()}, {"last", range.last.text()}});
    }
    return list;
}

Json words_of(const std::string &text) {
    auto all = Json::array();
    std::istringstream words{text};
    for (std::string word; words >> word;) {
        all.push_back(word);
    }
    return all;
}

Json traffic(const Traffic &one) {
    return {{"connections", one.connections},
            {"in_packets", one.in_packets},
            {"out_packets", one.out_packets},
            {"in_bytes", one.in_bytes},
            {"out_bytes", one.out_bytes}};
}

Json mask_of(const IpvsService &service) {
    const auto mask = service.scheduling.netmask;
    if (service.id.family == AF_INET6) {
        return mask; // a number
    }
    return netmask_text(mask, service.id.family);
}

std::string forward(Forward how, bool fullnat) {
    switch (how) {
    case Forward::masquerading:
        return fullnat ? "fullnat" : "masquerading";
    case Forward::local:
        return "local";
    case Forward::tunnel:
        return "tunnel";
    default:
        return "route";
    }
}

Json tunnel(const Destination &to) {
    if (to.forward != Forward::tunnel) {
        return nullptr;
    }
    const auto &one = to.tunnel;
    return {{"type", one.type == Encapsulation::gue   ? "gue"
                     : one.type == Encapsulation::gre ? "gre"
                                                      : "ipip"},
            {"port", one.port},
            {"checksum", (one.flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM) != 0      ? "yes"
                         : (one.flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM) != 0 ? "remote"
                                                                              : "no"}};
}

Json server(const IpvsServer &one, bool fullnat) {
    return {{"real", end(one.to.real)},       {"forward", forward(one.to.forward, fullnat)},
            {"weight", one.to.weight},        {"upper", one.to.upper},
            {"lower", one.to.lower},          {"tunnel", tunnel(one.to)},
            {"active", one.active},           {"inactive", one.inactive},
            {"persistent", one.persistent},   {"stats", traffic(one.stats.total)},
            {"rate", traffic(one.stats.rate)}};
}

Json words_between(const std::string &list, char separator) {
    auto all = Json::array();
    std::istringstream words{list};
    for (std::string word; std::getline(words, word, separator);) {
        all.push_back(word);
    }
    return all;
}

} // namespace

std::string json_ipvs_service(const IpvsService &service, const std::vector<IpvsServer> &servers,
                              const FromLvsx &lvsx) {
    const auto &how = service.scheduling;
    const bool persistent = (how.flags & IP_VS_SVC_F_PERSISTENT) != 0;
    Json value{{"service", identity(service.id)},
               {"scheduler", how.scheduler},
               {"flags", words_between(scheduler_flags_text(how.flags, how.scheduler), ',')},
               {"persistent", persistent ? Json(how.timeout) : Json{}},
               {"netmask", persistent ? mask_of(service) : Json{}},
               {"engine", how.engine.empty() ? Json{} : Json(how.engine)},
               {"one_packet", (how.flags & IP_VS_SVC_F_ONEPACKET) != 0},
               {"fullnat", lvsx.fullnat},
               {"flows", lvsx.flows},
               {"locals", addresses(lvsx.locals)},
               {"no_local", lvsx.no_local},
               {"stats", traffic(service.stats.total)},
               {"rate", traffic(service.stats.rate)}};
    auto list = Json::array();
    for (const auto &one : servers) {
        list.push_back(server(one, lvsx.fullnat));
    }
    value["servers"] = std::move(list);
    return text(value);
}

std::string json_connection(const Connection &one, bool from_lvsx) {
    return text({{"by", from_lvsx ? "lvsx" : "ipvs"},
                 {"protocol", in_small(one.protocol_text)},
                 {"state", one.state},
                 {"seconds", one.seconds},
                 {"client", end(one.client)},
                 {"vip", end(one.vip)},
                 {"real", end(one.real)},
                 {"engine", one.engine.empty() ? Json{} : Json(one.engine)},
                 {"engine_data", one.engine.empty() ? Json{} : Json(one.engine_data)}});
}

std::string json_where(const Where &answer) {
    constexpr const char *found[] = {nullptr, "flow", "connection", "persistence"};
    const auto *how = found[static_cast<std::size_t>(answer.found)];
    const auto maybe = [](const std::optional<Endpoint> &one) { return one ? end(*one) : Json{}; };
    Json value{{"service", identity(answer.service.id)},
               {"fullnat", answer.fullnat},
               {"found", how == nullptr ? Json{} : Json(how)},
               {"real", maybe(answer.real)},
               {"local", maybe(answer.local)},
               {"cpu", answer.local ? Json(answer.cpu) : Json{}},
               {"why", answer.why},
               {"locals", addresses(answer.locals)}};
    auto servers = Json::array();
    for (const auto &one : answer.candidates) {
        servers.push_back({{"real", end(one.server.to.real)},
                           {"weight", one.server.to.weight},
                           {"active", one.server.active},
                           {"why", one.obstacle.empty() ? Json{} : Json(one.obstacle)},
                           {"caution", one.caution.empty() ? Json{} : Json(one.caution)}});
    }
    value["servers"] = std::move(servers);
    auto picks = Json::array();
    for (const auto &one : answer.picks) {
        picks.push_back({{"cpu_first", one.cpu_first},
                         {"cpu_last", one.cpu_last},
                         {"real", end(one.real)},
                         {"reason", one.reason.empty() ? Json{} : Json(one.reason)}});
    }
    value["picks"] = std::move(picks);
    return text(value);
}

std::string json_timeouts(const Timeouts &timeouts) {
    return text({{"tcp", timeouts.tcp}, {"tcp_fin", timeouts.tcp_fin}, {"udp", timeouts.udp}});
}

std::string json_daemon(const SyncDaemon &daemon) {
    return text({{"state", daemon.master ? "master" : "backup"},
                 {"device", daemon.device},
                 {"syncid", daemon.syncid},
                 {"length", daemon.length},
                 {"group", daemon.group ? Json(daemon.group->text()) : Json{}},
                 {"port", daemon.port},
                 {"ttl", daemon.ttl}});
}

std::string json_service(const Service &service, const std::vector<Range> &locals, bool no_local) {
    return text({{"service", identity(service.id)},
                 {"fullnat", service.fullnat},
                 {"marked", service.marked},
                 {"draining", service.draining},
                 {"flows", service.flows},
                 {"timeout", service.timeout},
                 {"locals", addresses(locals)},
                 {"no_local", no_local}});
}

std::string json_default_pool(const Setting &setting, const std::vector<Range> &locals) {
    return text({{"service", nullptr},
                 {"fullnat", setting.default_on},
                 {"locals", addresses(locals)},
                 {"rss_device", setting.rss_device.empty() ? Json{} : Json(setting.rss_device)},
                 {"rss", setting.rss},
                 {"ingress", words_of(setting.ingress)},
                 {"reset", setting.reset},
                 {"draining", setting.draining},
                 {"flows", setting.flows}});
}

std::string json_local(const Local &local) {
    return text({{"service", local.pool ? identity(*local.pool) : Json{}},
                 {"address", local.address.text()},
                 {"ports_total", local.ports_total},
                 {"ports_used", local.ports_used},
                 {"ports_free", local.ports_free()},
                 {"fullest", local.fullest / 10.0},
                 {"conflicts", local.conflicts},
                 {"gone", local.gone}});
}

std::string json_access(const Access &entry) {
    return text({{"service", identity(entry.service)},
                 {"list", entry.allow ? "allow" : "deny"},
                 {"clients", entry.clients ? addresses({*entry.clients})[0] : Json{}},
                 {"ipset", entry.set.empty() ? Json{} : Json(entry.set)}});
}

std::string json_flow(const Flow &flow) {
    return text({{"protocol", protocol(flow.protocol)},
                 {"state", flow.state},
                 {"left_ms", flow.left_ms},
                 {"cpu", flow.cpu},
                 {"client", end(flow.client)},
                 {"vip", end(flow.vip)},
                 {"local", end(flow.local)},
                 {"real", end(flow.real)}});
}

std::string json_counter(const Counter &counter) {
    return text({{"name", counter.name}, {"value", counter.value}, {"help", counter.help}});
}

void JsonArray::add(const std::string &element) {
    fmt::print(to_, "{}{}", empty_ ? "[\n" : ",\n", element);
    empty_ = false;
}

void JsonArray::end() {
    fmt::print(to_, "{}", empty_ ? "[]\n" : "\n]\n");
}

} // namespace lvsx::adm
