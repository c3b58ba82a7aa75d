// SPDX-License-Identifier: GPL-2.0-only
#include "lvsx_text.hh"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

const ServiceId web{AF_INET, IPPROTO_TCP, {*parse_address("192.0.2.1"), 80}, 0};
const std::vector<Range> two{*parse_range("10.0.0.1-4"), *parse_range("10.0.0.9")};

TEST(LvsxText, Services) {
    EXPECT_EQ(
        service_head() + "\n" + service_row({web, true, 5, 12, 1814400}, two, false) + "\n" +
            service_row({{AF_INET6, 0, {}, 5}, true, 0, 0}, {}, false) + "\n" +
            service_row({web, true, 0, 0}, {}, true) + "\n" +
            service_row({web, false, 0, 0}, {}, false) + "\n" +
            service_row({web, true, 0, 3, 0, true, true}, {}, false) + "\n" +
            default_pool_row({false}, {}) + "\n" + default_pool_row({true}, two) + "\n" +
            setting_rows({true, "eth1", "by eth1", "eth0 eth1"}),
        "Service                      FullNAT      Flows Timeout Local addresses\n"
        "TCP 192.0.2.1:80             yes             12 1814400 10.0.0.1-10.0.0.4, 10.0.0.9\n"
        "FWM 5 IPv6                   yes              0       - default pool\n"
        "TCP 192.0.2.1:80             yes              0       - none: new connections are "
        "dropped\n"
        "TCP 192.0.2.1:80             no               0       - -\n"
        "TCP 192.0.2.1:80             drains           3       - default pool\n"
        "all others                   no               -       - default pool: empty\n"
        "all others                   yes              -       - default pool: 10.0.0.1-10.0.0.4, "
        "10.0.0.9\n"
        "(by eth1)\n(known flows are sent on at ingress of eth0 eth1)");
    EXPECT_EQ(setting_rows({false, "", "plain", ""}), "(plain)");
    EXPECT_EQ(setting_rows({false, "", "plain", "", false, {}, true}),
              "(plain)\n(every service drains: new connections are refused)\n"
              "(ends of connections that idle out are not told)");
}

TEST(LvsxText, Locals) {
    EXPECT_EQ(
        local_head() + "\n" + local_row({web, *parse_address("10.0.0.1"), 129022, 17, 2, 15}) +
            "\n" + local_row({{}, *parse_address("10.0.0.9"), 0, 0, 0, 0, true}),
        "Service                      Local address                 Conns  Fullest  Conflicts\n"
        "TCP 192.0.2.1:80             10.0.0.1                         17     1.5%          2\n"
        "default pool                 10.0.0.9                          0     0.0%          0"
        "  (not an address of this host: no answers come)");
}

TEST(LvsxText, Access) {
    EXPECT_EQ(access_head() + "\n" + access_row({web, false, two[0], ""}) + "\n" +
                  access_row({web, true, {}, "friends"}),
              "Service                      List  Clients\n"
              "TCP 192.0.2.1:80             deny  10.0.0.1-10.0.0.4\n"
              "TCP 192.0.2.1:80             allow ipset:friends");
}

TEST(LvsxText, Flows) {
    const Flow flow{IPPROTO_TCP,
                    "ESTABLISHED",
                    3,
                    899'999,
                    {*parse_address("198.51.100.7"), 40000},
                    web.vip,
                    {*parse_address("10.0.0.1"), 1025},
                    {*parse_address("10.1.0.1"), 8080}};
    EXPECT_EQ(flow_head() + "\n" + flow_row(flow),
              "pro expire state       client                vip                   local            "
              "     real                  cpu\n"
              "TCP 14:59  ESTABLISHED 198.51.100.7:40000    192.0.2.1:80          10.0.0.1:1025    "
              "     10.1.0.1:8080         3");
}

TEST(LvsxText, FlowsWithAnHourLeft) {
    Flow flow;
    flow.left_ms = 3'600'000;
    flow.protocol = 133;
    EXPECT_EQ(flow_row(flow).substr(0, 10), "133 60:00 ");
}

TEST(LvsxText, Counters) {
    EXPECT_EQ(counter_head() + "\n" +
                  counter_row({"no_port", "every port is in use", 18446744073709551615U}),
              "Reason                        Packets  Meaning\n"
              "no_port          18446744073709551615  every port is in use");
}

} // namespace
} // namespace lvsx::adm
