// SPDX-License-Identifier: GPL-2.0-only
//
// Which commands and options there are, and what goes with what: here and nowhere else. A command
// is called by one character; an option names the commands that take it and those that need it.
#pragma once

#include <cstdint>
#include <string_view>

namespace lvsx::adm {

enum class Command : char {
    add_service = 'A',
    edit_service = 'E',
    delete_service = 'D',
    clear = 'C',
    restore = 'R',
    save = 'S',
    add_server = 'a',
    edit_server = 'e',
    delete_server = 'd',
    list = 'L',
    zero = 'Z',
    set_timeouts = 't',
    start_daemon = 'm',
    stop_daemon = 's',
    add_local = 'P',
    delete_local = 'Q',
    get_local = 'G',
    add_denied = 'U',
    delete_denied = 'V',
    get_denied = 'B',
    add_allowed = 'O',
    delete_allowed = 'Y',
    get_allowed = 'W',
    set_idle = 'n',
    adopt = 'o',
    forget = 'f',
    set_default = 'u',
    set_reset = 'r',
    drain = 'q',
    undrain = 'y',
    ingress_on = 'i',
    ingress_off = 'j',
    where = 'w',
    watch = 'c',
    help = 'h',
    version = 'v',
};

// clang-format off: one line a kind
enum Option : std::uint8_t {
    tcp,
    udp,
    sctp,
    mark,
    ipv6,
    scheduler,
    persistent,
    netmask,
    engine,
    ops,
    flags,
    idle,
    real,
    fullnat,
    masquerading,
    gatewaying,
    ipip,
    tun_type,
    tun_port,
    tun_nocsum,
    tun_csum,
    tun_remcsum,
    weight,
    upper,
    lower,
    local,
    denied,
    allowed,
    device,
    add_address,
    take_now,
    numeric,
    exact,
    nosort,
    sort,
    stats,
    rate,
    thresholds,
    persistent_conn,
    tun_info,
    connection,
    timeout,
    patience,
    daemon,
    flows,
    handled,
    counters,
    all,
    json,
    stock,
    mcast_interface,
    syncid,
    sync_maxlen,
    mcast_group,
    mcast_port,
    mcast_ttl,
    times,
    option_count,
};
// clang-format on

enum class Argument { none, required, optional };

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in the order in which a row reads
struct CommandRow {
    char letter; // 0: only the long name
    Command command;
    std::string_view name;
    Argument argument{Argument::none};
    std::uint8_t more{}; // words that must follow, at that
};

// What an option is about, so that others can exclude it: bits.
enum Kind : std::uint8_t {
    any = 0,
    a_service = 1,
    a_forward = 2,
    a_checksum = 4,
    a_view = 8,
    some_columns = 16,
    persistence_columns = 32, // of servers, or of connections
};
constexpr std::uint8_t plain_view = a_view | some_columns | persistence_columns; // of some services
constexpr std::uint8_t whole_view = plain_view | a_service;
constexpr std::uint8_t connection_view = a_view | some_columns | a_service;

// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): as above
struct OptionRow {
    Option option; // option_count: kept for what the module cannot do yet
    char letter;
    std::string_view name;
    std::string_view value; // what the sentences call it; empty: it has none
    std::string_view allowed;
    std::string_view required{};
    Argument argument{Argument::required};
    Kind kind{};
    std::uint8_t excludes{};
};

constexpr auto no_value = Argument::none;
constexpr auto with_value = Argument::required;

constexpr CommandRow commands[] = {
    {'A', Command::add_service, "add-service"},
    {'E', Command::edit_service, "edit-service"},
    {'D', Command::delete_service, "delete-service"},
    {'C', Command::clear, "clear"},
    {'R', Command::restore, "restore"},
    {'S', Command::save, "save"},
    {'a', Command::add_server, "add-server"},
    {'e', Command::edit_server, "edit-server"},
    {'d', Command::delete_server, "delete-server"},
    {'L', Command::list, "list"},
    {'l', Command::list, ""},
    {'Z', Command::zero, "zero"},
    {0, Command::set_timeouts, "set", no_value, 3},
    {0, Command::start_daemon, "start-daemon", Argument::required},
    {0, Command::stop_daemon, "stop-daemon", Argument::required},
    {'P', Command::add_local, "add-laddr"},
    {'Q', Command::delete_local, "del-laddr"},
    {'G', Command::get_local, "get-laddr"},
    {'U', Command::add_denied, "add-blklst"},
    {'V', Command::delete_denied, "del-blklst"},
    {'B', Command::get_denied, "get-blklst"},
    {'O', Command::add_allowed, "add-whtlst"},
    {'Y', Command::delete_allowed, "del-whtlst"},
    {'W', Command::get_allowed, "get-whtlst"},
    {0, Command::set_idle, "conn-timeout", Argument::required},
    {0, Command::adopt, "adopt"},
    {0, Command::forget, "forget"},
    {0, Command::set_default, "set-default", Argument::required},
    {0, Command::set_reset, "set-reset", Argument::required},
    {0, Command::drain, "drain"},
    {0, Command::undrain, "undrain"},
    {0, Command::ingress_on, "ingress-on", Argument::required},
    {0, Command::ingress_off, "ingress-off", Argument::required},
    {0, Command::where, "where", Argument::required, 1},
    {0, Command::watch, "watch", Argument::optional},
    {'h', Command::help, "help"},
    {'v', Command::version, "version"},
};

constexpr std::string_view any_service = "AEDaedLZPQGUVBOYWnofqy";
constexpr std::string_view must_service = "AEDaedUVOYnof";

// Words for what the module cannot do yet. The first of their values asks for nothing, and is
// taken.
constexpr OptionRow reserve(char letter, std::string_view name, std::string_view values) {
    return {option_count, letter, name, values, "AE", "", with_value};
}

constexpr OptionRow options[] = {
    {tcp, 't', "tcp-service", "ADDRESS:PORT", any_service, "", with_value, a_service, a_service},
    {udp, 'u', "udp-service", "ADDRESS:PORT", any_service, "", with_value, a_service, a_service},
    {sctp, 0, "sctp-service", "ADDRESS:PORT", any_service, "", with_value, a_service, a_service},
    {mark, 'f', "fwmark-service", "MARK", any_service, "", with_value, a_service, a_service},
    {ipv6, '6', "ipv6", "", any_service, "", no_value},
    {scheduler, 's', "scheduler", "NAME", "AE"},
    {persistent, 'p', "persistent", "SECONDS", "AE", "", Argument::optional},
    {netmask, 'M', "netmask", "NETMASK", "AE"},
    {engine, 0, "pe", "ENGINE", "AE"},
    {ops, 'o', "ops", "", "AE", "", no_value},
    {flags, 'b', "sched-flags", "FLAGS", "AE"},
    {idle, 0, "conn-timeout", "SECONDS", "AE"}, // DPVS's spelling of the command
    {real, 'r', "real-server", "REAL", "aed", "aed"},
    {fullnat, 'b', "fullnat", "", "ae", "", no_value, a_forward, a_forward},
    {masquerading, 'm', "masquerading", "", "ae", "", no_value, a_forward, a_forward},
    {gatewaying, 'g', "gatewaying", "", "ae", "", no_value, a_forward, a_forward},
    {ipip, 'i', "ipip", "", "ae", "", no_value, a_forward, a_forward},
    {tun_type, 0, "tun-type", "TYPE", "ae"},
    {tun_port, 0, "tun-port", "PORT", "ae"},
    {tun_nocsum, 0, "tun-nocsum", "", "ae", "", no_value, a_checksum, a_checksum},
    {tun_csum, 0, "tun-csum", "", "ae", "", no_value, a_checksum, a_checksum},
    {tun_remcsum, 0, "tun-remcsum", "", "ae", "", no_value, a_checksum, a_checksum},
    {weight, 'w', "weight", "NUMBER", "ae"},
    {upper, 'x', "u-threshold", "NUMBER", "ae"},
    {lower, 'y', "l-threshold", "NUMBER", "ae"},
    {local, 'z', "laddr", "LOCAL", "PQ", "PQ"},
    {denied, 'k', "blklst", "CLIENT", "UV", "UV"},
    {allowed, '2', "whtlst", "CLIENT", "OY", "OY"},
    {device, 'F', "ifname", "DEVICE", "PQ"},
    {take_now, 0, "now", "", "o", "", no_value},
    {add_address, 0, "add-address", "", "P", "", no_value},
    {numeric, 'n', "numeric", "", "LSGBWcw", "", no_value},
    {exact, 'X', "exact", "", "L", "", no_value},
    {nosort, 0, "nosort", "", "L", "", no_value},
    {sort, 0, "sort", "", "L", "", no_value},
    {stats, 0, "stats", "", "L", "", no_value, some_columns},
    {rate, 0, "rate", "", "L", "", no_value, some_columns},
    {thresholds, 0, "thresholds", "", "L", "", no_value, some_columns},
    {persistent_conn, 0, "persistent-conn", "", "L", "", no_value, persistence_columns},
    {tun_info, 0, "tun-info", "", "L", "", no_value},
    {connection, 'c', "connection", "", "L", "", no_value, a_view, connection_view},
    {timeout, 0, "timeout", "", "L", "", no_value, a_view, whole_view},
    {patience, 0, "timeout", "SECONDS", "q"}, // of --drain; the other is of -L
    {daemon, 0, "daemon", "", "L", "", no_value, a_view, whole_view},
    {flows, 0, "flows", "", "L", "", no_value, a_view, plain_view},
    {handled, 0, "lvsx", "", "L", "", no_value, a_view, plain_view},
    {counters, 0, "counters", "", "L", "", no_value, a_view, whole_view},
    {all, 0, "all", "", "L", "", no_value},
    {json, 0, "json", "", "LGBWw", "", no_value},
    {stock, 0, "stock", "", "S", "", no_value},
    {mcast_interface, 0, "mcast-interface", "DEVICE", "m"},
    {syncid, 0, "syncid", "NUMBER", "ms"},
    {sync_maxlen, 0, "sync-maxlen", "BYTES", "m"},
    {mcast_group, 0, "mcast-group", "ADDRESS", "m"},
    {mcast_port, 0, "mcast-port", "PORT", "m"},
    {mcast_ttl, 0, "mcast-ttl", "NUMBER", "m"},
    {times, 0, "times", "NUMBER", "c"},
    reserve('j', "synproxy", "disable|enable|auto"),
    reserve(0, "client-address", "off|toa|proxy-v2"),
};

} // namespace lvsx::adm
