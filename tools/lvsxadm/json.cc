// SPDX-License-Identifier: GPL-2.0-only
#include "json.hh"

#include <sstream>

#include <fmt/format.h>
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
    return number == IPPROTO_TCP ? "tcp" : number == IPPROTO_UDP ? "udp" : std::to_string(number);
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

} // namespace

std::string json_service(const Service &service, const std::vector<Range> &locals) {
    return text({{"service", identity(service.id)},
                 {"fullnat", service.fullnat},
                 {"flows", service.flows},
                 {"locals", addresses(locals)}});
}

std::string json_default_pool(const Setting &setting, const std::vector<Range> &locals) {
    return text({{"service", nullptr},
                 {"fullnat", setting.default_on},
                 {"locals", addresses(locals)},
                 {"rss_device", setting.rss_device.empty() ? Json{} : Json(setting.rss_device)},
                 {"rss", setting.rss},
                 {"ingress", words_of(setting.ingress)}});
}

std::string json_local(const Local &local) {
    return text({{"service", local.pool ? identity(*local.pool) : Json{}},
                 {"address", local.address.text()},
                 {"ports_total", local.ports_total},
                 {"ports_used", local.ports_used},
                 {"conflicts", local.conflicts}});
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
