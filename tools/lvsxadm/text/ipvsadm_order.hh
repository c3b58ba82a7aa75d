// SPDX-License-Identifier: GPL-2.0-only
//
// The order in which ipvsadm lists services and real servers.
#pragma once

#include "ipvs_model.hh"

#include <vector>

namespace lvsx::adm {

void sort_services(std::vector<IpvsService> &services);
void sort_servers(std::vector<IpvsServer> &servers);

} // namespace lvsx::adm
