// SPDX-License-Identifier: GPL-2.0-only
#include "address.hh"

#include <limits>

#include <gtest/gtest.h>

namespace lvsx {
namespace {

std::string range_text(const char *text) {
    const auto range = parse_range(text);
    return range ? range->text() : range.error().sentence;
}

std::string endpoint_text(const char *text) {
    const auto endpoint = parse_endpoint(text, "tcp");
    return endpoint ? endpoint->text() : endpoint.error().sentence;
}

TEST(Address, IsWrittenAsItWasRead) {
    for (const char *text : {"0.0.0.0", "192.0.2.255", "::", "2001:db8::1", "::ffff:192.0.2.1"}) {
        const auto address = parse_address(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(address->text(), text);
    }
}

TEST(Address, RefusesWhatIsNone) {
    for (const char *text :
         {"", "192.0.2", "192.0.2.256", "192.0.2.1 ", "fe80::1%eth0", "localhost"}) {
        const auto address = parse_address(text);
        ASSERT_FALSE(address) << text;
        EXPECT_EQ(address.error().kind, Failure::usage);
        EXPECT_EQ(address.error().sentence,
                  "'" + std::string{text} +
                      "' is no address: expected one such as 192.0.2.1 or 2001:db8::1");
    }
}

TEST(Address, HasFourOrSixteenBytes) {
    const std::array<std::byte, 17> raw{};
    for (std::size_t size = 0; size <= raw.size(); ++size) {
        const auto address = Address::from_bytes(std::span{raw}.first(size));
        EXPECT_EQ(address.has_value(), size == 4 || size == 16) << size;
    }
}

TEST(Address, CountsOverByteBoundaries) {
    EXPECT_EQ(parse_address("10.0.255.255")->next().text(), "10.1.0.0");
    EXPECT_EQ(parse_address("2001:db8::ffff:ffff")->next().text(), "2001:db8::1:0:0");
    EXPECT_LT(*parse_address("9.255.255.255"), *parse_address("10.0.0.0"));
    EXPECT_LT(*parse_address("255.255.255.255"), *parse_address("::"));
}

TEST(Range, HasFourSpellings) {
    EXPECT_EQ(range_text("10.0.0.5"), "10.0.0.5");
    EXPECT_EQ(range_text("10.0.0.5-10.0.1.9"), "10.0.0.5-10.0.1.9");
    EXPECT_EQ(range_text("10.0.0.5-9"), "10.0.0.5-10.0.0.9");
    EXPECT_EQ(range_text("10.0.0.5-5"), "10.0.0.5");
    EXPECT_EQ(range_text("10.0.0.0/28"), "10.0.0.0-10.0.0.15");
    EXPECT_EQ(range_text("10.0.0.7/32"), "10.0.0.7");
    EXPECT_EQ(range_text("2001:db8::5-1ff"), "2001:db8::5-2001:db8::1ff");
    EXPECT_EQ(range_text("2001:db8::/120"), "2001:db8::-2001:db8::ff");
}

TEST(Range, SaysWhatIsWrong) {
    EXPECT_EQ(range_text("10.0.0.9-10.0.0.5"),
              "'10.0.0.9-10.0.0.5' runs backwards: 10.0.0.9 is above 10.0.0.5");
    EXPECT_EQ(range_text("10.0.0.9-5"), "'10.0.0.9-5' runs backwards: 10.0.0.9 is above 10.0.0.5");
    for (const std::string text :
         {"10.0.0.5-", "10.0.0.5-256", "10.0.0.5-x", "10.0.0.5-::1", "::1-10000"}) {
        EXPECT_EQ(range_text(text.c_str()),
                  "'" + text +
                      "' is no range: expected FIRST-LAST, such as 192.0.2.5-192.0.2.9 or "
                      "192.0.2.5-9");
    }
    for (const std::string text : {"10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "x/8", "::/129"}) {
        EXPECT_EQ(range_text(text.c_str()),
                  "'" + text +
                      "' is no prefix: expected ADDRESS/LENGTH, such as 192.0.2.0/28 or "
                      "2001:db8::/120");
    }
    EXPECT_EQ(range_text("10.0.0.9/28"),
              "'10.0.0.9/28' has bits set behind its length: did you mean 10.0.0.0/28?");
    EXPECT_EQ(range_text("x"), "'x' is no address: expected one such as 192.0.2.1 or 2001:db8::1");
}

TEST(Range, Counts) {
    EXPECT_EQ(parse_range("10.0.0.5")->size(), 1U);
    EXPECT_EQ(parse_range("10.0.0.255-10.0.1.0")->size(), 2U);
    EXPECT_EQ(parse_range("10.1.255.3-10.3.0.1")->size(), 65791U);
    EXPECT_EQ(parse_range("0.0.0.0/0")->size(), std::uint64_t{1} << 32);
    EXPECT_EQ(parse_range("2001:db8::/80")->size(), std::uint64_t{1} << 48);
    EXPECT_EQ(parse_range("::/0")->size(), std::numeric_limits<std::uint64_t>::max());
}

TEST(Endpoint, HasAnAddressAndPerhapsAPort) {
    EXPECT_EQ(endpoint_text("192.0.2.1:80"), "192.0.2.1:80");
    EXPECT_EQ(endpoint_text("192.0.2.1:http"), "192.0.2.1:80");
    EXPECT_EQ(endpoint_text("192.0.2.1"), "192.0.2.1:0");
    EXPECT_EQ(endpoint_text("[2001:db8::1]:65535"), "[2001:db8::1]:65535");
    EXPECT_EQ(endpoint_text("[2001:db8::1]"), "[2001:db8::1]:0");
}

TEST(Endpoint, SaysWhatIsWrong) {
    EXPECT_EQ(endpoint_text("2001:db8::1"),
              "'2001:db8::1': put an IPv6 address in brackets: [ADDRESS]:PORT");
    EXPECT_EQ(endpoint_text("[2001:db8::1]80"),
              "'[2001:db8::1]80': expected [ADDRESS] or [ADDRESS]:PORT");
    EXPECT_EQ(endpoint_text("[2001:db8::1"),
              "'[2001:db8::1': expected [ADDRESS] or [ADDRESS]:PORT");
    EXPECT_EQ(endpoint_text("[192.0.2.1]:80"), "'[192.0.2.1]:80': brackets are for IPv6 addresses");
    for (const std::string port : {"", "65536", "-1", "80x", "no-such-service"}) {
        EXPECT_EQ(endpoint_text(("192.0.2.1:" + port).c_str()),
                  "'" + port +
                      "' is no tcp port: expected a number from 0 to 65535 or a name of "
                      "/etc/services");
    }
    EXPECT_EQ(endpoint_text("www:80"),
              "'www' is no address: expected one such as 192.0.2.1 or 2001:db8::1");
}

TEST(Merge, MakesTheFewestRanges) {
    std::vector<Address> addresses;
    for (const char *text : {"10.0.0.3", "10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.9",
                             "2001:db8::ff", "255.255.255.255", "2001:db8::100"}) {
        addresses.push_back(*parse_address(text));
    }
    std::string text;
    for (const auto &range : merge(addresses)) {
        text += range.text() + " ";
    }
    EXPECT_EQ(text, "10.0.0.1-10.0.0.3 10.0.0.9 255.255.255.255 2001:db8::ff-2001:db8::100 ");
    EXPECT_TRUE(merge({}).empty());
}

} // namespace
} // namespace lvsx
