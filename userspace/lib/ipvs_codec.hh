// SPDX-License-Identifier: GPL-2.0-only
//
// The control language of linux/ip_vs.h: values to attributes and back. Pure; no socket here.
#pragma once

#include "ipvs_model.hh"
#include "netlink.hh"

namespace lvsx {

// A request about one service, about all it is made of, or about one of its real servers.
Message ipvs_request(std::uint8_t command, const ServiceId &service, int flags = 0);
Message ipvs_request(std::uint8_t command, const ServiceId &service, const Scheduling &scheduling);
Message ipvs_request(std::uint8_t command, const ServiceId &service, const Endpoint &real);
Message ipvs_request(std::uint8_t command, const ServiceId &service, const Destination &to);
Message ipvs_request(std::uint8_t command, const SyncDaemon &daemon);

Result<IpvsInfo> read_ipvs_info(Attributes answer);
Result<IpvsService> read_ipvs_service(Attributes answer);
// `family` is the service's: kernels that do not say the real server's own mean it.
Result<IpvsServer> read_ipvs_server(Attributes answer, std::uint16_t family);
Result<Timeouts> read_ipvs_timeouts(Attributes answer);
Result<SyncDaemon> read_ipvs_daemon(Attributes answer);

} // namespace lvsx
