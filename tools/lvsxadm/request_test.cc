// SPDX-License-Identifier: GPL-2.0-only
#include "request.hh"

#include <sstream>

#include <gtest/gtest.h>
#include <linux/ip_vs.h>

namespace lvsx::adm {
namespace {

Result<Request> request(const std::string &line) {
    std::istringstream in{line};
    const std::vector<std::string> words{std::istream_iterator<std::string>{in}, {}};
    return parse(words);
}

std::string why(const std::string &line) {
    const auto read = request(line);
    return read ? "taken" : read.error().sentence;
}

TEST(Service, IsNamedInThreeWays) {
    EXPECT_EQ(request("-D -t 192.0.2.1:http")->service->text(), "TCP 192.0.2.1:80");
    EXPECT_EQ(request("-D -u [2001:db8::1]:53")->service->text(), "UDP [2001:db8::1]:53");
    EXPECT_EQ(request("-D -f 5")->service->text(), "FWM 5");
    EXPECT_EQ(request("-D -6 -f 5")->service->text(), "FWM 5 IPv6");
    EXPECT_EQ(request("-D -f 4294967295")->service->fwmark, 4294967295U);
    EXPECT_EQ(request("-L")->service, std::nullopt);
    EXPECT_EQ(request("-G")->service, std::nullopt);
}

TEST(Service, IsRefusedBySentences) {
    for (const std::string command : {"-A", "-E", "-D", "--forget"}) {
        EXPECT_NE(
            why(command).find(" needs a service: -t ADDRESS:PORT, -u ADDRESS:PORT or -f MARK"),
            std::string::npos);
    }
    EXPECT_EQ(why("-a -r 10.1.0.1"),
              "-a|--add-server needs a service: -t ADDRESS:PORT, -u ADDRESS:PORT or -f MARK");
    EXPECT_EQ(why("-D -t 192.0.2.1:80 -u 192.0.2.1:80"),
              "more than one of -t, -u and -f: name one service");
    EXPECT_EQ(why("-D -t 192.0.2.1:80 -6"),
              "-6 goes with -f MARK only: an address says itself what it is");
    EXPECT_EQ(why("-D -f 0"), "'0' is no firewall mark: expected a number from 1 to 4294967295");
    EXPECT_EQ(why("-D -f 4294967296"),
              "'4294967296' is no firewall mark: expected a number from 1 to 4294967295");
    EXPECT_EQ(why("-D -t www:80"),
              "'www' is no address: expected one such as 192.0.2.1 or 2001:db8::1");
}

TEST(Scheduling, IsIpvsadmsByDefault) {
    const auto plain = request("-A -t 192.0.2.1:80")->scheduling;
    EXPECT_EQ(plain.scheduler, "wlc");
    EXPECT_EQ(plain.flags, 0U);
    EXPECT_EQ(plain.timeout, 0U);
    EXPECT_EQ(plain.netmask, 0xffffffffU);
    EXPECT_EQ(request("-A -t [2001:db8::1]:80")->scheduling.netmask, 128U);

    const auto persistent = request("-A -t 192.0.2.1 -p -s rr")->scheduling;
    EXPECT_EQ(persistent.scheduler, "rr");
    EXPECT_EQ(persistent.flags, unsigned{IP_VS_SVC_F_PERSISTENT});
    EXPECT_EQ(persistent.timeout, 360U);
}

TEST(Scheduling, TakesFlagsTimeoutAndNetmask) {
    const auto all =
        request("-E -t 192.0.2.1:80 -p 60 -M 255.255.0.0 -b flag-3,sh-port")->scheduling;
    EXPECT_EQ(all.flags,
              unsigned{IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_SCHED3 | IP_VS_SVC_F_SCHED2});
    EXPECT_EQ(all.timeout, 60U);
    EXPECT_EQ(all.netmask, 0x0000ffffU); // network order, seen on a little-endian machine
    EXPECT_EQ(request("-A -f 5 -6 -p -M 64")->scheduling.netmask, 64U);
}

TEST(Scheduling, IsRefusedBySentences) {
    EXPECT_EQ(why("-A -t 192.0.2.1"), "TCP 192.0.2.1:0 has no port: give one, or -p, since only a "
                                      "persistent service can have every port");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -s a-name-of-sixteen"),
              "'a-name-of-sixteen' is no scheduler: expected a name such as rr, wrr, lc or wlc");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -b flag-3,,flag-1"),
              "'' is no scheduler flag: expected flag-1, flag-2, flag-3, sh-fallback, sh-port, "
              "mh-fallback or mh-port");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -p 0"),
              "'0' is no timeout: expected a number from 1 to 2678400");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -p -M 64"),
              "'64' is no IPv4 netmask: expected one such as 255.255.255.0");
    EXPECT_EQ(why("-A -t [2001:db8::1]:80 -p -M 255.255.255.0"),
              "'255.255.255.0' is no IPv6 prefix length: expected a number from 1 to 128");
}

TEST(Server, IsIpvsadmsByDefault) {
    const auto read = request("-a -t 192.0.2.1:80 -r 10.1.0.1");
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->fullnat);
    EXPECT_EQ(read->server.forward, Forward::route);
    EXPECT_EQ(read->server.real.text(), "10.1.0.1:80");
    EXPECT_EQ(read->server.weight, 1U);
    EXPECT_EQ(read->server.upper, 0U);
    EXPECT_EQ(read->server.lower, 0U);
}

// To IPVS FullNAT is masquerading; a forwarding method of its own would break other tools.
TEST(Server, OfFullnatIsMasquerading) {
    const auto read = request("-e -t 192.0.2.1:80 -r 10.1.0.1:8080 -b -w 0 -x 100 -y 50");
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->fullnat);
    EXPECT_EQ(read->server.forward, Forward::masquerading);
    EXPECT_EQ(static_cast<unsigned>(read->server.forward), unsigned{IP_VS_CONN_F_MASQ});
    EXPECT_EQ(read->server.real.text(), "10.1.0.1:8080");
    EXPECT_EQ(read->server.weight, 0U);
    EXPECT_EQ(read->server.upper, 100U);
    EXPECT_EQ(read->server.lower, 50U);
    EXPECT_FALSE(request("-a -t 192.0.2.1:80 -r 10.1.0.1 -m")->fullnat);
}

TEST(Server, HasAPortOfItsOwnOnlyWhereItIsTranslated) {
    EXPECT_EQ(request("-a -t 192.0.2.1:80 -r 10.1.0.1:81 -m")->server.real.port, 81);
    EXPECT_EQ(request("-a -t 192.0.2.1:80 -r 10.1.0.1:81 -i")->server.real.port, 80);
    EXPECT_EQ(request("-a -t 192.0.2.1:80 -r 10.1.0.1:81 -g")->server.real.port, 80);
    EXPECT_EQ(request("-a -f 5 -r 10.1.0.1:81 -g")->server.real.port, 81);
    EXPECT_EQ(request("-d -t 192.0.2.1:80 -r 10.1.0.1:81")->server.real.port, 81);
    EXPECT_EQ(request("-a -f 5 -r 10.1.0.1 -b")->server.real.port, 0);
    EXPECT_EQ(request("-a -t 192.0.2.1:80 -r 10.1.0.1:0 -b")->server.real.port, 0);
}

TEST(Server, IsRefusedBySentences) {
    EXPECT_EQ(why("-a -t 192.0.2.1:80 -r 10.1.0.1 -b -m"),
              "more than one of -b, -m, -g and -i: a real server is reached in one way");
    EXPECT_EQ(why("-a -t 192.0.2.1:80 -r [2001:db8::1] -b"),
              "TCP 192.0.2.1:80 and real server 2001:db8::1 are not of the same address family");
    EXPECT_EQ(why("-a -t 192.0.2.1:80 -r [2001:db8::1] -i"), "taken");
    EXPECT_EQ(why("-d -t 192.0.2.1:80 -r [2001:db8::1]"), "taken");
    EXPECT_EQ(why("-a -t 192.0.2.1:80 -r 10.1.0.1 -w -1"),
              "'-1' is no weight: expected a number from 0 to 2147483647");
    EXPECT_EQ(why("-a -t 192.0.2.1:80 -r 10.1.0.1 -x many"),
              "'many' is no upper threshold: expected a number from 0 to 2147483647");
    EXPECT_EQ(why("-a -t 192.0.2.1:80 -r 10.1.0.1 -y 2147483648"),
              "'2147483648' is no lower threshold: expected a number from 0 to 2147483647");
}

TEST(Local, IsARangeOfAServiceOrOfNobody) {
    const auto read = request("-P -t 192.0.2.1:80 -z 10.0.0.0/22 -F eth1");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->local->size(), 1024U);
    EXPECT_EQ(read->device, "eth1");
    const auto nobodys = request("-Q -z 10.0.0.5-9");
    ASSERT_TRUE(nobodys);
    EXPECT_EQ(nobodys->service, std::nullopt);
    EXPECT_EQ(nobodys->local->text(), "10.0.0.5-10.0.0.9");
    EXPECT_EQ(nobodys->device, "");
}

TEST(Local, IsRefusedBySentences) {
    EXPECT_EQ(why("-P -z 10.0.0.0-10.0.4.0"),
              "'10.0.0.0-10.0.4.0' is more than 1024 addresses, the most that a service or the "
              "default pool may have");
    EXPECT_EQ(why("-P -t 192.0.2.1:80 -z 2001:db8::1"),
              "TCP 192.0.2.1:80 and local address 2001:db8::1 are not of the same address family");
    EXPECT_EQ(why("-P -z 10.0.0.9-5"), "'10.0.0.9-5' runs backwards: 10.0.0.9 is above 10.0.0.5");
}

TEST(List, IsOneOfThree) {
    EXPECT_EQ(request("-L")->view, View::services);
    EXPECT_EQ(request("-Lnc")->view, View::connections);
    EXPECT_EQ(request("-L --counters --all")->view, View::counters);
    EXPECT_TRUE(request("-L --counters --all")->all);
    EXPECT_TRUE(request("-G --json")->json);
    EXPECT_EQ(why("-L -c --counters"), "-c and --counters are two lists: ask for one");
    EXPECT_EQ(why("-L -c --all"), "--all goes with --counters only");
    EXPECT_EQ(why("-L --counters -f 5"),
              "--counters are of the whole network namespace: leave the service out");
}

TEST(Default, IsOnOrOff) {
    EXPECT_TRUE(request("--set-default on")->default_on);
    EXPECT_FALSE(request("--set-default off")->default_on);
    EXPECT_EQ(why("--set-default maybe"), "'maybe' is neither on nor off: expected one of these");
    EXPECT_EQ(why("--set-default"), "--set-default needs a value");
}

TEST(Ingress, NamesADevice) {
    EXPECT_EQ(request("--ingress-on eth0")->device, "eth0");
    EXPECT_EQ(request("--ingress-off eth0")->command, Command::ingress_off);
    EXPECT_EQ(why("--ingress-on a-name-too-long-0"),
              "'a-name-too-long-0' is no name of a device: expected 1 to 15 characters");
    EXPECT_EQ(why("--ingress-off"), "--ingress-off needs a value");
}

} // namespace
} // namespace lvsx::adm
