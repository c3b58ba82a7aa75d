// SPDX-License-Identifier: GPL-2.0-only
//
// Scripts read these shapes: a change here is a change for them.
#include "json.hh"

#include <gtest/gtest.h>
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
    EXPECT_EQ(json_service({web, true, 5, 12, 60, true}, two),
              R"({"service":{"family":"ipv4","protocol":"tcp","address":"192.0.2.1","port":80},)"
              R"("fullnat":true,"marked":true,"flows":12,"timeout":60,)"
              R"("locals":[{"first":"10.0.0.1","last":"10.0.0.4"},)"
              R"({"first":"10.0.0.9","last":"10.0.0.9"}]})");
    EXPECT_EQ(json_service({mark, false, 0, 0}, {}),
              R"({"service":{"family":"ipv6","fwmark":5},"fullnat":false,"marked":false,)"
              R"("flows":0,"timeout":0,"locals":[]})");
    EXPECT_EQ(json_default_pool({true, "eth1", "by eth1", "eth0 eth1"}, {}),
              R"({"service":null,"fullnat":true,"locals":[],"rss_device":"eth1","rss":"by eth1",)"
              R"("ingress":["eth0","eth1"]})");
    EXPECT_EQ(json_default_pool({false, "", "plain", ""}, {}),
              R"({"service":null,"fullnat":false,"locals":[],"rss_device":null,"rss":"plain",)"
              R"("ingress":[]})");
}

TEST(Json, Locals) {
    EXPECT_EQ(json_local({mark, *parse_address("2001:db8::1"), 129022, 17, 2}),
              R"({"service":{"family":"ipv6","fwmark":5},"address":"2001:db8::1",)"
              R"("ports_total":129022,"ports_used":17,"ports_free":129005,"conflicts":2})");
    EXPECT_EQ(
        json_local({{}, *parse_address("10.0.0.9"), 0, 0, 0}),
        R"({"service":null,"address":"10.0.0.9","ports_total":0,"ports_used":0,"ports_free":0,"conflicts":0})");
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
                    R"("active":3,"why":"no","caution":null}]})");
    answer = {service, false, Found::flow, one.to.real, web.vip, 2, "so"};
    EXPECT_EQ(json_where(answer), who + R"("fullnat":false,"found":"flow",)"
                                        R"("real":{"address":"10.1.0.1","port":8080},)"
                                        R"("local":{"address":"192.0.2.1","port":80},"cpu":2,)"
                                        R"("why":"so","locals":[],"servers":[]})");
}

TEST(Json, Counters) {
    EXPECT_EQ(json_counter({"fwd", "sent \"on\"", 18446744073709551615U}),
              R"({"name":"fwd","value":18446744073709551615,"help":"sent \"on\""})");
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
