// SPDX-License-Identifier: GPL-2.0-only
//
// Names for addresses and ports, and back, as ipvsadm finds them: /etc/hosts, name servers,
// /etc/services.
#pragma once

#include "address.hh"

#include <map>
#include <optional>
#include <string>

namespace lvsx::adm {

// An IPv4 address by any way of writing it that ipvsadm takes, 192.0.2 and 0xc0000201 among them;
// IPv6 only as it is.
std::optional<Address> read_address(const std::string &text);

// The IPv4 address of a host by its name.
using Lookup = std::optional<Address> (*)(const std::string &);
std::optional<Address> look_up(const std::string &name);
std::optional<Address> look_nothing_up(const std::string &name); // for who may not ask

// Remembers what it was told: a list names the same servers again and again.
class Names {
public:
    explicit Names(bool numeric) : numeric_(numeric) {}

    std::string host(const Address &address);
    std::string port(std::uint16_t port, std::uint16_t protocol);
    std::string end(const Endpoint &end, std::uint16_t protocol); // "host:port", "[host]:port"

private:
    bool numeric_;
    std::map<Address, std::string> hosts_;
    std::map<std::pair<std::uint16_t, std::uint16_t>, std::string> ports_;
};

} // namespace lvsx::adm
