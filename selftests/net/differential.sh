#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The same odd packets to a stock service and to a FullNAT service, and what becomes of them: what the real
# server sees, what the client is answered, what the host takes. Every difference stands, with its reason, in
# a table of Documentation/ipvs.md; one that does not fails, and so does a case there that is none any more.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 1

beside_up
server r3 udp echo 7 r3
server r3 tcp echo 7
for p in -t -u; do
	vs -A $p $STOCK:7 -s rr
	vs -a $p $STOCK:7 -r $R3:7 -m
	fullnat_service $p $VIP:7 rr
	fullnat_real $p $VIP:7 $R3:7
done
# No host keeps quiet for having said as much lately.
# Since 6.12 each namespace has this limit of its own; before, the initial one's holds for all.
for key in net.ipv4.icmp_msgs_per_sec net.ipv4.icmp_msgs_burst; do
	at_end sysctl -qw "$key=$(sysctl -n $key)"
	sysctl -qw $key=10000
	for host in lb r3 cl; do
		! $host test -e /proc/sys/${key//./\/} || set_sysctl $host $key=10000
	done
done
set_sysctl r3 net.ipv4.tcp_max_syn_backlog=8192 net.core.somaxconn=8192 net.ipv4.tcp_invalid_ratelimit=0
beside "every difference is a listed one, and each of these occurs" differential "$lib_top/Documentation/ipvs.md" "${LVSX_ODD:-}"
