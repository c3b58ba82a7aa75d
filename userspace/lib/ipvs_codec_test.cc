// SPDX-License-Identifier: GPL-2.0-only
#include "ipvs_codec.hh"

#include <gtest/gtest.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>

namespace lvsx {
namespace {

const ServiceId web{AF_INET, IPPROTO_TCP, {*parse_address("192.0.2.1"), 80}, 0};

TEST(IpvsCodec, WritesAServiceAsItReadsOne) {
    const Scheduling how{"sh", IP_VS_SVC_F_PERSISTENT, 60, 0xffff, "sip"};
    const auto request = ipvs_request(IPVS_CMD_NEW_SERVICE, web, how);
    const auto read = read_ipvs_service(request.attributes());
    ASSERT_TRUE(read) << read.error().sentence;
    EXPECT_EQ(read->id, web);
    EXPECT_EQ(read->scheduling.scheduler, "sh");
    EXPECT_EQ(read->scheduling.flags, unsigned{IP_VS_SVC_F_PERSISTENT});
    EXPECT_EQ(read->scheduling.timeout, 60U);
    EXPECT_EQ(read->scheduling.netmask, 0xffffU);
    EXPECT_EQ(read->scheduling.engine, "sip");
    EXPECT_EQ(read->stats.total.connections, 0U);
}

TEST(IpvsCodec, WritesARealServerAsItReadsOne) {
    const Destination to{{*parse_address("2001:db8::1"), 8080},
                         Forward::tunnel,
                         7,
                         20,
                         10,
                         {Encapsulation::gue, 6080, IP_VS_TUNNEL_ENCAP_FLAG_CSUM}};
    const auto request = ipvs_request(IPVS_CMD_NEW_DEST, web, to);
    const auto read = read_ipvs_server(request.attributes(), AF_INET);
    ASSERT_TRUE(read) << read.error().sentence;
    EXPECT_EQ(read->to.real, to.real);
    EXPECT_EQ(read->to.forward, Forward::tunnel);
    EXPECT_EQ(read->to.weight, 7U);
    EXPECT_EQ(read->to.upper, 20U);
    EXPECT_EQ(read->to.lower, 10U);
    EXPECT_EQ(read->to.tunnel, to.tunnel);
}

TEST(IpvsCodec, WritesADaemonAsItReadsOne) {
    const SyncDaemon daemon{true, "eth0", 5, 1400, *parse_address("ff02::5"), 9000, 3};
    const auto request = ipvs_request(IPVS_CMD_NEW_DAEMON, daemon);
    const auto read = read_ipvs_daemon(request.attributes());
    ASSERT_TRUE(read) << read.error().sentence;
    EXPECT_TRUE(read->master);
    EXPECT_EQ(read->device, "eth0");
    EXPECT_EQ(read->syncid, 5U);
    EXPECT_EQ(read->length, 1400);
    EXPECT_EQ(read->group->text(), "ff02::5");
    EXPECT_EQ(read->port, 9000);
    EXPECT_EQ(read->ttl, 3);
}

// The kernel hands out 16 bytes of address for IPv4, too.
TEST(IpvsCodec, TakesTheFirstBytesOfAnIpv4Address) {
    std::array<std::byte, 16> raw{std::byte{10}, std::byte{0}, std::byte{0}, std::byte{7}};
    Message answer{IPVS_CMD_NEW_DEST};
    answer.nest(IPVS_CMD_ATTR_DEST,
                [&] { answer.bytes(IPVS_DEST_ATTR_ADDR, raw).port(IPVS_DEST_ATTR_PORT, 80); });
    const auto read = read_ipvs_server(answer.attributes(), AF_INET);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->to.real.text(), "10.0.0.7:80");
}

TEST(IpvsCodec, RefusesWhatIsMalformed) {
    const auto malformed = Table<0>::malformed().sentence;
    EXPECT_EQ(read_ipvs_service({}).error().sentence, malformed);
    Message odd{IPVS_CMD_NEW_SERVICE};
    odd.nest(IPVS_CMD_ATTR_SERVICE, [&] { odd.u16(IPVS_SVC_ATTR_AF, AF_UNIX); });
    EXPECT_EQ(read_ipvs_service(odd.attributes()).error().sentence, malformed);
    Message small{IPVS_CMD_NEW_DEST};
    const std::array<std::byte, 3> three{};
    small.nest(IPVS_CMD_ATTR_DEST, [&] { small.bytes(IPVS_DEST_ATTR_ADDR, three); });
    EXPECT_EQ(read_ipvs_server(small.attributes(), AF_INET).error().sentence, malformed);
}

} // namespace
} // namespace lvsx
