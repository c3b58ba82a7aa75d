// SPDX-License-Identifier: GPL-2.0-only
//
// Words that other programs of FullNAT, whose command is called ipvsadm as well, have and lvsx has
// not, or has under another name: whose they are, and what to use here.
#pragma once

#include "table.hh"

namespace lvsx::adm {

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which a row reads
struct PeerRow {
    char letter; // 0: only the long name
    std::string_view name;
    Argument argument;
    std::string_view whose;
    std::string_view instead;
    std::string_view commands{}; // with which the letter means this; empty: with all
};

constexpr std::string_view dpvs = "DPVS", taobao = "Alibaba's LVS", a_fork = "a fork of ipvsadm";

constexpr std::string_view no_snat =
    "source NAT of connections that begin inside is the firewall's "
    "(nft, masquerade or snat)";
constexpr std::string_view no_icmp =
    "the host itself answers pings to a VIP that it has, and ICMP "
    "errors follow the TCP and UDP connections that they are about";

// A value of "disable" asks for nothing, and is taken.
constexpr PeerRow peers[] = {
    {0, "proxy-protocol", with_value, dpvs,
     "the client's address is not passed on yet; a proxy in front of the real servers can"},
    {0, "dest-check", with_value, dpvs,
     "have keepalived or ldirectord check real servers and take away those that fail"},
    {0, "quic", no_value, dpvs,
     "QUIC's connection IDs are not read; -p keeps a client on its real server when its port "
     "changes"},
    {0, "hash-target", with_value, dpvs,
     "-s sh and -s mh hash the client's address, and with -b sh-port or -b mh-port its port"},
    {0, "expire-quiescent", no_value, dpvs,
     "connections to a real server of weight 0 go on; those to one that is deleted end with sysctl "
     "net.ipv4.vs.expire_nodest_conn=1"},
    {'H', "match", with_value, dpvs, no_snat},
    {'J', "snat", no_value, dpvs, no_snat},
    {'q', "icmp-service", with_value, dpvs, no_icmp},
    {'1', "icmpv6-service", with_value, dpvs, no_icmp},
    {0, "sockpair", with_value, dpvs, "--where CLIENT:PORT VIP:PORT finds one connection"},
    {0, "cpu", with_value, dpvs,
     "-G adds all CPUs up, and -L --flows says on which CPU a connection is"},
    {'V', "vsestablish-timeout", with_value, taobao, "it is --conn-timeout SECONDS here", "AE"},
    {'K', "add-snat", no_value, taobao, no_snat},
    {0, "edit-snat", no_value, taobao, no_snat},
    {0, "delete-snat", no_value, taobao, no_snat},
    {0, "from", with_value, taobao, no_snat},
    {'T', "to", with_value, taobao, no_snat},
    {0, "gw", with_value, taobao, no_snat},
    {0, "snat-ip", with_value, taobao, no_snat},
    {0, "algo", with_value, taobao, no_snat},
    {'N', "new-gw", with_value, taobao, no_snat},
    {0, "oif", with_value, taobao, no_snat},
    {0, "info", no_value, a_fork, "-L --lvsx lists what lvsx was told, and -G the local addresses"},
};

} // namespace lvsx::adm
