// SPDX-License-Identifier: GPL-2.0-only
//
// --json: every list is an array of objects, written as it comes. lvsxadm(8) documents the members;
// they are only ever added to.
#pragma once

#include "model.hh"

#include <cstdio>
#include <string>
#include <vector>

namespace lvsx::adm {

std::string json_service(const Service &service, const std::vector<Range> &locals);
std::string json_default_pool(const Setting &setting, const std::vector<Range> &locals);
std::string json_local(const Local &local);
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

} // namespace lvsx::adm
