// SPDX-License-Identifier: GPL-2.0-only
#include "where.hh"

#include "parse.hh"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

const ServiceId web{AF_INET, IPPROTO_TCP, {*parse_address("192.0.2.1"), 80}, 0};
const Endpoint someone{*parse_address("198.51.100.7"), 40000};
const Endpoint first{*parse_address("10.0.0.1"), 80};

IpvsServer server(const char *address, Forward forward = Forward::masquerading) {
    IpvsServer one;
    one.to.real = {*parse_address(address), 80};
    one.to.forward = forward;
    return one;
}

// Of a new client, before lvsx is asked.
Where picked(const std::vector<IpvsServer> &servers, const char *scheduler = "wlc") {
    Where answer{{web, {scheduler}, {}}, true};
    auto made = pick({scheduler}, servers);
    answer.candidates = std::move(made.candidates);
    answer.real = made.real;
    answer.why = std::move(made.why);
    answer.locals = {*parse_range("10.0.2.1-4"), *parse_range("10.0.2.9")};
    return answer;
}

Access clients(bool allow, const char *range) {
    return {web, allow, *parse_range(range), ""};
}
Access set(bool allow, const char *name) {
    return {web, allow, {}, name};
}

// Why, with "none: " before it where there is no real server.
std::string admitted(const std::vector<Access> &lists) {
    auto answer = picked({server("10.0.0.1")});
    admit(answer, someone.address, lists);
    EXPECT_EQ(answer.real.has_value(), !answer.locals.empty());
    return (answer.real ? "" : "none: ") + answer.why;
}

TEST(Where, AsksTheLists) {
    const std::string only = "no other real server can be chosen";
    EXPECT_EQ(admitted({}), only);
    EXPECT_EQ(admitted({clients(false, "198.51.100.0/24")}),
              "none: the client is on the deny list (198.51.100.0-198.51.100.255)");
    EXPECT_EQ(admitted({clients(false, "198.51.100.8")}), only);
    EXPECT_EQ(admitted({clients(true, "198.51.100.8"), clients(true, "198.51.100.1-6")}),
              "none: the client is not on the allow list");
    EXPECT_EQ(admitted({clients(true, "198.51.100.7")}), only);
    EXPECT_EQ(admitted({clients(true, "198.51.100.7"), clients(false, "198.51.100.7")}),
              "none: the client is on the deny list (198.51.100.7)");
}

TEST(Where, CannotAskAnIpset) {
    const std::string only = "no other real server can be chosen";
    EXPECT_EQ(admitted({set(false, "bad")}),
              only + "; unless ipset:bad of the deny list has the client");
    EXPECT_EQ(admitted({set(true, "good"), set(true, "better"), clients(true, "198.51.100.8")}),
              only + "; only if ipset:good or ipset:better of the allow list has the client");
    EXPECT_EQ(admitted({set(true, "good"), clients(true, "198.51.100.7")}), only);
    EXPECT_EQ(admitted({set(false, "bad"), clients(false, "198.51.100.7")}),
              "none: the client is on the deny list (198.51.100.7)");
}

TEST(Where, NeedsALocalAddress) {
    auto answer = picked({server("10.0.0.1")});
    answer.found = Found::persistence;
    answer.locals.clear();
    admit(answer, someone.address, {});
    EXPECT_EQ(where_text(answer, someone),
              "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
              "  no real server to tell\n"
              "  no local address: the service has none of its own, and the default pool is empty\n"
              "  -> 10.0.0.1:80                  weight 1, 0 active, 0 inactive: can be chosen\n");
    EXPECT_EQ(answer.found, Found::nothing);
}

TEST(Where, DropsWhatIsNotMasquerading) {
    auto answer = picked({server("10.0.0.1", Forward::route), server("10.0.0.2")});
    admit(answer, someone.address, {});
    EXPECT_EQ(
        where_text(answer, someone),
        "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
        "  no real server to tell\n"
        "  10.0.0.1:80 is chosen (the scheduler wlc finds it the least busy), but FullNAT "
        "takes masquerading real servers only: lvsx drops it\n"
        "  -> 10.0.0.1:80                  weight 1, 0 active, 0 inactive: can be chosen, but "
        "FullNAT takes masquerading real servers only: lvsx drops it\n"
        "  -> 10.0.0.2:80                  weight 1, 0 active, 0 inactive: can be chosen\n");
}

TEST(Where, LeavesAServiceThatDoesNotMasqueradeToStock) {
    auto answer = picked({server("10.0.0.1", Forward::tunnel)});
    admit(answer, someone.address, {});
    EXPECT_EQ(where_text(answer, someone),
              "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
              "  would get 10.0.0.1:80\n"
              "  no other real server can be chosen; stock IPVS has it, since no real server is "
              "masquerading\n"
              "  -> 10.0.0.1:80                  weight 1, 0 active, 0 inactive: can be chosen\n");
}

TEST(Where, SaysFromWhichLocalAddressesANewOneComes) {
    auto answer = picked({server("10.0.0.1"), server("10.0.0.2")}, "rr");
    answer.candidates[1].obstacle = "its weight is 0";
    admit(answer, someone.address, {});
    const std::string why = "  the scheduler rr takes turns, and the kernel does not show whose "
                            "turn it is\n";
    const std::string servers =
        "  -> 10.0.0.1:80                  weight 1, 0 active, 0 inactive: can be chosen\n"
        "  -> 10.0.0.2:80                  weight 1, 0 active, 0 inactive: its weight is 0\n";
    EXPECT_EQ(where_text(answer, someone),
              "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
              "  no real server to tell\n" +
                  why +
                  "  would come from 10.0.2.1-10.0.2.4, 10.0.2.9 (the default pool), on the CPU "
                  "that its first packet arrives on\n" +
                  servers);
    answer.own_locals = true;
    answer.real = first;
    EXPECT_EQ(where_text(answer, someone),
              "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
              "  would get 10.0.0.1:80 by FullNAT\n" +
                  why +
                  "  would come from 10.0.2.1-10.0.2.4, 10.0.2.9 (the service's local addresses), "
                  "on the CPU that its first packet arrives on\n" +
                  servers);
}

TEST(Where, SaysByFullNatOfFlowsOnly) {
    auto answer = picked({});
    answer.real = first;
    answer.why = "as it is";
    answer.found = Found::connection;
    EXPECT_EQ(where_text(answer, someone), "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
                                           "  has 10.0.0.1:80\n"
                                           "  as it is\n");
    answer.found = Found::flow;
    answer.by_fullnat = true;
    answer.local = {*parse_address("10.0.2.1"), 1025};
    answer.cpu = 3;
    EXPECT_EQ(where_text(answer, someone),
              "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
              "  has 10.0.0.1:80 by FullNAT, from 10.0.2.1:1025, on CPU 3\n"
              "  as it is\n");
}

TEST(Where, PrefersTheServiceOfThePort) {
    IpvsService exact{web, {}, {}};
    IpvsService every{web, {}, {}};
    IpvsService udp{web, {}, {}};
    IpvsService mark{{AF_INET, 0, {}, 5}, {}, {}};
    every.id.vip.port = 0;
    udp.id.vip.port = 0;
    udp.id.protocol = IPPROTO_UDP;
    const auto names = [&](std::uint16_t port) {
        std::string text;
        for (const auto &one :
             serving({mark, every, exact, udp}, {*parse_address("192.0.2.1"), port})) {
            text += one.id.text() + " ";
        }
        return text;
    };
    EXPECT_EQ(names(80), "TCP 192.0.2.1:80 UDP 192.0.2.1:0 ");
    EXPECT_EQ(names(81), "TCP 192.0.2.1:0 UDP 192.0.2.1:0 ");
    EXPECT_TRUE(serving({exact}, {*parse_address("192.0.2.2"), 80}).empty());
}

TEST(Where, IsAskedOfEndsWithPorts) {
    const auto why = [](const char *client, const char *vip) {
        const std::vector<std::string> words{"--where", client, vip};
        const auto read = parse(words);
        return read ? "taken" : read.error().sentence;
    };
    EXPECT_EQ(why("198.51.100.7:1", "192.0.2.1:65535"), "taken");
    EXPECT_EQ(why("198.51.100.7", "192.0.2.1:80"),
              "'198.51.100.7' is no end of a connection: expected ADDRESS:PORT, with a port from 1 "
              "to 65535");
    EXPECT_EQ(why("198.51.100.7:1", "192.0.2.1:0"),
              "'192.0.2.1:0' is no end of a connection: expected ADDRESS:PORT, with a port from 1 "
              "to 65535");
}

} // namespace
} // namespace lvsx::adm
