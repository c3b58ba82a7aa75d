// SPDX-License-Identifier: GPL-2.0-only
#include "where.hh"

#include "lvsxadm/parse/parse.hh"
#include "lvsxadm/text/where_text.hh"

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

Where asked(const std::vector<IpvsServer> &servers) {
    Where answer{{web, {}, {}}, true};
    for (const auto &one : servers) {
        answer.candidates.push_back(candidate(one));
    }
    answer.locals = {*parse_range("10.0.2.1-4"), *parse_range("10.0.2.9")};
    return answer;
}

Access clients(bool allow, const char *range) {
    return {web, allow, *parse_range(range), ""};
}
Access set(bool allow, const char *name) {
    return {web, allow, {}, name};
}

Pick pick(const char *address, std::uint32_t cpu_first = 0, std::uint32_t cpu_last = 3,
          const char *reason = "") {
    return {cpu_first, cpu_last, {*parse_address(address), 80}, reason};
}

Prospect chosen(How how, const char *scheduler, std::vector<Pick> picks = {}) {
    return {web, picks.empty() && how != How::unknown ? "no_real" : "", how, scheduler,
            std::move(picks)};
}

// Why, with the real server before it.
std::string said(const Prospect &prospect, const std::vector<Access> &access = {}) {
    auto answer = asked({server("10.0.0.1"), server("10.0.0.2")});
    settle(answer, prospect, someone.address, access);
    return (answer.real ? answer.real->text() : "none") + ": " + answer.why;
}

TEST(Where, SaysWhyNobodyIsChosenFor) {
    const auto refused = [](const char *reason, const std::vector<Access> &access = {}) {
        return said({web, reason, {}, "", {}}, access);
    };
    EXPECT_EQ(refused("denied", {clients(false, "198.51.100.8"), clients(true, "198.51.100.7"),
                                 clients(false, "198.51.100.0/24"), set(false, "bad")}),
              "none: the client is on the deny list (198.51.100.0-198.51.100.255)");
    EXPECT_EQ(refused("denied", {clients(false, "198.51.100.8"), set(false, "bad")}),
              "none: the client is on the deny list (ipset:bad)");
    EXPECT_EQ(refused("denied", {set(false, "bad"), set(true, "good"), set(false, "worse")}),
              "none: the client is on the deny list (ipset:bad or ipset:worse)");
    EXPECT_EQ(refused("not_allowed"), "none: the client is not on the allow list");
    EXPECT_EQ(refused("draining"), "none: the service drains: new connections are refused");
    EXPECT_EQ(refused("martian"), "none: lvsx counts it as martian");
}

TEST(Where, NeedsALocalAddress) {
    auto answer = asked({server("10.0.0.1")});
    answer.found = Found::persistence;
    answer.real = first;
    settle(answer, {web, "no_local", {}, "", {}}, someone.address, {});
    EXPECT_EQ(where_text(answer, someone),
              "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
              "  no real server to tell\n"
              "  no local address: the service has none of its own, and the default pool is empty\n"
              "  -> 10.0.0.1:80                  weight 1, 0 active, 0 inactive: can be chosen\n");
    EXPECT_EQ(answer.found, Found::nothing);
}

TEST(Where, SaysHowItIsChosen) {
    const std::vector<Pick> two{pick("10.0.0.2")};
    EXPECT_EQ(said(chosen(How::only, "rr", two)),
              "10.0.0.2:80: no other real server can be chosen");
    EXPECT_EQ(said(chosen(How::turn, "wrr", two)),
              "10.0.0.2:80: the scheduler wrr takes turns, and it is this one's");
    EXPECT_EQ(said(chosen(How::turn, "lc", two)),
              "10.0.0.2:80: the scheduler lc finds it the least busy");
    EXPECT_EQ(said(chosen(How::asked, "nq", two)),
              "10.0.0.2:80: the scheduler nq finds it the least busy");
    EXPECT_EQ(said(chosen(How::asked, "fo", two)),
              "10.0.0.2:80: the scheduler fo takes the largest weight");
    EXPECT_EQ(said(chosen(How::asked, "mh", two)),
              "10.0.0.2:80: the scheduler mh chooses it for this client");
    EXPECT_EQ(said(chosen(How::nobody, "rr")), "none: no real server can be chosen");
    EXPECT_EQ(said(chosen(How::asked, "ovf")),
              "none: every real server has more connections than its weight");
    EXPECT_EQ(said(chosen(How::asked, "sh")),
              "none: the scheduler sh has a real server for this client that cannot be chosen, and "
              "gives it no other");
    EXPECT_EQ(said(chosen(How::asked, "wlc")), "none: the scheduler wlc finds none");
}

TEST(Where, DoesNotGuess) {
    EXPECT_EQ(said(chosen(How::unknown, "rr")),
              "none: the scheduler rr takes turns, and the kernel does not show whose turn it is");
    EXPECT_EQ(said(chosen(How::unknown, "lblc")),
              "none: the scheduler lblc decides by a table that the kernel does not show");
    EXPECT_EQ(said(chosen(How::unknown, "twos")), "none: the scheduler twos draws lots");
    EXPECT_EQ(said(chosen(How::unknown, "mine")),
              "none: the scheduler mine cannot be asked without taking what it says");
    EXPECT_EQ(said({{}, "", How::unseen, "", {}}),
              "none: IPVS does not show lvsx a service without masquerading real servers");
}

TEST(Where, TellsWhatIsPlainUnasked) {
    const auto plain = [](const std::vector<IpvsServer> &servers) {
        auto answer = asked(servers);
        settle_unasked(answer, "cannot be asked");
        return (answer.real ? answer.real->text() : "none") + ": " + answer.why;
    };
    auto idle = server("10.0.0.1");
    idle.to.weight = 0;
    EXPECT_EQ(plain({idle, idle}), "none: no real server can be chosen");
    EXPECT_EQ(plain({}), "none: no real server can be chosen");
    EXPECT_EQ(plain({server("10.0.0.1")}), "10.0.0.1:80: no other real server can be chosen");
    EXPECT_EQ(plain({idle, server("10.0.0.2")}), "none: cannot be asked");
    auto busy = server("10.0.0.1");
    busy.to.upper = 10;
    busy.active = 9;
    EXPECT_EQ(plain({busy}), "10.0.0.1:80: no other real server can be chosen; this one only if "
                             "its overload has ended");
}

TEST(Where, KeepsWhatPersistenceRemembers) {
    auto answer = asked({server("10.0.0.1")});
    answer.found = Found::persistence;
    answer.real = first;
    answer.why = "persistence remembers";
    settle(answer, chosen(How::asked, "sh", {pick("10.0.0.2")}), someone.address, {});
    EXPECT_EQ(answer.real, first);
    EXPECT_EQ(answer.why, "persistence remembers");
}

TEST(Where, DropsWhatPersistenceRemembersIfItIsNotMasquerading) {
    auto answer = asked({server("10.0.0.1", Forward::route), server("10.0.0.2")});
    answer.found = Found::persistence;
    answer.real = first;
    answer.why = "persistence remembers";
    settle(answer, chosen(How::asked, "sh", {pick("10.0.0.2")}), someone.address, {});
    EXPECT_EQ(answer.real, std::nullopt);
    EXPECT_EQ(answer.why, "10.0.0.1:80 is chosen (persistence remembers), but FullNAT takes "
                          "masquerading real servers only: lvsx drops it");
}

TEST(Where, SaysWhoCannotBeChosen) {
    auto idle = server("10.0.0.1");
    idle.to.weight = 0;
    EXPECT_EQ(candidate(idle).obstacle, "its weight is 0");
    auto one = server("10.0.0.2");
    one.to.upper = 10;
    one.active = 7;
    one.inactive = 3;
    EXPECT_EQ(candidate(one).obstacle, "it is at its upper threshold, 10 connections");
    one.inactive = 0;
    EXPECT_EQ(candidate(one).obstacle, "");
    EXPECT_EQ(candidate(one).caution, ""); // 7 of 10, and 8 is three quarters
    one.inactive = 1;
    EXPECT_EQ(candidate(one).caution, "unless its overload has not ended yet");
    one.to.lower = 9;
    EXPECT_EQ(candidate(one).caution, "");
}

TEST(Where, DropsWhatIsNotMasquerading) {
    auto answer = asked({server("10.0.0.1", Forward::route), server("10.0.0.2")});
    settle(answer, chosen(How::turn, "wlc", {pick("10.0.0.1", 0, 3, "not_masq")}), someone.address,
           {});
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

TEST(Where, DropsTheRealServersOwn) {
    EXPECT_EQ(said(chosen(How::only, "rr", {pick("10.0.0.1", 0, 0, "martian")})),
              "none: 10.0.0.1:80 is chosen (no other real server can be chosen), but it is the "
              "client itself: lvsx drops it");
}

TEST(Where, LeavesAServiceThatDoesNotMasqueradeToStock) {
    auto answer = asked({server("10.0.0.1", Forward::tunnel)});
    settle(answer, {web, "pass_not_masq", How::only, "wlc", {pick("10.0.0.1")}}, someone.address,
           {});
    EXPECT_EQ(where_text(answer, someone),
              "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
              "  would get 10.0.0.1:80\n"
              "  no other real server can be chosen; stock IPVS has it, since no real server is "
              "masquerading\n"
              "  -> 10.0.0.1:80                  weight 1, 0 active, 0 inactive: can be chosen\n");
    answer = asked({server("10.0.0.1", Forward::route)});
    settle(answer, {web, "pass_not_masq", How::unseen, "", {}}, someone.address, {});
    EXPECT_EQ(answer.real, first);
    EXPECT_EQ(answer.why, "no other real server can be chosen; stock IPVS has it, since no real "
                          "server is masquerading");
    // It does, but persistence with cache_bypass is stock's.
    answer = asked({server("10.0.0.1")});
    settle(answer, {web, "pass_not_masq", How::only, "wlc", {pick("10.0.0.1")}}, someone.address,
           {});
    EXPECT_EQ(answer.why, "no other real server can be chosen; stock IPVS has it");
}

TEST(Where, SaysOnWhichCpu) {
    auto answer = asked({server("10.0.0.1"), server("10.0.0.2")});
    settle(answer,
           chosen(How::turn, "rr",
                  {pick("10.0.0.1", 0, 0), pick("10.0.0.2", 1, 2), pick("10.0.0.1", 3, 3)}),
           someone.address, {});
    EXPECT_EQ(where_text(answer, someone),
              "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
              "  would get 10.0.0.1:80 on CPU 0, 10.0.0.2:80 on CPU 1-2, 10.0.0.1:80 on CPU 3, by "
              "FullNAT\n"
              "  the scheduler rr takes turns, on each CPU its own\n"
              "  would come from 10.0.2.1-10.0.2.4, 10.0.2.9 (the default pool), on the CPU "
              "that its first packet arrives on\n"
              "  -> 10.0.0.1:80                  weight 1, 0 active, 0 inactive: can be chosen\n"
              "  -> 10.0.0.2:80                  weight 1, 0 active, 0 inactive: can be chosen\n");
    EXPECT_EQ(answer.real, std::nullopt);

    answer = asked({server("10.0.0.1"), server("10.0.0.2", Forward::route)});
    settle(answer,
           chosen(How::turn, "rr", {pick("10.0.0.1", 0, 0), pick("10.0.0.2", 1, 1, "not_masq")}),
           someone.address, {});
    const auto text = where_text(answer, someone);
    EXPECT_NE(text.find("  would get 10.0.0.1:80 on CPU 0, 10.0.0.2:80 on CPU 1 (lvsx drops it), "
                        "by FullNAT\n"),
              std::string::npos)
        << text;
}

TEST(Where, SaysFromWhichLocalAddressesANewOneComes) {
    auto answer = asked({server("10.0.0.1")});
    answer.own_locals = true;
    settle(answer, chosen(How::only, "rr", {pick("10.0.0.1")}), someone.address, {});
    EXPECT_EQ(where_text(answer, someone),
              "TCP 192.0.2.1:80 for 198.51.100.7:40000\n"
              "  would get 10.0.0.1:80 by FullNAT\n"
              "  no other real server can be chosen\n"
              "  would come from 10.0.2.1-10.0.2.4, 10.0.2.9 (the service's local addresses), "
              "on the CPU that its first packet arrives on\n"
              "  -> 10.0.0.1:80                  weight 1, 0 active, 0 inactive: can be chosen\n");
}

TEST(Where, SaysByFullNatOfFlowsOnly) {
    auto answer = asked({});
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
