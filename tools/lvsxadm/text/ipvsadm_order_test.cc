// SPDX-License-Identifier: GPL-2.0-only
#include "ipvsadm_order.hh"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

IpvsService service(const ServiceId &id) {
    return {id, {}, {}};
}

TEST(IpvsadmOrder, WrapsAround) {
    std::vector<IpvsService> services;
    for (const auto *address : {"10.0.2.1", "192.0.2.2", "192.0.2.1"}) {
        services.push_back(service({AF_INET, IPPROTO_TCP, {*parse_address(address), 80}, 0}));
    }
    for (const auto *address : {"2001:db8::2", "2001:db8:ffff::1"}) {
        services.push_back(service({AF_INET6, IPPROTO_TCP, {*parse_address(address), 80}, 0}));
    }
    services.push_back(service({AF_INET, 0, {}, 7}));
    services.push_back(service({AF_INET, 0, {}, 4294967295}));
    sort_services(services);
    std::string order;
    for (const auto &one : services) {
        order += one.id.text() + " ";
    }
    EXPECT_EQ(order, "FWM 4294967295 TCP 192.0.2.1:80 TCP 192.0.2.2:80 TCP 10.0.2.1:80 "
                     "TCP [2001:db8:ffff::1]:80 TCP [2001:db8::2]:80 FWM 7 ");
}

} // namespace
} // namespace lvsx::adm
