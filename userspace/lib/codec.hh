// SPDX-License-Identifier: GPL-2.0-only
//
// The control language of linux/lvsx.h: values to attributes and back. Pure; no socket here.
#pragma once

#include "model.hh"
#include "netlink.hh"

namespace lvsx {

// Adds LVSX_A_SERVICE; `fullnat` only where a command sets the mark.
void put_service(Message &message, const ServiceId &service, std::optional<bool> fullnat = {});
// Adds LVSX_A_LOCAL.
void put_range(Message &message, const Range &range);

Result<Service> read_service(Attributes answer);
Result<Local> read_local(Attributes answer);
Result<Flow> read_flow(Attributes answer);
Result<Counter> read_counter(Attributes answer);
Result<Setting> read_setting(Attributes answer);

} // namespace lvsx
