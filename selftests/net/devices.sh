#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real servers that are not simply a neighbour: an address of the balancer itself, one behind a tunnel
# whose device reads the packet's route, one whose answers an IPsec policy refuses; and bridged frames.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 13

topo_up
lvsx_insert

# 10.0.2.1 is the balancer.
server lb tcp echo 7
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 10.0.2.1:7
check "a real server on this host: a connection" talk $VIP 7
check "a real server on this host: both ways" talk_line here
same "from the local address" "$(lb ss -Htn state established '( sport = :7 )' | awk '{ print $4 }' | sed 's/\[::ffff://; s/\]//; s/:[0-9]*$//')" $L1
data_file 1
web lb 8080
fullnat_service -t $VIP:8080 rr
fullnat_real -t $VIP:8080 10.0.2.1:8080
same "large segments of this host's own" "$(get_from=$VIP:8080 get_sum 1m)" "$(data_sum 1)"
same "every packet was counted by IPVS" "$(stats_all)" "$(counter fwd) $(counter rev)"
talk_close

# No address on the other side of the tunnel but the next hop of each packet.
if modprobe ipip 2>/dev/null && lb ip link add tun9 type ipip local 10.0.2.1 2>/dev/null; then
	lb ip link set tun9 up
	lb ip route add 10.9.0.1/32 via $R1 dev tun9 onlink
	r1 ip link add tun9 type ipip local $R1
	r1 ip link set tun9 up
	r1 ip addr add 10.9.0.1/32 dev lo
	set_sysctl r1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.tun9.rp_filter=0
	web r1 8081
	fullnat_service -t $VIP:8081 rr
	fullnat_real -t $VIP:8081 10.9.0.1:8081
	same "a real server behind a tunnel" "$(get_from=$VIP:8081 get id)" r1
	same "and a whole file" "$(get_from=$VIP:8081 get_sum 1m)" "$(data_sum 1)"
else
	skip "a real server behind a tunnel" "this kernel has no ipip"
	skip "and a whole file" "this kernel has no ipip"
fi

web r2
fullnat_service -t $SVC rr
fullnat_real -t $SVC $R2:80
same "before there are policies" "$(get id)" r2
policy=(src "$R2" dst 0.0.0.0/0 dir fwd tmpl proto esp mode tunnel)
if lb ip xfrm policy add "${policy[@]}" 2>/dev/null; then
	before=$(counter policy)
	check "an answer that should have been encrypted is not let in" fails eval "get_seconds=3 get id"
	check "and counted" counter_above policy "$before"
	lb ip xfrm policy flush
	same "when the policy is gone it is" "$(get id)" r2
else
	skip "an answer that should have been encrypted is not let in" "this kernel has no IPsec"
	skip "and counted" "this kernel has no IPsec"
	skip "when the policy is gone it is" "this kernel has no IPsec"
fi

# The balancer also bridges: frames between two others of which one has the same VIP pass by.
if modprobe br_netfilter 2>/dev/null && lb sysctl -qw net.bridge.bridge-nf-call-iptables=1 2>/dev/null; then
	lb ip link add br9 type bridge
	lb ip link set br9 up
	for host in near far; do
		ip netns add lvsx-$host
		at_end ip netns del lvsx-$host
		ip link add $host netns lvsx-lb type veth peer name eth0 netns lvsx-$host
		lb ip link set $host master br9 up
		ip -n lvsx-$host link set lo up
		ip -n lvsx-$host link set eth0 up
	done
	ip -n lvsx-near addr add 10.8.0.2/24 dev eth0
	ip -n lvsx-far addr add 10.8.0.3/24 dev eth0
	ip -n lvsx-far addr add $VIP/32 dev lo
	ip -n lvsx-near route add $VIP/32 via 10.8.0.3
	web far
	before=$(counter flow_new)
	same "bridged frames reach whom they are for" "$(in_ns near curl -sS -m 10 "http://$SVC/id")" far
	same "and made no flow" "$(counter flow_new)" "$before"
else
	skip "bridged frames reach whom they are for" "this kernel has no br_netfilter"
	skip "and made no flow" "this kernel has no br_netfilter"
fi
