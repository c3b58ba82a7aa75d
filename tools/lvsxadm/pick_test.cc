// SPDX-License-Identifier: GPL-2.0-only
#include "pick.hh"

#include <gtest/gtest.h>

namespace lvsx::adm {
namespace {

IpvsServer server(const char *address, std::uint32_t weight, std::uint32_t active = 0,
                  std::uint32_t inactive = 0) {
    IpvsServer one;
    one.to.real = {*parse_address(address), 80};
    one.to.forward = Forward::masquerading;
    one.to.weight = weight;
    one.active = active;
    one.inactive = inactive;
    return one;
}

std::string picked(const char *scheduler, const std::vector<IpvsServer> &servers,
                   std::uint32_t flags = 0) {
    const auto made = pick({scheduler, flags}, servers);
    return made.real ? made.real->address.text() : made.why;
}

TEST(Pick, SaysWhoCannotBeChosen) {
    auto full = server("10.0.0.2", 1, 7, 3);
    full.to.upper = 10;
    auto routed = server("10.0.0.3", 1);
    routed.to.forward = Forward::route;
    const auto made = pick({"rr"}, {server("10.0.0.1", 0), full, routed});
    ASSERT_EQ(made.candidates.size(), 3U);
    EXPECT_EQ(made.candidates[0].obstacle, "its weight is 0");
    EXPECT_EQ(made.candidates[1].obstacle, "it is at its upper threshold, 10 connections");
    EXPECT_EQ(made.candidates[2].obstacle, ""); // IPVS does not mind how it is reached
    EXPECT_EQ(made.candidates[2].caution, "");
    EXPECT_EQ(made.real->address.text(), "10.0.0.3");
    EXPECT_EQ(made.why, "no other real server can be chosen");
    EXPECT_EQ(picked("rr", {server("10.0.0.1", 0)}), "no real server can be chosen");
    EXPECT_EQ(picked("rr", {}), "no real server can be chosen");
}

TEST(Pick, CannotSeeAnOverload) {
    auto one = server("10.0.0.1", 1, 5, 2);
    one.to.upper = 10;
    EXPECT_EQ(pick({"rr"}, {one}).candidates[0].caution, ""); // 7 of 10, and 8 is three quarters
    one.inactive = 3;
    auto made = pick({"rr"}, {one});
    EXPECT_EQ(made.candidates[0].obstacle, "");
    EXPECT_EQ(made.candidates[0].caution, "unless its overload has not ended yet");
    EXPECT_EQ(made.why,
              "no other real server can be chosen; this one only if its overload has ended");
    one.to.lower = 9;
    EXPECT_EQ(pick({"rr"}, {one}).candidates[0].caution, "");
    one.to.lower = 2;
    EXPECT_EQ(pick({"wlc"}, {one, server("10.0.0.2", 1, 9)}).why,
              "the scheduler wlc finds it the least busy; this one only if its overload has ended");
    EXPECT_EQ(pick({"wlc"}, {one, server("10.0.0.2", 1, 1)}).why,
              "the scheduler wlc finds it the least busy");
}

TEST(Pick, KnowsWhoDropsClientsOfOthers) {
    constexpr std::uint32_t fallback = 8; // IP_VS_SVC_F_SCHED1
    const std::vector<IpvsServer> two{server("10.0.0.1", 0), server("10.0.0.2", 1)};
    for (const auto *name : {"sh", "dh", "mh"}) {
        EXPECT_EQ(picked(name, two),
                  std::string{"the scheduler "} + name +
                      " decides by a hash or a table that the kernel does not show, and a client "
                      "whose server cannot be chosen gets none");
        EXPECT_EQ(picked(name, {two[1]}), "10.0.0.2");
        EXPECT_EQ(picked(name, {two[0]}), "no real server can be chosen");
    }
    EXPECT_EQ(picked("sh", two, fallback), "10.0.0.2");
    EXPECT_EQ(picked("mh", two, fallback), "10.0.0.2");
    EXPECT_EQ(picked("lblc", two), "the scheduler lblc decides by a hash or a table that the "
                                   "kernel does not show");
    EXPECT_EQ(picked("lblcr", two), "10.0.0.2");
    EXPECT_EQ(picked("ovf", {two[0], server("10.0.0.2", 1, 2)}),
              "every real server has more connections than its weight");
    EXPECT_EQ(picked("ovf", {server("10.0.0.2", 1, 1)}), "10.0.0.2");
}

TEST(Pick, KnowsTheSchedulersThatLookAtConnections) {
    const std::vector<IpvsServer> two{server("10.0.0.1", 1, 1, 0), server("10.0.0.2", 4, 2, 0)};
    EXPECT_EQ(picked("lc", two), "10.0.0.1");
    EXPECT_EQ(picked("wlc", two), "10.0.0.2");
    EXPECT_EQ(picked("sed", two), "10.0.0.2");
    EXPECT_EQ(picked("nq", {two[1], server("10.0.0.3", 1)}), "10.0.0.3");
    EXPECT_EQ(picked("fo", two), "10.0.0.2");
    EXPECT_EQ(picked("ovf", {server("10.0.0.1", 9, 10), two[1]}), "10.0.0.2");
    EXPECT_EQ(picked("ovf", {server("10.0.0.1", 1, 2), server("10.0.0.2", 1, 2)}),
              "every real server has more connections than its weight");
    // The first of equals.
    EXPECT_EQ(picked("wlc", {server("10.0.0.9", 1), server("10.0.0.2", 1)}), "10.0.0.9");
}

TEST(Pick, DoesNotGuess) {
    const std::vector<IpvsServer> two{server("10.0.0.1", 1), server("10.0.0.2", 1)};
    EXPECT_EQ(picked("wrr", two),
              "the scheduler wrr takes turns, and the kernel does not show whose turn it is");
    EXPECT_EQ(picked("mh", two), "the scheduler mh decides by a hash or a table that the kernel "
                                 "does not show");
}

} // namespace
} // namespace lvsx::adm
