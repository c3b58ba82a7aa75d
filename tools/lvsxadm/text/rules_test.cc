// SPDX-License-Identifier: GPL-2.0-only
#include "rules.hh"

#include <gtest/gtest.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

const ServiceId web{AF_INET, IPPROTO_TCP, {*parse_address("192.0.2.1"), 80}, 0};

IpvsService service(const ServiceId &id) {
    return {id, {"rr", 0, 0, 0xffffffff, ""}, {}};
}

const std::vector<Range> two{*parse_range("10.0.0.1-4"), *parse_range("10.0.0.9")};

TEST(Rules, CanBeReadAgain) {
    Names names{true};
    auto one = service({AF_INET6, 0, {}, 4294967295});
    one.scheduling = {"sh", IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_ONEPACKET | IP_VS_SVC_F_SCHED1, 60,
                      64, "sip"};
    EXPECT_EQ(service_rule(one, names),
              "-A -f 4294967295 -6 -s sh -p 60 -M 64 --pe sip -o -b sh-fallback\n");
    IpvsServer server;
    server.to = {{*parse_address("10.1.0.1"), 80}, Forward::masquerading, 3, 20, 10, {}};
    EXPECT_EQ(server_rule(web, server, true, names),
              "-a -t 192.0.2.1:80 -r 10.1.0.1:80 -m -w 3 -x 20 -y 10\n");
    EXPECT_EQ(server_rule(web, server, false, names),
              "-a -t 192.0.2.1:80 -r 10.1.0.1:80 -m -w 3\n");
}

TEST(Rules, OfSettings) {
    EXPECT_EQ(default_rules({true, "", "", "eth0 eth1"}, two),
              "-P -z 10.0.0.1-10.0.0.4\n-P -z 10.0.0.9\n--set-default on\n");
    EXPECT_EQ(default_rules({false, "", "", "", false}, {}), "--set-reset off\n");
    EXPECT_EQ(ingress_rules({true, "", "", "eth0 eth1"}), "--ingress-on eth0\n--ingress-on eth1\n");
    EXPECT_EQ(default_rules({false, "", "plain", ""}, {}), "");
    EXPECT_EQ(ingress_rules({false, "", "plain", ""}), "");
}

} // namespace
} // namespace lvsx::adm
