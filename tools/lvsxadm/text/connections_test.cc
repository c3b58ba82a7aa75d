// SPDX-License-Identifier: GPL-2.0-only
#include "connections.hh"

#include <gtest/gtest.h>

namespace lvsx::adm {
namespace {

TEST(Connections, AreReadFromTheirFile) {
    Names names{true};
    const auto line = [&](const std::string &text) {
        const auto one = read_connection(text);
        return one ? connection_line(*one, true, names) : "none";
    };
    EXPECT_EQ(line("TCP C0000201 D0D0 C0000201 0050 0A000002 0050 CLOSE             9"),
              "TCP 00:09  CLOSE       192.0.2.1:53456    192.0.2.1:80       10.0.0.2:80\n");
    EXPECT_EQ(line("UDP 2001:0db8:0000:0000:0000:0000:0000:0080 810E "
                   "2001:0db8:0000:0000:0000:0000:0000:0080 0050 "
                   "2001:0db8:0000:0000:0000:0000:0000:0002 0050 UDP   4000 sip 123@host"),
              "UDP 66:40  UDP         [2001:db8::80]:33038 [2001:db8::80]:80  "
              "[2001:db8::2]:80 sip                123@host\n");
    // What persistence remembers of a mark's client, of either family: the mark is an address.
    EXPECT_EQ(line("IP  0A000102 0000 00000007 0000 0A000202 0000 NONE            358"),
              "IP  05:58  NONE        10.0.1.2:0         0.0.0.7:0          10.0.2.2:0\n");
    EXPECT_EQ(line("IP  2001:0db8:0000:0000:0000:0000:0000:0002 0000 "
                   "0000:0000:0000:0000:0000:0000:0000:0007 0000 "
                   "2001:0db8:0000:0000:0000:0000:0000:0003 0000 NONE 358"),
              "IP  05:58  NONE        [2001:db8::2]:0    [::7]:0            [2001:db8::3]:0\n");
    EXPECT_EQ(line("Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName"),
              "none");
    EXPECT_EQ(line(""), "none");
    EXPECT_EQ(line("TCP C0000201 D0D0 C0000201 0050 0A000002 0050 CLOSE"), "none");
    EXPECT_EQ(line("TCP C0000201 1D0D0 C0000201 0050 0A000002 0050 CLOSE 9"), "none");
    EXPECT_EQ(line("TCP C000020 D0D0 C0000201 0050 0A000002 0050 CLOSE 9"), "none");
}

TEST(Connections, OfAFileThatIsNotThere) {
    const auto status = each_connection("/no/such/file", [](const Connection &) {});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().sentence, "cannot open file /no/such/file: No such file or directory");
}

} // namespace
} // namespace lvsx::adm
