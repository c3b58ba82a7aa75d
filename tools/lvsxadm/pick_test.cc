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
                   bool fullnat = true) {
    const auto made = pick({scheduler}, servers, fullnat);
    return made.real ? made.real->address.text() : made.why;
}

TEST(Pick, SaysWhoCannotBeChosen) {
    auto full = server("10.0.0.2", 1, 7, 3);
    full.to.upper = 10;
    auto routed = server("10.0.0.3", 1);
    routed.to.forward = Forward::route;
    const auto made =
        pick({"rr"}, {server("10.0.0.1", 0), full, routed, server("10.0.0.4", 1)}, true);
    ASSERT_EQ(made.candidates.size(), 4U);
    EXPECT_EQ(made.candidates[0].obstacle, "its weight is 0");
    EXPECT_EQ(made.candidates[1].obstacle, "it is at its upper threshold, 10 connections");
    EXPECT_EQ(made.candidates[2].obstacle, "FullNAT takes masquerading real servers only");
    EXPECT_EQ(made.candidates[3].obstacle, "");
    EXPECT_EQ(made.real->address.text(), "10.0.0.4");
    EXPECT_EQ(made.why, "no other real server can be chosen");
    EXPECT_EQ(picked("rr", {server("10.0.0.1", 0)}), "no real server can be chosen");
    EXPECT_EQ(picked("rr", {}), "no real server can be chosen");
    EXPECT_EQ(picked("rr", {routed}, false), "10.0.0.3");
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
