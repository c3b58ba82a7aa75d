// SPDX-License-Identifier: GPL-2.0-only
//
// IPVS's table as the text of -L: to the byte what ipvsadm prints for the same state, but for the
// word FullNat where lvsx translates both addresses; for who called it ipvsadm, that is Masq as
// well, as scripts know it. Every function returns whole lines.
#pragma once

#include "lvsxadm/parse/names.hh"
#include "lvsxadm/parse/request.hh"

#include <string>
#include <vector>

namespace lvsx::adm {

std::string version_line(const IpvsInfo &info);
std::string services_head(Columns columns);
std::string service_line(const IpvsService &service, const Listing &how, Names &names);
std::string server_line(const ServiceId &service, const IpvsServer &server, bool fullnat,
                        const Listing &how, Names &names);
std::string timeouts_line(const Timeouts &timeouts);
std::string daemon_line(const SyncDaemon &daemon);

} // namespace lvsx::adm
