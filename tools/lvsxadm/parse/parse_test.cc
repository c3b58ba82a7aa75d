// SPDX-License-Identifier: GPL-2.0-only
#include "parse.hh"

#include <sstream>

#include <gtest/gtest.h>
#include <linux/ip_vs.h>

namespace lvsx::adm {
namespace {

Result<Request> request(const std::string &line) {
    std::istringstream in{line};
    const std::vector<std::string> words{std::istream_iterator<std::string>{in}, {}};
    return parse(words, look_nothing_up);
}

std::string why(const std::string &line) {
    const auto read = request(line);
    return read ? "taken" : read.error().sentence;
}

TEST(Access, IsOfAddressesOrASet) {
    const auto deny = request("-U -t 192.0.2.1:80 -k 10.0.0.0/30")->access;
    EXPECT_EQ(deny.text(), "10.0.0.0-10.0.0.3");
    EXPECT_EQ(deny.service.text(), "TCP 192.0.2.1:80");
    EXPECT_FALSE(deny.allow);
    const auto allow = request("-Y -f 5 -2 ipset:friends")->access;
    EXPECT_EQ(allow.text(), "ipset:friends");
    EXPECT_TRUE(allow.allow);
    EXPECT_EQ(why("-U -k 10.0.0.1"), "-U|--add-blklst needs a service: -t, -u or --sctp-service "
                                     "ADDRESS:PORT, or -f MARK");
    EXPECT_EQ(why("-U -t 192.0.2.1:80 -k ipset:"),
              "'ipset:' is no ipset: expected a name of 1 to 31 characters");
    EXPECT_EQ(why("-O -t 192.0.2.1:80 -2 2001:db8::1"),
              "TCP 192.0.2.1:80 and client address 2001:db8::1 are not of the same address family");
    EXPECT_EQ(request("--conn-timeout 60 -t 192.0.2.1:80")->idle, 60U);
    EXPECT_EQ(request("-A -t 192.0.2.1:80 --conn-timeout 60")->idle, 60U);
    EXPECT_EQ(request("-E -t 192.0.2.1:80 --conn-timeout=0")->idle, 0U);
    EXPECT_EQ(request("-E -t 192.0.2.1:80")->idle, std::nullopt);
    EXPECT_EQ(why("-E -t 192.0.2.1:80 --conn-timeout 1814401"),
              why("--conn-timeout 1814401 -t 192.0.2.1:80"));
    EXPECT_EQ(why("--conn-timeout 1814401 -t 192.0.2.1:80"),
              "'1814401' is no timeout: expected a number from 0 to 1814400");
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
    EXPECT_EQ(why("-D -t 192.0.2.1:80 -6"),
              "-6 goes with -f MARK only: an address says itself what it is");
    EXPECT_EQ(why("-D -f 0"), "'0' is no firewall mark: expected a number from 1 to 4294967295");
    EXPECT_EQ(why("-D -f 4294967296"),
              "'4294967296' is no firewall mark: expected a number from 1 to 4294967295");
    EXPECT_EQ(why("-D -t www:80"), "'www' is no address and no known host: expected one such as "
                                   "192.0.2.1 or 2001:db8::1");
    EXPECT_EQ(why("-D -t 192.0.2.1:nosuch"),
              "'nosuch' is no port: expected a number from 0 to 65535 or a name of /etc/services");
    EXPECT_EQ(why("-D -t [192.0.2.1]:80"), "'[192.0.2.1]:80': brackets are for IPv6 addresses");
    EXPECT_EQ(why("-D -t [2001:db8::1]80"),
              "'[2001:db8::1]80': expected [ADDRESS] or [ADDRESS]:PORT");
}

TEST(Service, IsWrittenAsIpvsadmReadsIt) {
    const auto text = [](const std::string &line) {
        return request("-D -t " + line)->service->text();
    };
    EXPECT_EQ(text("192.0.2:80"), "TCP 192.0.0.2:80");
    EXPECT_EQ(text("0xc0000201:080"), "TCP 192.0.2.1:80");
    EXPECT_EQ(text("2001:db8::1"), "TCP [2001:db8::1]:0");
    EXPECT_EQ(request("-D --sctp-service 192.0.2.1:9")->service->text(), "SCTP 192.0.2.1:9");
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
        request("-E -t 192.0.2.1:80 -s sh -p 60 -M 255.255.0.0 -b flag-3,sh-port")->scheduling;
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
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -b flag-3,,flag-1"), "taken");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -s mh -b sh-port"),
              "'sh-port' is a flag of the scheduler sh, not of mh");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -o"), "-o goes with UDP services and firewall marks only, "
                                            "not with TCP 192.0.2.1:80");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 --pe a-name-of-sixteen"),
              "'a-name-of-sixteen' is no persistence engine: expected a name such as sip");
    EXPECT_EQ(
        why("-A -t 192.0.2.1:80 -b flag-4"),
        "'flag-4' is no scheduler flag: expected flag-1, flag-2, flag-3, sh-fallback, sh-port, "
        "mh-fallback or mh-port");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -p 0"),
              "'0' is no timeout: expected a number from 1 to 2678400");
    EXPECT_EQ(why("-A -t 192.0.2.1:80 -p -M 2001:db8::1"),
              "'2001:db8::1' is no IPv4 netmask: expected one such as 255.255.255.0");
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

TEST(Tunnel, IsToldWhatItsTypeKnows) {
    const std::string server = "-a -t 192.0.2.1:80 -r 10.1.0.1 ";
    const auto tunnel =
        request(server + "-i --tun-type gue --tun-port 6080 --tun-remcsum")->server.tunnel;
    EXPECT_EQ(tunnel, (Tunnel{Encapsulation::gue, 6080, IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM}));
    EXPECT_EQ(request(server + "-i --tun-type gre --tun-csum")->server.tunnel,
              (Tunnel{Encapsulation::gre, 0, IP_VS_TUNNEL_ENCAP_FLAG_CSUM}));
    EXPECT_EQ(why(server + "--tun-type gue"),
              "--tun-type, --tun-port and the like go with -i only");
    EXPECT_EQ(why(server + "-i --tun-type nosuch"),
              "'nosuch' is no type of tunnel: expected ipip, gue or gre");
    EXPECT_EQ(why(server + "-i --tun-type gue"), "--tun-type gue needs --tun-port PORT");
    EXPECT_EQ(why(server + "-i --tun-port 5"), "--tun-port goes with --tun-type gue only");
    EXPECT_EQ(why(server + "-i --tun-type gre --tun-remcsum"),
              "--tun-remcsum goes with --tun-type gue only");
    EXPECT_EQ(why(server + "-i --tun-csum"),
              "an ipip tunnel has no checksum: leave --tun-csum and the like out, or give "
              "--tun-type gue or gre");
    EXPECT_EQ(why(server + "-i --tun-type gue --tun-port 0"),
              "'0' is no tunnel port: expected a number from 1 to 65535");
}

TEST(Timeouts, AreThree) {
    const auto set = request("--set 100 0 30")->timeouts;
    EXPECT_EQ(set.tcp, 100U);
    EXPECT_EQ(set.tcp_fin, 0U);
    EXPECT_EQ(set.udp, 30U);
    EXPECT_EQ(why("--set 1 2 x"), "'x' is no timeout: expected a number from 0 to 2678400");
}

TEST(SyncDaemon, IsIpvsadmsByDefault) {
    const auto plain = request("--start-daemon master")->sync;
    EXPECT_TRUE(plain.master);
    EXPECT_EQ(plain.device, "eth0");
    EXPECT_EQ(plain.length, 0);
    EXPECT_EQ(plain.group, std::nullopt);
    const auto all = request("--start-daemon backup --mcast-interface lo --syncid 5 --sync-maxlen "
                             "1400 --mcast-group ff02::5 --mcast-port 9000 --mcast-ttl 3")
                         ->sync;
    EXPECT_FALSE(all.master);
    EXPECT_EQ(all.syncid, 5U);
    EXPECT_EQ(all.length, 1400);
    EXPECT_EQ(all.group->text(), "ff02::5");
    EXPECT_EQ(all.port, 9000);
    EXPECT_EQ(all.ttl, 3);
}

TEST(SyncDaemon, IsRefusedBySentences) {
    EXPECT_EQ(why("--stop-daemon foo"),
              "'foo' is no state of the synchronisation daemon: expected master or backup");
    EXPECT_EQ(why("--start-daemon master --mcast-interface a-name-of-sixteen"),
              "'a-name-of-sixteen' is no name of a device: expected 1 to 15 characters");
    EXPECT_EQ(why("--start-daemon master --mcast-group 10.0.0.1"),
              "'10.0.0.1' is no multicast address: expected one such as 224.0.0.81 or ff02::51");
    EXPECT_EQ(why("--start-daemon master --syncid 256"),
              "'256' is no syncid: expected a number from 0 to 255");
    EXPECT_EQ(why("--start-daemon master --sync-maxlen 65508"),
              "'65508' is no length of a message: expected a number from 1 to 65507");
    EXPECT_EQ(why("--start-daemon master --mcast-port 0"),
              "'0' is no multicast port: expected a number from 1 to 65535");
    EXPECT_EQ(why("--start-daemon master --mcast-ttl 0"),
              "'0' is no time to live: expected a number from 1 to 255");
}

TEST(Where, IsAskedOfTwoEnds) {
    const auto read = request("--where 198.51.100.7:40000 192.0.2.1:http");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->client.text(), "198.51.100.7:40000");
    EXPECT_EQ(read->vip.text(), "192.0.2.1:80");
    EXPECT_EQ(why("--where 198.51.100.7:40000 [2001:db8::1]:80"),
              "198.51.100.7 and 2001:db8::1 are not of the same address family");
}

TEST(Watch, HasAPaceAndAnEnd) {
    EXPECT_EQ(request("--watch")->seconds, 1U);
    EXPECT_EQ(request("--watch 5 --times 3")->seconds, 5U);
    EXPECT_EQ(request("--watch 5 --times 3")->times, 3U);
    EXPECT_EQ(why("--watch 0"), "'0' is no number of seconds: expected a number from 1 to 3600");
    EXPECT_EQ(why("--watch --times x"),
              "'x' is no number of times: expected a number from 1 to 1000000");
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

TEST(List, HasViewsAndColumns) {
    EXPECT_EQ(request("-L")->listing.view, View::services);
    EXPECT_EQ(request("-Lnc")->listing.view, View::connections);
    EXPECT_TRUE(request("-Lnc")->listing.numeric);
    EXPECT_EQ(request("-L --timeout")->listing.view, View::timeouts);
    EXPECT_EQ(request("-L --daemon")->listing.view, View::daemons);
    EXPECT_EQ(request("-L --flows -f 5")->listing.view, View::flows);
    EXPECT_EQ(request("-L --lvsx")->listing.view, View::handled);
    EXPECT_EQ(request("-L --counters --all")->listing.view, View::counters);
    EXPECT_TRUE(request("-L --counters --all")->listing.all);
    EXPECT_EQ(request("-L --rate --stats")->listing.columns, Columns::stats);
    EXPECT_EQ(request("-L --rate --tun-info")->listing.columns, Columns::rate);
    EXPECT_EQ(request("-L --thresholds --persistent-conn")->listing.columns, Columns::thresholds);
    EXPECT_FALSE(request("-L --nosort --exact")->listing.sorted);
    EXPECT_TRUE(request("-L --nosort --exact")->listing.exact);
    EXPECT_TRUE(request("-L -c --persistent-conn")->listing.engine_data);
    EXPECT_TRUE(request("-G --json")->listing.json);
    EXPECT_TRUE(request("-S --stock")->stock);
    EXPECT_EQ(why("-L -c --all"), "--all goes with --counters only");
}

TEST(Default, IsOnOrOff) {
    EXPECT_TRUE(request("--set-default on")->on);
    EXPECT_FALSE(request("--set-default off")->on);
    EXPECT_EQ(why("--set-default maybe"), "'maybe' is neither on nor off: expected one of these");
    EXPECT_EQ(why("--set-default"), "--set-default needs a value");
    EXPECT_TRUE(request("--set-reset on")->on);
    EXPECT_FALSE(request("--set-reset off")->on);
    EXPECT_EQ(why("--set-reset no"), "'no' is neither on nor off: expected one of these");
}

TEST(Drain, WaitsAsLongAsSaid) {
    EXPECT_EQ(request("--drain")->seconds, 0U);
    EXPECT_FALSE(request("--drain")->service);
    EXPECT_EQ(request("--drain -t 192.0.2.1:80 --timeout 60")->seconds, 60U);
    EXPECT_EQ(request("--drain -f 5 --timeout=1")->service->fwmark, 5U);
    EXPECT_EQ(request("--undrain -f 5")->command, Command::undrain);
    EXPECT_EQ(why("--drain --timeout 0"),
              "'0' is no number of seconds: expected a number from 1 to 2678400");
    EXPECT_EQ(why("--undrain --timeout"), "--timeout does not go with --undrain");
    EXPECT_EQ(why("--drain --timeout"), "--timeout needs a value");
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
