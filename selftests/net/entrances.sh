#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Packets that reach lvsx otherwise than from a device in softirq: those that an earlier chain has queued to
# a program (nftables' queue), which come back in that program's context, with softirqs on; those that a
# program writes to a tunnel, that tc redirects, and that a VRF's device shows once more.
# The kernels that look for bugs say so when softirqs are on where they must be off.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 13

topo_up
lvsx_insert
fullnat_echo
server r1 udp echo 5353 r1
fullnat_service -u $VIP:5353 rr
fullnat_real -u $VIP:5353 $R1:5353
lb nft -f - <<-E
	table ip early {
		chain inspect {
			type filter hook prerouting priority -350;
			udp dport 53 queue num 7
		}
	}
E
server lb queue 7
check "queued packets are served" py cl udp ask $VIP 53 100 20 3
check "others as well" py cl udp ask $VIP 5353 100 20 3

if [[ -e /dev/net/tun ]]; then
	check "a host behind a tunnel device" lb /usr/bin/python3 -I -S "$net_dir/tools/tun.py" tun7 10.0.7.7 $VIP 53
else
	skip "a host behind a tunnel device" "this kernel has no /dev/net/tun"
fi
# All that comes in by front is shown as if it had come by a device that is nobody's.
if lb ip link add other type dummy && lb tc qdisc add dev front clsact 2>/dev/null &&
	lb tc filter add dev front ingress matchall action mirred ingress redirect dev other 2>/dev/null; then
	lb ip link set other up
	set_sysctl lb net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.other.rp_filter=0
	check "packets that tc redirects" py cl udp ask $VIP 53 100 5
	lb tc qdisc del dev front clsact
else
	skip "packets that tc redirects" "this kernel has no clsact or mirred"
fi
if lb ip link add blue type vrf table 77 2>/dev/null; then
	lb ip link set blue up
	lb ip link set front master blue
	lb ip route add table 77 10.0.2.0/24 dev back
	lb ip route add 10.0.1.0/24 dev front
	server r3 udp echo 54 r3
	vs -A -u $VIP:54 -s rr
	vs -a -u $VIP:54 -r $R3:54 -m
	answer() { py cl udp ask $VIP "$1" 100 1; }
	same "the client's device in a VRF: as stock" "$(answer 53)" "$(answer 54)"
	lb ip rule add pref 32765 lookup local
	lb ip rule del pref 0
	check "stock: where the VRF comes first, it does not know the VIP" fails answer 54
	check "FullNAT: nor does it" fails answer 53
	lb ip rule add pref 0 lookup local
	lb ip rule del pref 32765
	lb ip link set front nomaster
	lb ip link del blue
else
	skip "the client's device in a VRF: as stock" "this kernel has no VRF"
	skip "stock: where the VRF comes first, it does not know the VIP" "this kernel has no VRF"
	skip "FullNAT: nor does it" "this kernel has no VRF"
fi

# What the tracepoint says of the context: softirq (s) or softirqs off (b).
trace=/sys/kernel/tracing
if [[ -d $trace/events/lvsx ]]; then
	echo 1 >$trace/events/lvsx/lvsx_packet/enable
	: >$trace/trace
	py cl udp ask $VIP 53 10 5
	py cl udp ask $VIP 5353 10 5
	echo 0 >$trace/events/lvsx/lvsx_packet/enable
	contexts() { sed -n 's/^.*\] \([^ ]*\) .*lvsx_packet:.*$/\1/p' $trace/trace; }
	check "packets are traced" eval "((\$(contexts | wc -l) >= 12))"
	same "never with softirqs on" "$(contexts | grep -vc '[sbD]')" 0
	# What has no ports shows none: neither memory's leavings nor another packet's.
	: >$trace/trace
	echo 1 >$trace/events/lvsx/lvsx_packet/enable
	py cl udp ask $VIP 53 10 5
	cl ping -c 2 -W 2 $VIP
	py cl packet send esp,udp_truncated,tcp_truncated,ip_options_bad $VIP 53
	echo 0 >$trace/events/lvsx/lvsx_packet/enable
	same "a packet without ports shows none" "$(sed -n 's/.*lvsx_packet: proto=\([0-9]*\) [0-9.]*:\([0-9]*\) > [0-9.]*:\([0-9]*\) .*reason=\(pass_proto\|bad_l4\)$/\1 \2 \3/p' $trace/trace | sort -nu | xargs)" "1 0 0 6 0 0 17 0 0 50 0 0"
	same "bad IP options are shown with whose they are" \
		"$(grep -cE "proto=6 $CLIENT:[0-9]+ > $VIP:53 .*verdict=drop reason=bad_ip$" $trace/trace)" 1
else
	skip "packets are traced" "this kernel has no tracepoints"
	skip "never with softirqs on" "this kernel has no tracepoints"
	skip "a packet without ports shows none" "this kernel has no tracepoints"
	skip "bad IP options are shown with whose they are" "this kernel has no tracepoints"
fi

# New flows from both contexts at once, over and over.
new=$(counter flow_new)
for _ in 1 2 3; do
	for port in 53 5353; do
		py_spawn cl udp ask $VIP $port 10 1 1000
		floods[port]=$spawned
	done
	wait "${floods[53]}" "${floods[5353]}" || true
done
check "thousands of flows from both contexts" counter_above flow_new $((new + 3000))
check "and none has spoilt another's memory: the module goes" lvsx_remove
