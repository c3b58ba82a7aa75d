// SPDX-License-Identifier: GPL-2.0-only
//
// The connections: those that IPVS tells of in /proc/net/ip_vs_conn, and lvsx's flows by the same
// columns. One at a time, since there may be millions.
#pragma once

#include "lvsxadm/parse/names.hh"
#include "model.hh"

#include <functional>
#include <string>

namespace lvsx::adm {

struct Connection {
    std::uint16_t protocol{}; // 0: one that only IPVS has a name for
    std::string protocol_text;
    std::string state;
    std::uint32_t seconds{}; // until it expires
    Endpoint client;
    Endpoint vip;
    Endpoint real;
    std::string engine{}; // of persistence, and what it knows
    std::string engine_data{};
};

// One line of the file; none for its head and for what cannot be read.
std::optional<Connection> read_connection(const std::string &line);
Status each_connection(const char *path, const std::function<void(const Connection &)> &each);
constexpr auto ipvs_connections = "/proc/net/ip_vs_conn";

Connection as_connection(const Flow &flow);

std::string connections_head(bool engine_data);
std::string connection_line(const Connection &one, bool engine_data, Names &names);

} // namespace lvsx::adm
