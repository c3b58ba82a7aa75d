// SPDX-License-Identifier: GPL-2.0-only
//
// IPVS's table as text: to the byte what ipvsadm prints for the same state, but for the word
// FullNat where lvsx translates both addresses; for who called it ipvsadm, that is Masq as well, as
// scripts know it. Every function returns whole lines.
#pragma once

#include "names.hh"
#include "request.hh"

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

// As -S writes them, and -A and -a read them.
std::string service_rule(const IpvsService &service, Names &names);
// `limits`: with the thresholds, which ipvsadm leaves out.
std::string server_rule(const ServiceId &service, const IpvsServer &server, bool limits,
                        Names &names);
// "-t 192.0.2.1:80", "-f 5 -6"
std::string service_words(const ServiceId &service, Names &names);

// Into ipvsadm's order.
void sort_services(std::vector<IpvsService> &services);
void sort_servers(std::vector<IpvsServer> &servers);

} // namespace lvsx::adm
