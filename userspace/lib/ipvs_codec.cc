// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs_codec.hh"

#include <algorithm>

#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx {
namespace {

using Answer = Table<IPVS_CMD_ATTR_MAX>;
using ServiceTable = Table<IPVS_SVC_ATTR_MAX>;
using ServerTable = Table<IPVS_DEST_ATTR_MAX>;
using DaemonTable = Table<IPVS_DAEMON_ATTR_MAX>;
using StatsTable = Table<IPVS_STATS_ATTR_MAX>;
using InfoTable = Table<IPVS_INFO_ATTR_MAX>;

constexpr auto answer_rules = rules<Answer>({{IPVS_CMD_ATTR_TIMEOUT_TCP, NLA_U32},
                                             {IPVS_CMD_ATTR_TIMEOUT_TCP_FIN, NLA_U32},
                                             {IPVS_CMD_ATTR_TIMEOUT_UDP, NLA_U32}});
constexpr auto info_rules =
    rules<InfoTable>({{IPVS_INFO_ATTR_VERSION, NLA_U32}, {IPVS_INFO_ATTR_CONN_TAB_SIZE, NLA_U32}});
constexpr auto service_rules = rules<ServiceTable>({{IPVS_SVC_ATTR_AF, NLA_U16},
                                                    {IPVS_SVC_ATTR_PROTOCOL, NLA_U16},
                                                    {IPVS_SVC_ATTR_PORT, NLA_U16},
                                                    {IPVS_SVC_ATTR_FWMARK, NLA_U32},
                                                    {IPVS_SVC_ATTR_TIMEOUT, NLA_U32},
                                                    {IPVS_SVC_ATTR_NETMASK, NLA_U32}});
constexpr auto server_rules = rules<ServerTable>({{IPVS_DEST_ATTR_ADDR_FAMILY, NLA_U16},
                                                  {IPVS_DEST_ATTR_PORT, NLA_U16},
                                                  {IPVS_DEST_ATTR_FWD_METHOD, NLA_U32},
                                                  {IPVS_DEST_ATTR_WEIGHT, NLA_U32},
                                                  {IPVS_DEST_ATTR_U_THRESH, NLA_U32},
                                                  {IPVS_DEST_ATTR_L_THRESH, NLA_U32},
                                                  {IPVS_DEST_ATTR_ACTIVE_CONNS, NLA_U32},
                                                  {IPVS_DEST_ATTR_INACT_CONNS, NLA_U32},
                                                  {IPVS_DEST_ATTR_PERSIST_CONNS, NLA_U32},
                                                  {IPVS_DEST_ATTR_TUN_TYPE, NLA_U8},
                                                  {IPVS_DEST_ATTR_TUN_PORT, NLA_U16},
                                                  {IPVS_DEST_ATTR_TUN_FLAGS, NLA_U16}});
constexpr auto daemon_rules = rules<DaemonTable>({{IPVS_DAEMON_ATTR_STATE, NLA_U32},
                                                  {IPVS_DAEMON_ATTR_SYNC_ID, NLA_U32},
                                                  {IPVS_DAEMON_ATTR_SYNC_MAXLEN, NLA_U16},
                                                  {IPVS_DAEMON_ATTR_MCAST_GROUP, NLA_U32},
                                                  {IPVS_DAEMON_ATTR_MCAST_PORT, NLA_U16},
                                                  {IPVS_DAEMON_ATTR_MCAST_TTL, NLA_U8}});
constexpr auto stats_rules = rules<StatsTable>({{IPVS_STATS_ATTR_CONNS, NLA_U64},
                                                {IPVS_STATS_ATTR_INPKTS, NLA_U64},
                                                {IPVS_STATS_ATTR_OUTPKTS, NLA_U64},
                                                {IPVS_STATS_ATTR_INBYTES, NLA_U64},
                                                {IPVS_STATS_ATTR_OUTBYTES, NLA_U64},
                                                {IPVS_STATS_ATTR_CPS, NLA_U64},
                                                {IPVS_STATS_ATTR_INPPS, NLA_U64},
                                                {IPVS_STATS_ATTR_OUTPPS, NLA_U64},
                                                {IPVS_STATS_ATTR_INBPS, NLA_U64},
                                                {IPVS_STATS_ATTR_OUTBPS, NLA_U64}});

// The nested attributes of kind `type`, which the answer must have.
template <typename T>
Result<T> inside(Attributes answer, int type, const typename T::Policy &policy) {
    const auto top = Answer::read(answer, answer_rules);
    if (!top) {
        return top.error();
    }
    if (!top->has(type)) {
        return Answer::malformed();
    }
    return T::read(top->bytes(type), policy);
}

// IPVS hands out the 16 bytes of its address union, whatever the family.
Result<Address> read_address(Attributes bytes, std::uint16_t family) {
    const std::size_t size = family == AF_INET6 ? 16 : 4;
    if ((family != AF_INET && family != AF_INET6) || bytes.size() < size) {
        return Answer::malformed();
    }
    return *Address::from_bytes(bytes.first(size));
}

// Absent (kernels before 4.1): all zero.
Result<Stats> read_stats(Attributes bytes) {
    const auto table = StatsTable::read(bytes, stats_rules);
    if (!table) {
        return table.error();
    }
    return Stats{{table->u64(IPVS_STATS_ATTR_CONNS), table->u64(IPVS_STATS_ATTR_INPKTS),
                  table->u64(IPVS_STATS_ATTR_OUTPKTS), table->u64(IPVS_STATS_ATTR_INBYTES),
                  table->u64(IPVS_STATS_ATTR_OUTBYTES)},
                 {table->u64(IPVS_STATS_ATTR_CPS), table->u64(IPVS_STATS_ATTR_INPPS),
                  table->u64(IPVS_STATS_ATTR_OUTPPS), table->u64(IPVS_STATS_ATTR_INBPS),
                  table->u64(IPVS_STATS_ATTR_OUTBPS)}};
}

void put_identity(Message &message, const ServiceId &service) {
    message.u16(IPVS_SVC_ATTR_AF, service.family);
    if (service.fwmark != 0) {
        message.u32(IPVS_SVC_ATTR_FWMARK, service.fwmark);
        return;
    }
    message.u16(IPVS_SVC_ATTR_PROTOCOL, service.protocol)
        .bytes(IPVS_SVC_ATTR_ADDR, service.vip.address.bytes())
        .port(IPVS_SVC_ATTR_PORT, service.vip.port);
}

void put_real(Message &message, const Endpoint &real) {
    message.u16(IPVS_DEST_ATTR_ADDR_FAMILY, real.address.family())
        .bytes(IPVS_DEST_ATTR_ADDR, real.address.bytes())
        .port(IPVS_DEST_ATTR_PORT, real.port);
}

Result<ServiceId> read_identity(const ServiceTable &table) {
    ServiceId id;
    id.family = table.u16(IPVS_SVC_ATTR_AF);
    id.fwmark = table.u32(IPVS_SVC_ATTR_FWMARK);
    if (id.fwmark != 0) {
        return id;
    }
    const auto address = read_address(table.bytes(IPVS_SVC_ATTR_ADDR), id.family);
    if (!address) {
        return address.error();
    }
    id.protocol = table.u16(IPVS_SVC_ATTR_PROTOCOL);
    id.vip = {*address, table.port(IPVS_SVC_ATTR_PORT)};
    return id;
}

} // namespace

Message ipvs_request(std::uint8_t command, const ServiceId &service, int flags) {
    Message message{command, flags};
    message.nest(IPVS_CMD_ATTR_SERVICE, [&] { put_identity(message, service); });
    return message;
}

Message ipvs_request(std::uint8_t command, const ServiceId &service, const Scheduling &scheduling) {
    Message message{command};
    message.nest(IPVS_CMD_ATTR_SERVICE, [&] {
        put_identity(message, service);
        ip_vs_flags flags{scheduling.flags, ~0U};
        message.string(IPVS_SVC_ATTR_SCHED_NAME, scheduling.scheduler)
            .bytes(IPVS_SVC_ATTR_FLAGS, std::as_bytes(std::span{&flags, 1}))
            .u32(IPVS_SVC_ATTR_TIMEOUT, scheduling.timeout)
            .u32(IPVS_SVC_ATTR_NETMASK, scheduling.netmask);
        if (!scheduling.engine.empty()) {
            message.string(IPVS_SVC_ATTR_PE_NAME, scheduling.engine);
        }
    });
    return message;
}

Message ipvs_request(std::uint8_t command, const ServiceId &service, const Endpoint &real) {
    auto message = ipvs_request(command, service);
    message.nest(IPVS_CMD_ATTR_DEST, [&] { put_real(message, real); });
    return message;
}

Message ipvs_request(std::uint8_t command, const ServiceId &service, const Destination &to) {
    auto message = ipvs_request(command, service);
    message.nest(IPVS_CMD_ATTR_DEST, [&] {
        put_real(message, to.real);
        message.u32(IPVS_DEST_ATTR_FWD_METHOD, static_cast<std::uint32_t>(to.forward))
            .u32(IPVS_DEST_ATTR_WEIGHT, to.weight)
            .u32(IPVS_DEST_ATTR_U_THRESH, to.upper)
            .u32(IPVS_DEST_ATTR_L_THRESH, to.lower)
            .u8(IPVS_DEST_ATTR_TUN_TYPE, static_cast<std::uint8_t>(to.tunnel.type))
            .port(IPVS_DEST_ATTR_TUN_PORT, to.tunnel.port)
            .u16(IPVS_DEST_ATTR_TUN_FLAGS, to.tunnel.flags);
    });
    return message;
}

Message ipvs_request(std::uint8_t command, const SyncDaemon &daemon) {
    Message message{command};
    message.nest(IPVS_CMD_ATTR_DAEMON, [&] {
        message.u32(IPVS_DAEMON_ATTR_STATE, daemon.master ? IP_VS_STATE_MASTER : IP_VS_STATE_BACKUP)
            .string(IPVS_DAEMON_ATTR_MCAST_IFN, daemon.device)
            .u32(IPVS_DAEMON_ATTR_SYNC_ID, daemon.syncid);
        if (daemon.length != 0) {
            message.u16(IPVS_DAEMON_ATTR_SYNC_MAXLEN, daemon.length);
        }
        if (daemon.group) {
            message.bytes(daemon.group->family() == AF_INET6 ? IPVS_DAEMON_ATTR_MCAST_GROUP6
                                                             : IPVS_DAEMON_ATTR_MCAST_GROUP,
                          daemon.group->bytes());
        }
        if (daemon.port != 0) {
            message.u16(IPVS_DAEMON_ATTR_MCAST_PORT, daemon.port); // in host order, alone of all
        }
        if (daemon.ttl != 0) {
            message.u8(IPVS_DAEMON_ATTR_MCAST_TTL, daemon.ttl);
        }
    });
    return message;
}

Result<IpvsInfo> read_ipvs_info(Attributes answer) {
    const auto table = InfoTable::read(answer, info_rules);
    if (!table) {
        return table.error();
    }
    return IpvsInfo{table->u32(IPVS_INFO_ATTR_VERSION), table->u32(IPVS_INFO_ATTR_CONN_TAB_SIZE)};
}

Result<IpvsService> read_ipvs_service(Attributes answer) {
    const auto table = inside<ServiceTable>(answer, IPVS_CMD_ATTR_SERVICE, service_rules);
    if (!table) {
        return table.error();
    }
    const auto id = read_identity(*table);
    if (!id) {
        return id.error();
    }
    const auto stats = read_stats(table->bytes(IPVS_SVC_ATTR_STATS64));
    if (!stats) {
        return stats.error();
    }
    ip_vs_flags flags{};
    const auto raw = table->bytes(IPVS_SVC_ATTR_FLAGS);
    if (raw.size() >= sizeof(flags)) {
        std::ranges::copy(raw.first(sizeof(flags)),
                          std::as_writable_bytes(std::span{&flags, 1}).begin());
    }
    return IpvsService{*id,
                       {table->string(IPVS_SVC_ATTR_SCHED_NAME), flags.flags,
                        table->u32(IPVS_SVC_ATTR_TIMEOUT), table->u32(IPVS_SVC_ATTR_NETMASK),
                        table->string(IPVS_SVC_ATTR_PE_NAME)},
                       *stats};
}

Result<IpvsServer> read_ipvs_server(Attributes answer, std::uint16_t family) {
    const auto table = inside<ServerTable>(answer, IPVS_CMD_ATTR_DEST, server_rules);
    if (!table) {
        return table.error();
    }
    if (table->has(IPVS_DEST_ATTR_ADDR_FAMILY)) {
        family = table->u16(IPVS_DEST_ATTR_ADDR_FAMILY);
    }
    const auto address = read_address(table->bytes(IPVS_DEST_ATTR_ADDR), family);
    if (!address) {
        return address.error();
    }
    const auto stats = read_stats(table->bytes(IPVS_DEST_ATTR_STATS64));
    if (!stats) {
        return stats.error();
    }
    IpvsServer server;
    server.to.real = {*address, table->port(IPVS_DEST_ATTR_PORT)};
    server.to.forward =
        static_cast<Forward>(table->u32(IPVS_DEST_ATTR_FWD_METHOD) & IP_VS_CONN_F_FWD_MASK);
    server.to.weight = table->u32(IPVS_DEST_ATTR_WEIGHT);
    server.to.upper = table->u32(IPVS_DEST_ATTR_U_THRESH);
    server.to.lower = table->u32(IPVS_DEST_ATTR_L_THRESH);
    server.to.tunnel = {static_cast<Encapsulation>(table->u8(IPVS_DEST_ATTR_TUN_TYPE)),
                        table->port(IPVS_DEST_ATTR_TUN_PORT), table->u16(IPVS_DEST_ATTR_TUN_FLAGS)};
    server.active = table->u32(IPVS_DEST_ATTR_ACTIVE_CONNS);
    server.inactive = table->u32(IPVS_DEST_ATTR_INACT_CONNS);
    server.persistent = table->u32(IPVS_DEST_ATTR_PERSIST_CONNS);
    server.stats = *stats;
    return server;
}

Result<Timeouts> read_ipvs_timeouts(Attributes answer) {
    const auto table = Answer::read(answer, answer_rules);
    if (!table) {
        return table.error();
    }
    return Timeouts{table->u32(IPVS_CMD_ATTR_TIMEOUT_TCP),
                    table->u32(IPVS_CMD_ATTR_TIMEOUT_TCP_FIN),
                    table->u32(IPVS_CMD_ATTR_TIMEOUT_UDP)};
}

Result<SyncDaemon> read_ipvs_daemon(Attributes answer) {
    const auto table = inside<DaemonTable>(answer, IPVS_CMD_ATTR_DAEMON, daemon_rules);
    if (!table) {
        return table.error();
    }
    SyncDaemon daemon;
    daemon.master = table->u32(IPVS_DAEMON_ATTR_STATE) == IP_VS_STATE_MASTER;
    daemon.device = table->string(IPVS_DAEMON_ATTR_MCAST_IFN);
    daemon.syncid = table->u32(IPVS_DAEMON_ATTR_SYNC_ID);
    daemon.length = table->u16(IPVS_DAEMON_ATTR_SYNC_MAXLEN);
    daemon.group = Address::from_bytes(table->bytes(IPVS_DAEMON_ATTR_MCAST_GROUP6));
    if (!daemon.group) {
        daemon.group = Address::from_bytes(table->bytes(IPVS_DAEMON_ATTR_MCAST_GROUP));
    }
    daemon.port = table->u16(IPVS_DAEMON_ATTR_MCAST_PORT);
    daemon.ttl = table->u8(IPVS_DAEMON_ATTR_MCAST_TTL);
    return daemon;
}

} // namespace lvsx
