// SPDX-License-Identifier: GPL-2.0-only
#include "connections.hh"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

std::optional<std::uint32_t> hexadecimal(const std::string &text) {
    std::uint32_t value{};
    const auto *end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value, 16);
    return fault == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

// IPv4 as eight digits, IPv6 as it is usually written.
std::optional<Address> read_host(const std::string &text) {
    if (text.find(':') != std::string::npos) {
        return read_address(text);
    }
    const auto value = hexadecimal(text);
    if (!value || text.size() != 8) {
        return std::nullopt;
    }
    const std::uint32_t raw = htonl(*value);
    return Address::from_bytes(std::as_bytes(std::span{&raw, 1}));
}

std::optional<Endpoint> read_end(const std::string &host, const std::string &port) {
    const auto address = read_host(host);
    const auto number = hexadecimal(port);
    if (!address || !number || *number > 65535) {
        return std::nullopt;
    }
    return Endpoint{*address, static_cast<std::uint16_t>(*number)};
}

// IPVS has others: what persistence remembers of a firewall mark's client is of "IP".
std::uint16_t read_protocol(const std::string &text) {
    return text == "TCP"    ? IPPROTO_TCP
           : text == "UDP"  ? IPPROTO_UDP
           : text == "SCTP" ? IPPROTO_SCTP
                            : 0;
}

} // namespace

std::optional<Connection> read_connection(const std::string &line) {
    std::istringstream words{line};
    std::string hosts[3];
    std::string ports[3];
    Connection one;
    words >> one.protocol_text;
    for (int i = 0; i < 3; ++i) {
        words >> hosts[i] >> ports[i];
    }
    if (!(words >> one.state >> one.seconds)) {
        return std::nullopt;
    }
    words >> one.engine >> one.engine_data;
    const auto client = read_end(hosts[0], ports[0]);
    const auto vip = read_end(hosts[1], ports[1]);
    const auto real = read_end(hosts[2], ports[2]);
    if (!client || !vip || !real) {
        return std::nullopt;
    }
    one.protocol = read_protocol(one.protocol_text);
    one.client = *client;
    one.vip = *vip;
    one.real = *real;
    return one;
}

Status each_connection(const char *path, const std::function<void(const Connection &)> &each) {
    std::ifstream file{path};
    if (!file) {
        return Error{Failure::refused, errno,
                     fmt::format("cannot open file {}: {}", path, strerror(errno))};
    }
    for (std::string line; std::getline(file, line);) {
        if (const auto one = read_connection(line)) {
            each(*one);
        }
    }
    return {};
}

Connection as_connection(const Flow &flow) {
    return {flow.protocol, protocol_name(flow.protocol),
            flow.state,    flow.left_ms / 1000,
            flow.client,   flow.vip,
            flow.real};
}

std::string connections_head(bool engine_data) {
    constexpr auto title = "IPVS connection entries\n";
    if (engine_data) {
        return fmt::format("{}pro expire {:<11} {:<18} {:<18} {:<18} {:<16} {}\n", title, "state",
                           "source", "virtual", "destination", "pe name", "pe_data");
    }
    return fmt::format("{}pro expire {:<11} {:<18} {:<18} {}\n", title, "state", "source",
                       "virtual", "destination");
}

std::string connection_line(const Connection &one, bool engine_data, Names &names) {
    const auto expire = fmt::format("{:02}:{:02}", one.seconds / 60, one.seconds % 60);
    const auto end = [&](const Endpoint &which) { return names.end(which, one.protocol); };
    const auto text = fmt::format("{:<3} {:<6} {:<11} {:<18} {:<18} ", one.protocol_text, expire,
                                  one.state, end(one.client), end(one.vip));
    if (engine_data && !one.engine.empty()) {
        // The widths of these two are the wrong way round there.
        return fmt::format("{}{:<16} {:<18} {}\n", text, end(one.real), one.engine,
                           one.engine_data);
    }
    return fmt::format("{}{}\n", text, end(one.real));
}

} // namespace lvsx::adm
