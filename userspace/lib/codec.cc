// SPDX-License-Identifier: GPL-2.0-only
#include "codec.hh"

#include <linux/lvsx.h>
#include <netinet/in.h>

namespace lvsx {
namespace {

using Answer = Table<LVSX_A_MAX>;
using ServiceTable = Table<LVSX_SVC_A_MAX>;
using AccessTable = Table<LVSX_ACCESS_A_MAX>;
using LocalTable = Table<LVSX_LOCAL_A_MAX>;
using SettingTable = Table<LVSX_SET_A_MAX>;
using FlowTable = Table<LVSX_FLOW_A_MAX>;
using WhereTable = Table<LVSX_WHERE_A_MAX>;
using PickTable = Table<LVSX_PICK_A_MAX>;
using CounterTable = Table<LVSX_COUNTER_A_MAX>;

constexpr auto service_rules = rules<ServiceTable>({{LVSX_SVC_A_FAMILY, NLA_U16},
                                                    {LVSX_SVC_A_PROTOCOL, NLA_U16},
                                                    {LVSX_SVC_A_PORT, NLA_U16},
                                                    {LVSX_SVC_A_FWMARK, NLA_U32},
                                                    {LVSX_SVC_A_FULLNAT, NLA_U8},
                                                    {LVSX_SVC_A_MARKED, NLA_U8},
                                                    {LVSX_SVC_A_DRAIN, NLA_U8},
                                                    {LVSX_SVC_A_LOCALS, NLA_U32},
                                                    {LVSX_SVC_A_TIMEOUT, NLA_U32},
                                                    {LVSX_SVC_A_FLOWS, NLA_U64}});
constexpr auto access_rules = rules<AccessTable>({{LVSX_ACCESS_A_LIST, NLA_U8}});
constexpr auto local_rules = rules<LocalTable>({{LVSX_LOCAL_A_PORTS_TOTAL, NLA_U64},
                                                {LVSX_LOCAL_A_PORTS_USED, NLA_U64},
                                                {LVSX_LOCAL_A_CONFLICTS, NLA_U64},
                                                {LVSX_LOCAL_A_FULLEST, NLA_U32},
                                                {LVSX_LOCAL_A_GONE, NLA_U8}});
constexpr auto setting_rules = rules<SettingTable>({{LVSX_SET_A_DEFAULT_ON, NLA_U8},
                                                    {LVSX_SET_A_RESET, NLA_U8},
                                                    {LVSX_SET_A_LOCALS, NLA_U32},
                                                    {LVSX_SET_A_DRAIN, NLA_U8},
                                                    {LVSX_SET_A_FLOWS, NLA_U64}});
constexpr auto flow_rules = rules<FlowTable>({{LVSX_FLOW_A_PROTOCOL, NLA_U16},
                                              {LVSX_FLOW_A_CPU, NLA_U32},
                                              {LVSX_FLOW_A_LEFT_MS, NLA_U32},
                                              {LVSX_FLOW_A_CLIENT_PORT, NLA_U16},
                                              {LVSX_FLOW_A_VIP_PORT, NLA_U16},
                                              {LVSX_FLOW_A_LOCAL_PORT, NLA_U16},
                                              {LVSX_FLOW_A_REAL_PORT, NLA_U16}});
constexpr auto where_rules = rules<WhereTable>({{LVSX_WHERE_A_HOW, NLA_U8}});
constexpr auto pick_rules = rules<PickTable>({{LVSX_PICK_A_CPU_FIRST, NLA_U32},
                                              {LVSX_PICK_A_CPU_LAST, NLA_U32},
                                              {LVSX_PICK_A_REAL_PORT, NLA_U16}});
constexpr auto counter_rules = rules<CounterTable>({{LVSX_COUNTER_A_VALUE, NLA_U64}});

// The nested attributes of kind `type`, which the answer must have.
template <typename T>
Result<T> inside(Attributes answer, int type, const typename T::Policy &policy) {
    const auto top = Answer::read(answer, {});
    if (!top) {
        return top.error();
    }
    if (!top->has(type)) {
        return Answer::malformed();
    }
    return T::read(top->bytes(type), policy);
}

Result<ServiceId> service_id(const ServiceTable &table) {
    ServiceId id;
    id.family = table.u16(LVSX_SVC_A_FAMILY);
    if (id.family != AF_INET && id.family != AF_INET6) {
        return ServiceTable::malformed();
    }
    id.fwmark = table.u32(LVSX_SVC_A_FWMARK);
    if (id.fwmark != 0) {
        return id;
    }
    const auto address = Address::from_bytes(table.bytes(LVSX_SVC_A_ADDRESS));
    if (!address || address->family() != id.family) {
        return ServiceTable::malformed();
    }
    id.protocol = table.u16(LVSX_SVC_A_PROTOCOL);
    id.vip = {*address, table.port(LVSX_SVC_A_PORT)};
    return id;
}

Result<Pick> read_pick(Attributes bytes) {
    const auto table = PickTable::read(bytes, pick_rules);
    if (!table) {
        return table.error();
    }
    const auto address = Address::from_bytes(table->bytes(LVSX_PICK_A_REAL));
    if (!address) {
        return PickTable::malformed();
    }
    return Pick{table->u32(LVSX_PICK_A_CPU_FIRST),
                table->u32(LVSX_PICK_A_CPU_LAST),
                {*address, table->port(LVSX_PICK_A_REAL_PORT)},
                table->string(LVSX_PICK_A_REASON)};
}

} // namespace

void put_service(Message &message, const ServiceId &service, const ServiceChange &change) {
    message.nest(LVSX_A_SERVICE, [&] {
        message.u16(LVSX_SVC_A_FAMILY, service.family);
        if (service.fwmark != 0) {
            message.u32(LVSX_SVC_A_FWMARK, service.fwmark);
        } else {
            message.u16(LVSX_SVC_A_PROTOCOL, service.protocol)
                .bytes(LVSX_SVC_A_ADDRESS, service.vip.address.bytes())
                .port(LVSX_SVC_A_PORT, service.vip.port);
        }
        if (change.fullnat) {
            message.u8(LVSX_SVC_A_FULLNAT, *change.fullnat ? 1 : 0);
        }
        if (change.now) {
            message.bytes(LVSX_SVC_A_NOW, {});
        }
        if (change.drain) {
            message.u8(LVSX_SVC_A_DRAIN, *change.drain ? 1 : 0);
        }
        if (change.timeout) {
            message.u32(LVSX_SVC_A_TIMEOUT, *change.timeout);
        }
    });
}

void put_access(Message &message, const Access &entry) {
    put_service(message, entry.service);
    message.nest(LVSX_A_ACCESS, [&] {
        message.u8(LVSX_ACCESS_A_LIST, entry.allow ? LVSX_LIST_ALLOW : LVSX_LIST_DENY);
        if (entry.clients) {
            message.bytes(LVSX_ACCESS_A_FIRST, entry.clients->first.bytes())
                .bytes(LVSX_ACCESS_A_LAST, entry.clients->last.bytes());
        } else {
            message.string(LVSX_ACCESS_A_SET, entry.set);
        }
    });
}

void put_range(Message &message, const Range &range) {
    message.nest(LVSX_A_LOCAL, [&] {
        message.bytes(LVSX_LOCAL_A_FIRST, range.first.bytes());
        if (range.last != range.first) {
            message.bytes(LVSX_LOCAL_A_LAST, range.last.bytes());
        }
    });
}

void put_connection(Message &message, std::uint16_t protocol, const Endpoint &client,
                    const Endpoint &vip) {
    message.nest(LVSX_A_FLOW, [&] {
        message.u16(LVSX_FLOW_A_PROTOCOL, protocol)
            .bytes(LVSX_FLOW_A_CLIENT, client.address.bytes())
            .port(LVSX_FLOW_A_CLIENT_PORT, client.port)
            .bytes(LVSX_FLOW_A_VIP, vip.address.bytes())
            .port(LVSX_FLOW_A_VIP_PORT, vip.port);
    });
}

Result<Service> read_service(Attributes answer) {
    const auto table = inside<ServiceTable>(answer, LVSX_A_SERVICE, service_rules);
    if (!table) {
        return table.error();
    }
    const auto id = service_id(*table);
    if (!id) {
        return id.error();
    }
    return Service{*id,
                   table->u8(LVSX_SVC_A_FULLNAT) != 0,
                   table->u32(LVSX_SVC_A_LOCALS),
                   table->u64(LVSX_SVC_A_FLOWS),
                   table->u32(LVSX_SVC_A_TIMEOUT),
                   table->u8(LVSX_SVC_A_MARKED) != 0,
                   table->u8(LVSX_SVC_A_DRAIN) != 0};
}

Result<Local> read_local(Attributes answer) {
    const auto table = inside<LocalTable>(answer, LVSX_A_LOCAL, local_rules);
    if (!table) {
        return table.error();
    }
    const auto address = Address::from_bytes(table->bytes(LVSX_LOCAL_A_FIRST));
    if (!address) {
        return LocalTable::malformed();
    }
    Local local{{},
                *address,
                table->u64(LVSX_LOCAL_A_PORTS_TOTAL),
                table->u64(LVSX_LOCAL_A_PORTS_USED),
                table->u64(LVSX_LOCAL_A_CONFLICTS),
                table->u32(LVSX_LOCAL_A_FULLEST),
                table->u8(LVSX_LOCAL_A_GONE) != 0};
    if (const auto top = Answer::read(answer, {}); top && top->has(LVSX_A_SERVICE)) {
        const auto service = read_service(answer);
        if (!service) {
            return service.error();
        }
        local.pool = service->id;
    }
    return local;
}

Result<Access> read_access(Attributes answer) {
    const auto service = read_service(answer);
    const auto table = inside<AccessTable>(answer, LVSX_A_ACCESS, access_rules);
    if (!service || !table) {
        return service ? table.error() : service.error();
    }
    const auto list = table->u8(LVSX_ACCESS_A_LIST);
    if (list > LVSX_LIST_MAX) {
        return AccessTable::malformed();
    }
    Access entry{service->id, list == LVSX_LIST_ALLOW, {}, table->string(LVSX_ACCESS_A_SET)};
    if (table->has(LVSX_ACCESS_A_SET)) {
        return entry;
    }
    const auto first = Address::from_bytes(table->bytes(LVSX_ACCESS_A_FIRST));
    const auto last = Address::from_bytes(table->bytes(LVSX_ACCESS_A_LAST));
    if (!first || !last || first->family() != last->family()) {
        return AccessTable::malformed();
    }
    entry.clients = Range{*first, *last};
    return entry;
}

Result<Flow> read_flow(Attributes answer) {
    const auto table = inside<FlowTable>(answer, LVSX_A_FLOW, flow_rules);
    if (!table) {
        return table.error();
    }
    Flow flow;
    flow.protocol = table->u16(LVSX_FLOW_A_PROTOCOL);
    flow.state = table->string(LVSX_FLOW_A_STATE);
    flow.cpu = table->u32(LVSX_FLOW_A_CPU);
    flow.left_ms = table->u32(LVSX_FLOW_A_LEFT_MS);
    struct End {
        int address;
        int port;
        Endpoint &into;
    };
    for (const auto &end : {End{LVSX_FLOW_A_CLIENT, LVSX_FLOW_A_CLIENT_PORT, flow.client},
                            End{LVSX_FLOW_A_VIP, LVSX_FLOW_A_VIP_PORT, flow.vip},
                            End{LVSX_FLOW_A_LOCAL, LVSX_FLOW_A_LOCAL_PORT, flow.local},
                            End{LVSX_FLOW_A_REAL, LVSX_FLOW_A_REAL_PORT, flow.real}}) {
        const auto address = Address::from_bytes(table->bytes(end.address));
        if (!address) {
            return FlowTable::malformed();
        }
        end.into = {*address, table->port(end.port)};
    }
    return flow;
}

Result<Prospect> read_prospect(Attributes answer) {
    const auto top = Answer::read(answer, {});
    const auto table = inside<WhereTable>(answer, LVSX_A_WHERE, where_rules);
    if (!top || !table) {
        return top ? table.error() : top.error();
    }
    Prospect prospect;
    if (top->has(LVSX_A_SERVICE)) {
        const auto service = read_service(answer);
        if (!service) {
            return service.error();
        }
        prospect.service = service->id;
    }
    prospect.reason = table->string(LVSX_WHERE_A_REASON);
    prospect.scheduler = table->string(LVSX_WHERE_A_SCHEDULER);
    if (table->has(LVSX_WHERE_A_HOW)) {
        const auto how = table->u8(LVSX_WHERE_A_HOW);
        if (how > LVSX_HOW_MAX) {
            return WhereTable::malformed();
        }
        prospect.how = static_cast<How>(how);
    }
    const auto status =
        each_of(top->bytes(LVSX_A_WHERE), LVSX_WHERE_A_PICK, [&](Attributes bytes) -> Status {
            auto pick = read_pick(bytes);
            if (!pick) {
                return pick.error();
            }
            prospect.picks.push_back(std::move(*pick));
            return {};
        });
    return status ? Result<Prospect>{std::move(prospect)} : status.error();
}

Result<Counter> read_counter(Attributes answer) {
    const auto table = inside<CounterTable>(answer, LVSX_A_COUNTER, counter_rules);
    if (!table) {
        return table.error();
    }
    return Counter{table->string(LVSX_COUNTER_A_NAME), table->string(LVSX_COUNTER_A_HELP),
                   table->u64(LVSX_COUNTER_A_VALUE)};
}

Result<Setting> read_setting(Attributes answer) {
    const auto table = inside<SettingTable>(answer, LVSX_A_SETTING, setting_rules);
    if (!table) {
        return table.error();
    }
    return Setting{table->u8(LVSX_SET_A_DEFAULT_ON) != 0,
                   table->string(LVSX_SET_A_RSS_DEVICE),
                   table->string(LVSX_SET_A_RSS),
                   table->string(LVSX_SET_A_INGRESS),
                   table->u8(LVSX_SET_A_RESET) != 0,
                   table->has(LVSX_SET_A_LOCALS) ? std::optional{table->u32(LVSX_SET_A_LOCALS)}
                                                 : std::nullopt,
                   table->u8(LVSX_SET_A_DRAIN) != 0,
                   table->u64(LVSX_SET_A_FLOWS)};
}

} // namespace lvsx
