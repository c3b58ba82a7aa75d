#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Packets that reach lvsx by another road than from a device in softirq: those that an earlier chain has
# shown to a program (nftables' queue) come back in that program's context, with softirqs on.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 6

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

# What the tracepoint says of the context: softirq (s) or softirqs off (b).
trace=/sys/kernel/tracing
if [[ -d $trace/events/lvsx ]]; then
	echo 1 >$trace/events/lvsx/lvsx_packet/enable
	: >$trace/trace
	py cl udp ask $VIP 53 10 5
	py cl udp ask $VIP 5353 10 5
	echo 0 >$trace/events/lvsx/lvsx_packet/enable
	contexts() { sed -n 's/^.*\] \([^ ]*\) .*lvsx_packet:.*$/\1/p' $trace/trace; }
	check "packets are on the road" eval "((\$(contexts | wc -l) >= 12))"
	same "never with softirqs on" "$(contexts | grep -vc '[sbD]')" 0
else
	skip "packets are on the road" "this kernel has no tracepoints"
	skip "never with softirqs on" "this kernel has no tracepoints"
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
