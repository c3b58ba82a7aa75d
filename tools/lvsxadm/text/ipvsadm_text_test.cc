// SPDX-License-Identifier: GPL-2.0-only
//
// The text itself is compared with the real tool's by selftests/cli; here are the parts that take a
// table which a test can hardly make: large numbers, odd orders, every kind of tunnel.
#include "ipvsadm_text.hh"

#include <gtest/gtest.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

ServiceId web(const char *address = "192.0.2.1") {
    return {AF_INET, IPPROTO_TCP, {*parse_address(address), 80}, 0};
}

IpvsService service(const ServiceId &id) {
    return {id, {"rr", 0, 0, 0xffffffff, ""}, {}};
}

TEST(IpvsadmText, ShortensLargeNumbers) {
    Names names{true};
    auto one = service(web());
    Listing how;
    how.columns = Columns::stats;
    one.stats.total = {99999999, 100000000, 1000000000, 100000000000, 100000000000000};
    EXPECT_EQ(service_line(one, how, names),
              "TCP  192.0.2.1:80                 99999999  100000K    1000M     100G     100T\n");
    how.exact = true;
    one.stats.total = {1, 99999999, 100000000, 1234567890123, 18446744073709551615U};
    EXPECT_EQ(service_line(one, how, names),
              "TCP  192.0.2.1:80                        1 99999999 100000000 1234567890123 "
              "18446744073709551615\n");
}

TEST(IpvsadmText, NamesTunnels) {
    Names names{true};
    Listing how;
    how.columns = Columns::tunnel;
    IpvsServer server;
    server.to.real = {*parse_address("10.1.0.1"), 80};
    server.to.forward = Forward::tunnel;
    const auto info = [&](const Tunnel &tunnel) {
        server.to.tunnel = tunnel;
        return server_line(web(), server, false, how, names).substr(42, 13);
    };
    EXPECT_EQ(info({}), "ipip         ");
    EXPECT_EQ(info({Encapsulation::gue, 6080, IP_VS_TUNNEL_ENCAP_FLAG_NOCSUM}), "gue:6080:-c  ");
    EXPECT_EQ(info({Encapsulation::gue, 6080, IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM}), "gue:6080:r+c ");
    EXPECT_EQ(info({Encapsulation::gre, 0, IP_VS_TUNNEL_ENCAP_FLAG_CSUM}), "gre:+c       ");
}

TEST(IpvsadmText, SaysFullNatWhereItIs) {
    Names names{true};
    IpvsServer server;
    server.to.real = {*parse_address("10.1.0.1"), 80};
    server.to.forward = Forward::masquerading;
    EXPECT_EQ(server_line(web(), server, true, {}, names),
              "  -> 10.1.0.1:80                  FullNat 1      0          0         \n");
    EXPECT_EQ(server_line(web(), server, false, {}, names),
              "  -> 10.1.0.1:80                  Masq    1      0          0         \n");
    server.to.forward = Forward::route;
    EXPECT_EQ(server_line(web(), server, true, {}, names),
              "  -> 10.1.0.1:80                  Route   1      0          0         \n");
}

TEST(IpvsadmText, OfDaemonsLeavesOutWhatOldKernelsDoNotSay) {
    EXPECT_EQ(daemon_line({true, "eth0", 5, 0, {}, 0, 0}),
              "master sync daemon (mcast=eth0, syncid=5)\n");
    EXPECT_EQ(daemon_line({false, "eth0", 5, 1472, *parse_address("224.0.0.81"), 8848, 1}),
              "backup sync daemon (mcast=eth0, syncid=5, maxlen=1472, group=224.0.0.81, "
              "port=8848, ttl=1)\n");
}

} // namespace
} // namespace lvsx::adm
