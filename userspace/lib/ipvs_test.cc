// SPDX-License-Identifier: GPL-2.0-only
//
// The sentences. That the calls do what they say is proven on real kernels, by selftests/net.
#include "ipvs.hh"

#include <cerrno>

#include <gtest/gtest.h>
#include <netinet/in.h>

namespace lvsx {
namespace {

TEST(IpvsSentence, SaysWhatToDo) {
    const ServiceId service{AF_INET, IPPROTO_TCP, {*parse_address("192.0.2.1"), 80}, 0};
    const Endpoint real{*parse_address("10.1.0.1"), 8080};
    const auto about = [&](int code) { return ipvs_sentence(code, service, nullptr); };
    const auto about_real = [&](int code) { return ipvs_sentence(code, service, &real); };

    EXPECT_EQ(about(ESRCH), "IPVS has no service TCP 192.0.2.1:80: add it first with -A");
    EXPECT_EQ(about_real(ESRCH), about(ESRCH));
    EXPECT_EQ(about(EEXIST), "TCP 192.0.2.1:80 already exists: change it with -E");
    EXPECT_EQ(about_real(EEXIST),
              "TCP 192.0.2.1:80 already has the real server 10.1.0.1:8080: change it with -e");
    EXPECT_EQ(about(ENOENT),
              "IPVS does not have this scheduler for TCP 192.0.2.1:80: see -s and the "
              "modules ip_vs_*");
    EXPECT_EQ(about_real(ENOENT), "TCP 192.0.2.1:80 has no real server 10.1.0.1:8080");
    EXPECT_EQ(about_real(ERANGE),
              "IPVS refused the limits of TCP 192.0.2.1:80: the lower threshold "
              "must not be above the upper one");
    EXPECT_EQ(about(ENOMEM), "IPVS refused TCP 192.0.2.1:80: Cannot allocate memory");
}

} // namespace
} // namespace lvsx
