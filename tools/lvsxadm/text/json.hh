// SPDX-License-Identifier: GPL-2.0-only
//
// --json: every list is an array of objects, written as it comes. lvsxadm(8) documents the members;
// they are only ever added to.
#pragma once

#include "connections.hh"
#include "ipvs_model.hh"
#include "where_answer.hh"

#include <cstdio>
#include <string>
#include <vector>

namespace lvsx::adm {

std::string json_service(const Service &service, const std::vector<Range> &locals, bool no_local);
std::string json_default_pool(const Setting &setting, const std::vector<Range> &locals);
std::string json_local(const Local &local);
std::string json_access(const Access &entry);
std::string json_flow(const Flow &flow);
std::string json_counter(const Counter &counter);

// An array of which no more than one element is in memory. One that was not ended, since an error
// came in between, is not valid JSON: nobody takes half a list for a whole one.
class JsonArray {
public:
    explicit JsonArray(std::FILE *to) : to_(to) {}
    void add(const std::string &element);
    void end();

private:
    std::FILE *to_;
    bool empty_{true};
};

// One of IPVS's services, with its real servers and what lvsx has of it.
struct FromLvsx {
    bool fullnat{};
    std::uint64_t flows{};
    std::vector<Range> locals;
    bool no_local{};
};
std::string json_ipvs_service(const IpvsService &service, const std::vector<IpvsServer> &servers,
                              const FromLvsx &lvsx);
std::string json_connection(const Connection &one, bool from_lvsx);
std::string json_where(const Where &answer);
std::string json_timeouts(const Timeouts &timeouts);
std::string json_daemon(const SyncDaemon &daemon);

} // namespace lvsx::adm
