// SPDX-License-Identifier: GPL-2.0-only
//
// The control language of linux/lvsx.h: values to attributes and back. Pure; no socket here.
#pragma once

#include "model.hh"
#include "netlink.hh"

namespace lvsx {

// What a command sets of a service.
struct ServiceChange {
    std::optional<bool> fullnat;
    bool now{};                           // what stock IPVS has of it is taken over, or ended
    std::optional<std::uint32_t> timeout; // seconds
    std::optional<bool> drain;
};
// Adds LVSX_A_SERVICE.
void put_service(Message &message, const ServiceId &service, const ServiceChange &change = {});
// Adds LVSX_A_SERVICE and LVSX_A_ACCESS.
void put_access(Message &message, const Access &entry);
// Adds LVSX_A_LOCAL.
void put_range(Message &message, const Range &range);
// Adds LVSX_A_FLOW, as a question.
void put_connection(Message &message, std::uint16_t protocol, const Endpoint &client,
                    const Endpoint &vip);

Result<Service> read_service(Attributes answer);
Result<Local> read_local(Attributes answer);
Result<Access> read_access(Attributes answer);
Result<Flow> read_flow(Attributes answer);
Result<Prospect> read_prospect(Attributes answer);
Result<Counter> read_counter(Attributes answer);
Result<Setting> read_setting(Attributes answer);

} // namespace lvsx
