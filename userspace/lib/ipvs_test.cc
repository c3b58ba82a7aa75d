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
    const Destination server{.real = real, .weight = 3, .upper = 5, .lower = 7};
    const auto about = [&](int code, const std::string &scheduler, const std::string &engine) {
        Scheduling scheduling;
        scheduling.scheduler = scheduler;
        scheduling.engine = engine;
        return ipvs_sentence(code, service, scheduling);
    };
    const auto about_real = [&](int code) { return ipvs_sentence(code, service, server); };

    EXPECT_EQ(ipvs_sentence(ESRCH, service),
              "IPVS has no service TCP 192.0.2.1:80: add it first with -A");
    EXPECT_EQ(about_real(ESRCH), ipvs_sentence(ESRCH, service));
    EXPECT_EQ(about(ESRCH, "rr", ""), ipvs_sentence(ESRCH, service));
    EXPECT_EQ(about(EEXIST, "rr", ""), "TCP 192.0.2.1:80 already exists: change it with -E");
    EXPECT_EQ(about_real(EEXIST),
              "TCP 192.0.2.1:80 already has the real server 10.1.0.1:8080: change it with -e");
    EXPECT_EQ(about(ENOENT, "nosuch", ""), "IPVS does not have the scheduler 'nosuch' for TCP "
                                           "192.0.2.1:80: see -s and the module ip_vs_nosuch");
    EXPECT_EQ(about(ENOENT, "rr", "pip"),
              "IPVS does not have the scheduler 'rr' or the persistence engine 'pip' for TCP "
              "192.0.2.1:80: see -s, --pe and the modules ip_vs_rr and ip_vs_pe_pip");
    EXPECT_EQ(about(ENOENT, "conhash", ""),
              "IPVS does not have the scheduler 'conhash' for TCP 192.0.2.1:80: it is one of DPVS; "
              "mh is IPVS's own of that kind");
    EXPECT_EQ(about_real(ENOENT), "TCP 192.0.2.1:80 has no real server 10.1.0.1:8080");
    EXPECT_EQ(about_real(ERANGE),
              "IPVS refused weight 3 and thresholds 5 and 7 for real server 10.1.0.1:8080 of TCP "
              "192.0.2.1:80: the lower threshold must not be above the upper one, and no weight "
              "above 2147483647");
    EXPECT_EQ(about_real(EINVAL),
              "IPVS refused real server 10.1.0.1:8080 of TCP 192.0.2.1:80: it must be an address "
              "that a single host has, and this kernel must know the way to it");
    EXPECT_EQ(about(EINVAL, "mh", ""), "IPVS refused TCP 192.0.2.1:80: its address, its netmask or "
                                       "the scheduler 'mh' is not one that it can use");
    EXPECT_EQ(about(ENOMEM, "rr", ""), "IPVS refused TCP 192.0.2.1:80: Cannot allocate memory");
}

TEST(IpvsSentence, IsAboutADaemon) {
    const SyncDaemon daemon{true, "eth9"};
    EXPECT_EQ(ipvs_sentence(EEXIST, daemon), "the master daemon runs already");
    EXPECT_EQ(ipvs_sentence(ESRCH, daemon), "no master daemon runs");
    EXPECT_EQ(ipvs_sentence(ENODEV, daemon),
              "there is no network device 'eth9' here, or it cannot multicast: name one with "
              "--mcast-interface");
    EXPECT_EQ(ipvs_sentence(EIO, SyncDaemon{}),
              "IPVS refused the backup daemon: Input/output error");
}

} // namespace
} // namespace lvsx
