// SPDX-License-Identifier: GPL-2.0-only
#include "names.hh"

#include <array>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

std::string ask_host(const Address &address) {
    sockaddr_storage room{};
    socklen_t length = 0;
    if (address.family() == AF_INET) {
        auto *to = reinterpret_cast<sockaddr_in *>(&room);
        to->sin_family = AF_INET;
        memcpy(&to->sin_addr, address.bytes().data(), sizeof(to->sin_addr));
        length = sizeof(*to);
    } else {
        auto *to = reinterpret_cast<sockaddr_in6 *>(&room);
        to->sin6_family = AF_INET6;
        memcpy(&to->sin6_addr, address.bytes().data(), sizeof(to->sin6_addr));
        length = sizeof(*to);
    }
    std::array<char, NI_MAXHOST> name{};
    const bool found = getnameinfo(reinterpret_cast<sockaddr *>(&room), length, name.data(),
                                   name.size(), nullptr, 0, NI_NAMEREQD) == 0;
    return found ? name.data() : address.text();
}

const char *protocol_word(std::uint16_t protocol) {
    return protocol == IPPROTO_UDP ? "udp" : protocol == IPPROTO_SCTP ? "sctp" : "tcp";
}

std::string ask_port(std::uint16_t port, std::uint16_t protocol) {
    std::array<char, 1024> room{};
    servent entry{};
    servent *found = nullptr;
    if (getservbyport_r(htons(port), protocol_word(protocol), &entry, room.data(), room.size(),
                        &found) == 0 &&
        found != nullptr) {
        return found->s_name;
    }
    return std::to_string(port);
}

} // namespace

std::optional<Address> read_address(const std::string &text) {
    in_addr v4{};
    in6_addr v6{};
    // inet_aton ends at a blank; what is behind one was not meant.
    if (text.find_first_of(" \t\n") == std::string::npos && inet_aton(text.c_str(), &v4) != 0) {
        return Address::from_bytes(std::as_bytes(std::span{&v4, 1}));
    }
    if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) {
        return Address::from_bytes(std::as_bytes(std::span{&v6, 1}));
    }
    return std::nullopt;
}

std::optional<Address> look_up(const std::string &name) {
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *answer = nullptr;
    if (name.empty() || getaddrinfo(name.c_str(), nullptr, &hints, &answer) != 0) {
        return std::nullopt;
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner{answer, freeaddrinfo};
    const auto *first = reinterpret_cast<const sockaddr_in *>(answer->ai_addr);
    return Address::from_bytes(std::as_bytes(std::span{&first->sin_addr, 1}));
}

std::optional<Address> look_nothing_up(const std::string & /*name*/) {
    return std::nullopt;
}

std::string Names::host(const Address &address) {
    if (numeric_) {
        return address.text();
    }
    auto [at, unknown] = hosts_.try_emplace(address);
    if (unknown) {
        at->second = ask_host(address);
    }
    return at->second;
}

std::string Names::port(std::uint16_t port, std::uint16_t protocol) {
    if (numeric_) {
        return std::to_string(port);
    }
    auto [at, unknown] = ports_.try_emplace({port, protocol});
    if (unknown) {
        at->second = ask_port(port, protocol);
    }
    return at->second;
}

std::string Names::end(const Endpoint &end, std::uint16_t protocol) {
    const bool v6 = end.address.family() == AF_INET6;
    return fmt::format("{}{}{}:{}", v6 ? "[" : "", host(end.address), v6 ? "]" : "",
                       port(end.port, protocol));
}

} // namespace lvsx::adm
