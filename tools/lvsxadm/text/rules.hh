// SPDX-License-Identifier: GPL-2.0-only
//
// What there is, as the commands that make it: whole lines of -S.
#pragma once

#include "ipvs_model.hh"
#include "lvsxadm/parse/names.hh"
#include "model.hh"

#include <string>
#include <vector>

namespace lvsx::adm {

std::string service_rule(const IpvsService &service, Names &names);
// `limits`: with the thresholds, which ipvsadm leaves out.
std::string server_rule(const ServiceId &service, const IpvsServer &server, bool limits,
                        Names &names);
// "-t 192.0.2.1:80", "-f 5 -6"
std::string service_words(const ServiceId &service, Names &names);

// Of a kernel that was told none: nothing.
std::string timeout_rules(const Timeouts &now);

// What lvsx was told about a service, to stand before its real servers.
std::string lvsx_rules(const Service &known, const std::vector<Range> &locals,
                       const std::vector<Access> &access, Names &names);

std::string default_rules(const Setting &setting, const std::vector<Range> &default_pool);
std::string ingress_rules(const Setting &setting);

} // namespace lvsx::adm
