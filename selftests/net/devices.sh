#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real servers that are not simply a neighbour: an address of the balancer itself, one behind a tunnel
# whose device reads the packet's route, one whose answers an IPsec policy refuses; and bridged frames, of
# which this host's own are served whatever address of its they carry.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 27

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
web r3
fullnat_service -t $SVC rr
fullnat_real -t $SVC $R2:80
same "before there are policies" "$(get id)" r2
policy=(src "$R2" dst 0.0.0.0/0 dir fwd tmpl proto esp mode tunnel)
if lb ip xfrm policy add "${policy[@]}" 2>/dev/null; then
	before=$(counter policy)
	check "an answer that should have been encrypted is not let in" fails eval "get_seconds=3 get id"
	check "and counted" counter_above policy "$before"
	# Stock beside it, and one whose flow is taken at ingress.
	vs -A -t $VIP:82 -s rr
	vs -a -t $VIP:82 -r $R3:80 -m
	lb ip xfrm policy add "${policy[@]/$R2/$R3}"
	check "nor one of stock's" fails eval "get_seconds=3 get_from=$VIP:82 get id"
	set_sysctl lb net.ipv4.conf.back.disable_policy=1
	same "where the device needs no policies both are" "$(get id) $(get_from=$VIP:82 get id)" "r2 r3"
	adm --ingress-on back
	same "at its ingress, too" "$(get_sum 1m)" "$(data_sum 1)"
	adm --ingress-off back
	set_sysctl lb net.ipv4.conf.back.disable_policy=0
	lb ip xfrm policy flush
	same "when the policy is gone it is" "$(get id)" r2
	lb ip xfrm policy add src $CLIENT dst $VIP dir in tmpl proto esp mode transport
	before=$(counter reset)
	py cl packet send ack $VIP 80
	sleep 1
	same "who should have been encrypted is told no end either" "$(counter reset)" "$before"
	set_sysctl lb net.ipv4.conf.front.disable_policy=1
	py cl packet send ack $VIP 80
	check "but where the device needs no policies" wait_for 5 counter_above reset "$before"
	set_sysctl lb net.ipv4.conf.front.disable_policy=0
	lb ip xfrm policy flush
else
	skip "an answer that should have been encrypted is not let in" "this kernel has no IPsec"
	skip "and counted" "this kernel has no IPsec"
	skip "nor one of stock's" "this kernel has no IPsec"
	skip "where the device needs no policies both are" "this kernel has no IPsec"
	skip "at its ingress, too" "this kernel has no IPsec"
	skip "when the policy is gone it is" "this kernel has no IPsec"
	skip "who should have been encrypted is told no end either" "this kernel has no IPsec"
	skip "but where the device needs no policies" "this kernel has no IPsec"
fi

# The balancer also bridges: frames between two others of which one has the same VIP pass by.
bridge_checks=(
	"bridged frames reach whom they are for" "and made no flow"
	"frames to a bridge's own address: FullNAT, stock" "to that of the port: FullNAT, stock"
	"to that of another port: nobody" "to that of a macvlan on the bridge: FullNAT, stock"
	"tagged ones to a VLAN device of the bridge: FullNAT, stock" "and to a macvlan on that: FullNAT, stock"
	"to the address that another host has, too, and the VIP with it: that host" "and that is no flow"
	"to a macvlan in a container that has the same VIP: the container"
)
bridge_net() { # the bridge, and a host behind each of two ports
	local host
	modprobe -a br_netfilter macvlan 8021q 2>/dev/null && lb sysctl -qw net.bridge.bridge-nf-call-iptables=1 2>/dev/null || return
	lb ip link add br9 address 02:00:00:00:00:99 type bridge
	lb ip link set br9 up
	for host in near far box; do
		ip netns add lvsx-$host
		at_end ip netns del lvsx-$host
		ip -n lvsx-$host link set lo up
	done
	for host in near far; do
		ip link add $host netns lvsx-lb type veth peer name eth0 netns lvsx-$host
		lb ip link set $host master br9 up
		ip -n lvsx-$host link set eth0 up
	done
	ip -n lvsx-near addr add 10.8.0.2/24 dev eth0
	ip -n lvsx-far addr add 10.8.0.3/24 dev eth0
}
mac_of() { "${@:2}" ip -j link show "$1" | jq -r '.[0].address'; }
near_asks() { in_ns near curl -sS -m "${near_seconds:-10}" "http://$1/id" || true; }
# near_sends MAC [DEVICE]: near's frames go to this address; the answers of FullNAT and stock to them.
near_sends() {
	in_ns near ip neigh replace 10.8.0.1 lladdr "$1" dev "${2:-eth0}" nud permanent
	in_ns near ip route replace 10.8.9.0/24 via 10.8.0.1 dev "${2:-eth0}" onlink
	echo "$(near_asks 10.8.9.1:80)" "$(near_asks 10.8.9.1:81)"
}
if bridge_net; then
	far() { in_ns far "$@"; }
	box() { in_ns box "$@"; }
	far ip addr add $VIP/32 dev lo
	in_ns near ip route add $VIP/32 via 10.8.0.3
	web far
	before=$(counter flow_new)
	same "${bridge_checks[0]}" "$(near_asks $SVC)" far
	same "${bridge_checks[1]}" "$(counter flow_new)" "$before"

	# r1 is heard through FullNAT only, r3 through stock masquerading.
	lb ip addr add 10.8.0.1/24 dev br9
	lb ip addr add 10.8.9.1/32 dev lo
	web r1
	fullnat_service -t 10.8.9.1:80 rr
	fullnat_real -t 10.8.9.1:80 $R1:80
	vs -A -t 10.8.9.1:81 -s rr
	vs -a -t 10.8.9.1:81 -r $R3:80 -m
	same "${bridge_checks[2]}" "$(near_sends 02:00:00:00:00:99)" "r1 r3"
	same "${bridge_checks[3]}" "$(near_sends "$(mac_of near lb)")" "r1 r3"
	same "${bridge_checks[4]}" "$(near_seconds=2 near_sends "$(mac_of far lb)" 2>/dev/null)" " "
	lb ip link add vrrp9 link br9 address 00:00:5e:00:01:09 type macvlan mode private
	lb ip link set vrrp9 up
	same "${bridge_checks[5]}" "$(near_sends 00:00:5e:00:01:09)" "r1 r3"

	lb sysctl -qw net.bridge.bridge-nf-filter-vlan-tagged=1
	lb ip link add link br9 name br9.7 type vlan id 7
	lb ip link set br9.7 up
	lb ip addr add 10.8.7.1/24 dev br9.7
	in_ns near ip link add link eth0 name eth0.7 type vlan id 7
	in_ns near ip link set eth0.7 up
	in_ns near ip addr add 10.8.7.2/24 dev eth0.7
	same "${bridge_checks[6]}" "$(near_sends 02:00:00:00:00:99 eth0.7)" "r1 r3"
	lb ip link add vrrp7 link br9.7 address 00:00:5e:00:01:07 type macvlan mode private
	lb ip link set vrrp7 up
	same "${bridge_checks[7]}" "$(near_sends 00:00:5e:00:01:07 eth0.7)" "r1 r3"
	in_ns near ip neigh del 10.8.0.1 dev eth0.7

	# The router that stands by: far has the VRRP address, and the VIP.
	lb ip addr del 10.8.9.1/32 dev lo
	lb ip route add blackhole 10.8.9.1 # else it says unreachable of the copy that the macvlan gets
	far ip link add vrrp9 link eth0 address 00:00:5e:00:01:09 type macvlan mode private
	far ip link set vrrp9 up
	far ip addr add 10.8.9.1/32 dev vrrp9
	far ping -c 1 -W 1 -I vrrp9 10.8.0.2 >/dev/null || true # its bridge learns where
	before=$(counter flow_new)
	same "${bridge_checks[8]}" "$(near_seconds=3 near_sends 00:00:5e:00:01:09 2>/dev/null)" "far "
	same "${bridge_checks[9]}" "$(counter flow_new)" "$before"

	lb ip route del blackhole 10.8.9.1
	lb ip addr add 10.8.9.1/32 dev lo
	lb ip link add inside link br9 address 02:00:00:00:00:77 type macvlan mode bridge
	lb ip link set inside netns lvsx-box
	box ip link set inside up
	box ip addr add 10.8.0.7/24 dev inside
	box ip addr add 10.8.9.1/32 dev lo
	web box
	same "${bridge_checks[10]}" "$(near_seconds=3 near_sends 02:00:00:00:00:77 2>/dev/null)" "box "
else
	for name in "${bridge_checks[@]}"; do skip "$name" "this kernel has no br_netfilter, macvlan and 8021q"; done
fi
