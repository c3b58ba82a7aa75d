// SPDX-License-Identifier: GPL-2.0-only
#include "watch.hh"

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace lvsx::adm {
namespace {

const ServiceId web{AF_INET, IPPROTO_TCP, {*parse_address("192.0.2.1"), 80}, 0};
const ServiceId dns{AF_INET, IPPROTO_UDP, {*parse_address("192.0.2.1"), 53}, 0};

TEST(Watch, ShowsServicesAndTheirFlows) {
    IpvsService first{web, {"rr"}, {}};
    first.stats.rate = {10, 200, 190, 12345678901, 4321};
    Handled handled;
    handled.setting.locals = 0;
    handled.services.emplace(web.text(), Service{web, true, 5, 12});
    const ServiceId none{AF_INET, IPPROTO_TCP, {*parse_address("192.0.2.1"), 81}, 0};
    handled.services.emplace(none.text(), Service{none, true, 0, 3});
    EXPECT_EQ(services_part({first, {dns, {"wlc"}, {}}, {none, {"rr"}, {}}}, handled),
              "Service                            Sched        Conn/s   In pkt/s  Out pkt/s       "
              "In B/s      Out B/s      Flows\n"
              "TCP 192.0.2.1:80                   rr               10        200        190  "
              "12345678901         4321         12\n"
              "UDP 192.0.2.1:53                   wlc               0          0          0       "
              "     0            0          -\n"
              "TCP 192.0.2.1:81                   rr                0          0          0       "
              "     0            0          3  no local address\n");
    for (const auto pool : {std::optional{1U}, std::optional<unsigned>{}}) {
        handled.setting.locals = pool;
        EXPECT_EQ(services_part({{none, {"rr"}, {}}}, handled).find("no local"), std::string::npos);
    }
}

TEST(Watch, ShowsReasonsThatWereMet) {
    const std::vector<Counter> counters{
        {"denied", "on the deny list", 110}, {"no_real", "no real server", 0}, {"new", "", 7}};
    const std::string head = "\nReason                    Packets  Packets/s  Meaning\n";
    EXPECT_EQ(reasons_part(counters, {}, 0),
              head + "denied                        110          0  on the deny list\n"
                     "new                             7          0  \n");
    EXPECT_EQ(reasons_part(counters, {{"denied", 10}, {"no_real", 0}, {"new", 8}}, 2.5),
              head + "denied                        110         40  on the deny list\n"
                     "new                             7          0  \n");
}

TEST(Watch, RatesAreOfTheTimeThatPassed) {
    const auto rate = [](double seconds) {
        const auto text = reasons_part({{"x", "", 1000}}, {{"x", 0}}, seconds);
        return text.substr(text.find("1000 "));
    };
    EXPECT_EQ(rate(1), "1000       1000  \n");
    EXPECT_EQ(rate(1.25), "1000        800  \n");
    EXPECT_EQ(rate(3000), "1000          0  \n");
}

TEST(Watch, FitsTheTerminal) {
    const std::string five = "1\n2\n3\n4\n5\n";
    EXPECT_EQ(fit(five, {}), five);
    EXPECT_EQ(fit(five, {6, 80}), five); // the cursor needs a row
    EXPECT_EQ(fit(five, {5, 80}), "1\n2\n3\n... 2 more lines: the terminal has too few rows\n");
    EXPECT_EQ(fit(five, {1, 80}), "... 5 more lines: the terminal has too few rows\n");
    // A line of eleven characters takes two rows of ten, an empty one takes one.
    EXPECT_EQ(fit("12345678901\n\n", {4, 10}), "12345678901\n\n");
    EXPECT_EQ(fit("1\n12345678901\n\n", {4, 10}),
              "1\n... 2 more lines: the terminal has too few rows\n");
    EXPECT_EQ(fit("1234567890\n\n", {3, 10}), "1234567890\n\n");
}

} // namespace
} // namespace lvsx::adm
