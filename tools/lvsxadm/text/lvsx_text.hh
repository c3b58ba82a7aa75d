// SPDX-License-Identifier: GPL-2.0-only
//
// What lvsx has of its own, as the text of -L, -G, -B and -W: heads and rows, each a line without
// its end. All addresses and ports are numbers; a name server's answer has no place in a list of
// millions.
#pragma once

#include "model.hh"

#include <string>
#include <vector>

namespace lvsx::adm {

std::string service_head();
// `no_local`: it has no address of its own, and the default pool is empty.
std::string service_row(const Service &service, const std::vector<Range> &locals, bool no_local);
std::string default_pool_row(const Setting &setting, const std::vector<Range> &locals);
std::string setting_rows(const Setting &setting);

std::string local_head();
std::string local_row(const Local &local);

std::string access_head();
std::string access_row(const Access &entry);

std::string flow_head();
std::string flow_row(const Flow &flow);

std::string counter_head();
std::string counter_row(const Counter &counter);

} // namespace lvsx::adm
