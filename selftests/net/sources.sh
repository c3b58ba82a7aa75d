#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Sources that no packet should have. A first packet must have a source that the host's own input routing
# takes, as for a stock service beside; nobody outside can speak to the host's own daemons by way of
# a real server's answer, or make lvsx answer itself.
# shellcheck disable=SC2034 # read when a check is made
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 25

topo_up
lvsx_insert
fullnat_echo
# Beside it a stock service of the same kind; r3's way back is the balancer.
server r3 udp echo 54 r3
vs -A -u $VIP:54 -s rr
vs -a -u $VIP:54 -r $R3:54 -m
server lb udp sink 9999 127.0.0.1
sink=$py_out

# from SOURCE SPORT PORT: one datagram of the client's to the VIP.
from() { py cl packet from "$1" "$2" $VIP "$3"; }
heard() { grep -c . "$sink" || true; }

check "an ordinary client is served" py cl udp ask $VIP 53 10 1
odd=(127.0.0.1 127.8.9.10 0.0.0.0 224.0.0.1 239.1.2.3 255.255.255.255 10.0.1.1 10.0.2.1 "$VIP" "$L1" 10.0.2.103)
new=$(counter flow_new) martian=$(counter martian)
for source in "${odd[@]}"; do from "$source" 9999 53; done
check "odd sources are refused by name" wait_for 5 eval "((\$(counter martian) == martian + ${#odd[@]}))"
same "and make no flow" "$(counter flow_new)" "$new"
for source in "${odd[@]}"; do from "$source" 9999 54; done
sleep 1
same "stock lets none of them in either" "$(stats -u $VIP:54 | cut -d' ' -f1)" 0
same "a daemon on 127.0.0.1 hears nothing" "$(heard)" 1

# What goes round.
fwd=$(counter fwd)
from $VIP 53 53
from $R1 53 53
sleep 2
check "a service is not its own client, a real server not its own server" eval "((\$(counter fwd) - fwd <= 1))"
set_sysctl lb net.ipv4.conf.all.accept_local=1 net.ipv4.conf.front.accept_local=1 net.ipv4.conf.all.route_localnet=1
sleep 1.2
for source in "$VIP" "$L1" 10.0.1.1 10.0.2.1 127.0.0.1; do from "$source" 53 53; done
sleep 2
check "nor where the host takes its own addresses as sources" eval "((\$(counter fwd) - fwd <= 255))"
now=$(counter fwd)
sleep 1
same "and what was let in has ended" "$(counter fwd)" "$now"
same "the daemon on 127.0.0.1 still hears nothing" "$(heard)" 1
set_sysctl lb net.ipv4.conf.all.accept_local=0 net.ipv4.conf.front.accept_local=0 net.ipv4.conf.all.route_localnet=0

# Two services on one host, each the other's real server.
vs -A -u $VIP:61 -s rr
adm -P -u $VIP:61 -z $L1
vs -a -u $VIP:61 -r $VIP:62 -m
vs -A -u $VIP:62 -s rr
adm -P -u $VIP:62 -z $L2
vs -a -u $VIP:62 -r $VIP:61 -m
fwd=$(counter fwd)
from $CLIENT 7777 61
sleep 2
check "two services that feed each other do so 255 times at most" eval "((\$(counter fwd) - fwd <= 255))"
now=$(counter fwd)
sleep 1
same "and it has ended" "$(counter fwd)" "$now"

# Reverse path filtering, as the host has it; what changes there counts within about a second.
is_served() { local was; was=$(counter flow_new); from "$@" && wait_for 2 counter_above flow_new "$was"; }
stock_serves() { local was; was=$(stats_of_stock); from "$@" && wait_for 5 eval "((\$(stats_of_stock) > $was))"; }
stats_of_stock() { vs -Lnc | grep -c "^UDP.*:54 " || true; }
set_sysctl lb net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.front.rp_filter=0
sleep 1.2
check "a source of another network, without rp_filter" is_served 10.0.2.77 1001 53
check "as stock" stock_serves 10.0.2.77 1001 54
set_sysctl lb net.ipv4.conf.all.rp_filter=1
sleep 1.2
check "the same source, with rp_filter" fails is_served 10.0.2.77 1002 53
check "as stock" fails stock_serves 10.0.2.77 1002 54
check "a client that is where it should be" is_served 10.0.1.77 1003 53
# A rule for what comes in by one device; the rule of the host's own addresses comes before others.
lb ip rule add pref 10 lookup local
lb ip rule del pref 0
lb ip rule add pref 5 iif front to $VIP ipproto udp sport 4444 blackhole
check "a policy rule that refuses what comes in" fails is_served 10.0.1.77 4444 53
check "refuses no more than that" is_served 10.0.1.77 1005 53

# What comes out of a tunnel that says by metadata which one it is has no route yet.
lb ip link add gre9 type gre external
cl ip link add gre9 type gre local $CLIENT remote 10.0.1.1
lb ip addr add 10.0.7.1/24 dev gre9
cl ip addr add 10.0.7.2/24 dev gre9
lb ip link set gre9 up
cl ip link set gre9 up
set_sysctl lb net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.gre9.rp_filter=0
cl ip route add $VIP dev gre9
sleep 1.2
tunnelled() { py cl packet raw "$1" 7001 $VIP "$2"; }
new=$(counter flow_new) martian=$(counter martian) stock=$(stats_of_stock)
tunnelled 10.0.7.2 53
tunnelled 10.0.7.2 54
check "a client in a tunnel is served" wait_for 5 eval "((\$(counter flow_new) == new + 1 && \$(stats_of_stock) == stock + 1))"
odd=(10.0.1.1 127.0.0.1 224.0.0.1 "$VIP")
for source in "${odd[@]}"; do tunnelled "$source" 53 && tunnelled "$source" 54; done
check "odd sources from there are refused" wait_for 5 eval "((\$(counter martian) == martian + ${#odd[@]}))"
same "as stock does" "$(counter flow_new) $(stats_of_stock)" "$((new + 1)) $((stock + 1))"
cl ip route del $VIP dev gre9

# Where the VIP is no address of the host, and the host has no way to it, ICMP still comes through.
icmp=$(counter icmp_fwd) martian=$(counter martian)
complained() { py cl packet complain "$1" $VIP 53 && wait_for 5 counter_above icmp_fwd "$icmp" && icmp=$(counter icmp_fwd); }
check "a path's MTU is heard of" complained 5001
cl ip route replace $VIP via 10.0.1.1
lb ip addr del $VIP/32 dev lo
set_sysctl lb net.ipv4.ip_forward=0
sleep 1.2
check "also where the VIP is not the host's and nothing is forwarded" complained 5002
set_sysctl lb net.ipv4.ip_forward=1
lb ip route add unreachable $VIP
sleep 1.2
check "and where it is unreachable" complained 5003
same "nothing of it is a martian" "$(counter martian)" "$martian"
lb ip route del unreachable $VIP
lb ip addr add $VIP/32 dev lo
