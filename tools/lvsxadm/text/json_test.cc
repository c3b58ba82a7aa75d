// SPDX-License-Identifier: GPL-2.0-only
//
// Scripts read these shapes: a change here is a change for them.
#include "json.hh"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/ip_vs.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>

namespace lvsx::adm {
namespace {

const ServiceId web{AF_INET, IPPROTO_TCP, {*parse_address("192.0.2.1"), 80}, 0};
const ServiceId mark{AF_INET6, 0, {}, 5};
const std::vector<Range> two{*parse_range("10.0.0.1-4"), *parse_range("10.0.0.9")};

TEST(Json, Access) {
    EXPECT_EQ(json_access({web, false, two[0], ""}),
              R"({"service":{"family":"ipv4","protocol":"tcp","address":"192.0.2.1","port":80},)"
              R"("list":"deny","clients":{"first":"10.0.0.1","last":"10.0.0.4"},"ipset":null})");
    EXPECT_EQ(json_access({web, true, {}, "friends"}),
              R"({"service":{"family":"ipv4","protocol":"tcp","address":"192.0.2.1","port":80},)"
              R"("list":"allow","clients":null,"ipset":"friends"})");
}

TEST(Json, Services) {
    EXPECT_EQ(json_service({web, true, 5, 12, 60, true}, two, false),
              R"({"service":{"family":"ipv4","protocol":"tcp","address":"192.0.2.1","port":80},)"
              R"("fullnat":true,"marked":true,"draining":false,"flows":12,"timeout":60,)"
              R"("locals":[{"first":"10.0.0.1","last":"10.0.0.4"},)"
              R"({"first":"10.0.0.9","last":"10.0.0.9"}],"no_local":false})");
    EXPECT_EQ(json_service({mark, false, 0, 0}, {}, true),
              R"({"service":{"family":"ipv6","fwmark":5},"fullnat":false,"marked":false,)"
              R"("draining":false,"flows":0,"timeout":0,"locals":[],"no_local":true})");
    EXPECT_EQ(json_default_pool({true, "eth1", "by eth1", "eth0 eth1"}, {}),
              R"({"service":null,"fullnat":true,"locals":[],"rss_device":"eth1","rss":"by eth1",)"
              R"("ingress":["eth0","eth1"],"reset":true,"draining":false,"flows":0})");
    EXPECT_EQ(json_default_pool({false, "", "plain", ""}, {}),
              R"({"service":null,"fullnat":false,"locals":[],"rss_device":null,"rss":"plain",)"
              R"("ingress":[],"reset":true,"draining":false,"flows":0})");
}

TEST(Json, Locals) {
    EXPECT_EQ(json_local({mark, *parse_address("2001:db8::1"), 129022, 17, 2, 15}),
              R"({"service":{"family":"ipv6","fwmark":5},"address":"2001:db8::1",)"
              R"("ports_total":129022,"ports_used":17,"ports_free":129005,"fullest":1.5,)"
              R"("conflicts":2,"gone":false})");
    EXPECT_EQ(
        json_local({{}, *parse_address("10.0.0.9"), 0, 0, 0, 0, true}),
        R"({"service":null,"address":"10.0.0.9","ports_total":0,"ports_used":0,"ports_free":0,)"
        R"("fullest":0.0,"conflicts":0,"gone":true})");
}

TEST(Json, Flows) {
    EXPECT_EQ(json_flow({IPPROTO_UDP,
                         "UDP",
                         3,
                         1500,
                         {*parse_address("198.51.100.7"), 40000},
                         web.vip,
                         {*parse_address("10.0.0.1"), 1025},
                         {*parse_address("10.1.0.1"), 8080}}),
              R"({"protocol":"udp","state":"UDP","left_ms":1500,"cpu":3,)"
              R"("client":{"address":"198.51.100.7","port":40000},)"
              R"("vip":{"address":"192.0.2.1","port":80},)"
              R"("local":{"address":"10.0.0.1","port":1025},)"
              R"("real":{"address":"10.1.0.1","port":8080}})");
}

TEST(Json, Where) {
    const IpvsService service{web, {"rr"}, {}};
    IpvsServer one;
    one.to.real = {*parse_address("10.1.0.1"), 8080};
    one.active = 3;
    const std::string who =
        R"({"service":{"family":"ipv4","protocol":"tcp","address":"192.0.2.1","port":80},)";
    Where answer{service, true};
    answer.why = "because";
    answer.locals = two;
    answer.candidates = {{one, "", "but"}, {one, "no"}};
    EXPECT_EQ(json_where(answer),
              who + R"("fullnat":true,"found":null,"real":null,"local":null,"cpu":null,)"
                    R"("why":"because","locals":[{"first":"10.0.0.1","last":"10.0.0.4"},)"
                    R"({"first":"10.0.0.9","last":"10.0.0.9"}],)"
                    R"("servers":[{"real":{"address":"10.1.0.1","port":8080},"weight":1,)"
                    R"("active":3,"why":null,"caution":"but"},)"
                    R"({"real":{"address":"10.1.0.1","port":8080},"weight":1,)"
                    R"("active":3,"why":"no","caution":null}],"picks":[]})");
    answer = {service, false, Found::flow, one.to.real, web.vip, 2, "so"};
    EXPECT_EQ(json_where(answer), who + R"("fullnat":false,"found":"flow",)"
                                        R"("real":{"address":"10.1.0.1","port":8080},)"
                                        R"("local":{"address":"192.0.2.1","port":80},"cpu":2,)"
                                        R"("why":"so","locals":[],"servers":[],"picks":[]})");
    answer = {service, true};
    answer.picks = {{0, 1, one.to.real, ""}, {2, 2, one.to.real, "martian"}};
    EXPECT_EQ(json_where(answer),
              who + R"("fullnat":true,"found":null,"real":null,"local":null,"cpu":null,)"
                    R"("why":"","locals":[],"servers":[],"picks":[{"cpu_first":0,"cpu_last":1,)"
                    R"("real":{"address":"10.1.0.1","port":8080},"reason":null},)"
                    R"({"cpu_first":2,"cpu_last":2,)"
                    R"("real":{"address":"10.1.0.1","port":8080},"reason":"martian"}]})");
}

TEST(Json, Counters) {
    EXPECT_EQ(json_counter({"fwd", "sent \"on\"", 18446744073709551615U}),
              R"({"name":"fwd","value":18446744073709551615,"help":"sent \"on\""})");
}

// A list of its own each, of which the second has all that the first has not.
TEST(Json, IpvsServices) {
    EXPECT_EQ(json_ipvs_service({web, {}, {}}, {}, {}),
              R"({"service":{"family":"ipv4","protocol":"tcp","address":"192.0.2.1","port":80},)"
              R"("scheduler":"wlc","flags":[],"persistent":null,"netmask":null,"engine":null,)"
              R"("one_packet":false,"fullnat":false,"flows":0,"locals":[],"no_local":false,)"
              R"("stats":{"connections":0,"in_packets":0,"out_packets":0,"in_bytes":0,)"
              R"("out_bytes":0},)"
              R"("rate":{"connections":0,"in_packets":0,"out_packets":0,"in_bytes":0,)"
              R"("out_bytes":0},"servers":[]})");

    constexpr auto flags = IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_ONEPACKET | IP_VS_SVC_F_SCHED2;
    const Stats stats{{1, 2, 3, 4, 5}, {6, 7, 8, 9, 18446744073709551615U}};
    const IpvsServer nat{
        {{*parse_address("10.1.0.1"), 8080}, Forward::masquerading, 3, 20, 10}, 11, 12, 13, stats};
    const IpvsServer tunnel{{{*parse_address("2001:db8::2"), 80},
                             Forward::tunnel,
                             1,
                             0,
                             0,
                             {Encapsulation::gue, 6080, IP_VS_TUNNEL_ENCAP_FLAG_CSUM}},
                            0,
                            0,
                            0,
                            {}};
    EXPECT_EQ(json_ipvs_service({mark, {"sh", flags, 60, 64, "sip"}, stats}, {nat, tunnel},
                                {true, 17, two}),
              R"({"service":{"family":"ipv6","fwmark":5},"scheduler":"sh","flags":["sh-port"],)"
              R"("persistent":60,"netmask":64,"engine":"sip","one_packet":true,"fullnat":true,)"
              R"("flows":17,"locals":[{"first":"10.0.0.1","last":"10.0.0.4"},)"
              R"({"first":"10.0.0.9","last":"10.0.0.9"}],"no_local":false,)"
              R"("stats":{"connections":1,"in_packets":2,"out_packets":3,"in_bytes":4,)"
              R"("out_bytes":5},)"
              R"("rate":{"connections":6,"in_packets":7,"out_packets":8,"in_bytes":9,)"
              R"("out_bytes":18446744073709551615},"servers":[)"
              R"({"real":{"address":"10.1.0.1","port":8080},"forward":"fullnat","weight":3,)"
              R"("upper":20,"lower":10,"tunnel":null,"active":11,"inactive":12,"persistent":13,)"
              R"("stats":{"connections":1,"in_packets":2,"out_packets":3,"in_bytes":4,)"
              R"("out_bytes":5},)"
              R"("rate":{"connections":6,"in_packets":7,"out_packets":8,"in_bytes":9,)"
              R"("out_bytes":18446744073709551615}},)"
              R"({"real":{"address":"2001:db8::2","port":80},"forward":"tunnel","weight":1,)"
              R"("upper":0,"lower":0,"tunnel":{"type":"gue","port":6080,"checksum":"yes"},)"
              R"("active":0,"inactive":0,"persistent":0,)"
              R"("stats":{"connections":0,"in_packets":0,"out_packets":0,"in_bytes":0,)"
              R"("out_bytes":0},)"
              R"("rate":{"connections":0,"in_packets":0,"out_packets":0,"in_bytes":0,)"
              R"("out_bytes":0}}]})");
}

TEST(Json, NetmaskOfIpv4IsAnAddress) {
    const auto text =
        json_ipvs_service({web, {"rr", IP_VS_SVC_F_PERSISTENT, 60, htonl(0xffffff00)}, {}}, {}, {});
    EXPECT_NE(text.find(R"("persistent":60,"netmask":"255.255.255.0")"), std::string::npos) << text;
}

TEST(Json, Connections) {
    const Connection one{IPPROTO_TCP,
                         "TCP",
                         "ESTABLISHED",
                         899,
                         {*parse_address("198.51.100.7"), 40000},
                         web.vip,
                         {*parse_address("10.1.0.1"), 8080}};
    EXPECT_EQ(json_connection(one, true),
              R"({"by":"lvsx","protocol":"tcp","state":"ESTABLISHED","seconds":899,)"
              R"("client":{"address":"198.51.100.7","port":40000},)"
              R"("vip":{"address":"192.0.2.1","port":80},)"
              R"("real":{"address":"10.1.0.1","port":8080},"engine":null,"engine_data":null})");
    auto template_of_a_mark = one;
    template_of_a_mark.protocol_text = "IP";
    template_of_a_mark.engine = "sip";
    template_of_a_mark.engine_data = "123@host";
    EXPECT_EQ(json_connection(template_of_a_mark, false),
              R"({"by":"ipvs","protocol":"ip","state":"ESTABLISHED","seconds":899,)"
              R"("client":{"address":"198.51.100.7","port":40000},)"
              R"("vip":{"address":"192.0.2.1","port":80},)"
              R"("real":{"address":"10.1.0.1","port":8080},"engine":"sip",)"
              R"("engine_data":"123@host"})");
}

TEST(Json, Timeouts) {
    EXPECT_EQ(json_timeouts({900, 120, 300}), R"({"tcp":900,"tcp_fin":120,"udp":300})");
}

TEST(Json, Daemons) {
    EXPECT_EQ(json_daemon({true, "eth0", 5, 1400, *parse_address("224.0.0.81"), 8848, 1}),
              R"({"state":"master","device":"eth0","syncid":5,"length":1400,)"
              R"("group":"224.0.0.81","port":8848,"ttl":1})");
    EXPECT_EQ(json_daemon({false, "eth1"}),
              R"({"state":"backup","device":"eth1","syncid":0,"length":0,"group":null,"port":0,)"
              R"("ttl":0})");
}

TEST(Json, SurvivesBytesThatAreNoText) {
    const auto parsed = nlohmann::json::parse(json_counter({"\xff\xfe", "", 0}), nullptr, false);
    ASSERT_FALSE(parsed.is_discarded());
    EXPECT_EQ(parsed["name"], "\xef\xbf\xbd\xef\xbf\xbd");
}

std::string written(int elements, bool whole) {
    char *text = nullptr;
    std::size_t size = 0;
    auto *file = open_memstream(&text, &size);
    JsonArray array{file};
    for (int i = 0; i < elements; ++i) {
        array.add(json_counter({"c", "", static_cast<std::uint64_t>(i)}));
    }
    if (whole) {
        array.end();
    }
    fclose(file);
    std::string result{text, size};
    free(text);
    return result;
}

TEST(JsonArray, IsValidWhenWhole) {
    for (const int elements : {0, 1, 3}) {
        const auto parsed = nlohmann::json::parse(written(elements, true), nullptr, false);
        ASSERT_FALSE(parsed.is_discarded());
        EXPECT_EQ(parsed.size(), static_cast<std::size_t>(elements));
        EXPECT_EQ(written(elements, true).back(), '\n');
    }
}

TEST(JsonArray, IsInvalidWhenCutShort) {
    for (const int elements : {0, 1, 3}) {
        EXPECT_TRUE(nlohmann::json::parse(written(elements, false), nullptr, false).is_discarded());
    }
}

} // namespace
} // namespace lvsx::adm
