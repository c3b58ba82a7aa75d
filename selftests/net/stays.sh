#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What was there before a service is FullNAT and is not to be handed over: direct routing, connections of the
# host's own daemons, open connections of stock IPVS that only a forged SYN speaks of. Stock stands beside it.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 18

source_port() { cl ss -Htn state established "( dport = :$1 )" | awk '{ print $3 }' | cut -d: -f2; }
forged_syn() { py cl packet syn "$(source_port "$1")" $VIP "$1"; sleep 0.5; }
# goes_on NAME: that connection still does. opens PORT NAME: a new one.
goes_on() { TALK=$1 talk_line "$RANDOM"; }
opens() { TALK=$2 talk $VIP "$1" && goes_on "$2"; }

topo_up
lvsx_insert
adm -P -z $L1

# r1 answers the client directly, from the VIP.
ip link add dr0 netns lvsx-r1 type veth peer name dr0 netns lvsx-cl
r1 ip addr add 10.0.9.1/24 dev dr0
r1 ip link set dr0 up
r1 ip addr add $VIP/32 dev lo
cl ip addr add 10.0.9.2/24 dev dr0
cl ip link set dr0 up
r1 ip route add $CLIENT via 10.0.9.2 src $VIP
set_sysctl r1 net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2
for leg in cl:all cl:dr0 cl:eth0 r1:all r1:dr0 r1:eth0; do set_sysctl "${leg%:*}" net.ipv4.conf."${leg#*:}".rp_filter=0; done
server r1 tcp echo 70
server r1 udp echo 70 r1
for p in -t -u; do
	vs -A $p $VIP:70 -s rr
	vs -a $p $VIP:70 -r $R1:70 -g
done
check "direct routing works" eval "opens 70 before && py cl udp ask $VIP 70 10 2"
for p in -t -u; do adm --adopt --now $p $VIP:70; done
check "adopted now, its open connection goes on" goes_on before
check "new ones do" eval "opens 70 after && goes_on after"
check "UDP, too" py cl udp ask $VIP 70 10 5 2
within "by one connection of stock's for each socket" "$(vs -Lnc | grep -c '^UDP.*:70 ')" 1 3

# A daemon of the host's, first without a service of IPVS's there, then with one on top of its connection.
server lb tcp echo 71
check "a daemon of the balancer's own has a connection" opens 71 daemon
vs -A -t $VIP:71 -s rr
vs -a -t $VIP:71 -r $R3:71 -m
check "with a stock service on top it goes on" goes_on daemon
adm --adopt -t $VIP:71
check "with a FullNAT service on top, too" goes_on daemon
check "counted as pass_host" counter_above pass_host 0
vs -D -t $VIP:71
check "without IPVS's service the daemon gets new ones again" eval "opens 71 sorry && goes_on sorry"
adm --drain -t $VIP:71 >/dev/null
check "also where lvsx would drain it" opens 71 drained
adm --forget -t $VIP:71

# What a SYN began anew would go to r1, by weight.
server r3 tcp echo 73
server r1 tcp echo 73
vs -A -t $VIP:73 -s rr
vs -a -t $VIP:73 -r $R3:73 -m
check "stock IPVS has an open connection" opens 73 old
vs -a -t $VIP:73 -r $R1:73 -m
vs -e -t $VIP:73 -r $R3:73 -m -w 0
forged_syn 73
check "there a forged SYN does it no harm" goes_on old
adm --set-default on
wait_for 5 eval "adm -L -n | grep -q FullNat"
sleep 0.3
forged_syn 73
check "nor when the service is FullNAT by default" goes_on old
adm --set-default off
adm --adopt -t $VIP:73
forged_syn 73
check "nor by a word" goes_on old
same "no flow was made of it" "$(flow_count 73)" 0
lvsx_remove
check "it is stock's to the end" goes_on old
lvsx_insert
adm -P -z $L1
adm --set-default on
set_sysctl lb net.ipv4.vs.expire_nodest_conn=1
wait_for 5 eval "adm -L -n | grep -q FullNat"
sleep 0.3
forged_syn 73
same "where stock would begin it anew, it is a flow" "$(flow_count 73)" 1
