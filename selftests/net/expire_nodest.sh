#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What happens to open connections of a removed real server, with net.ipv4.vs.expire_nodest_conn and
# without: to those of a stock service and of a FullNAT service, side by side.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 17

STOCK=$VIP:8007
said() { TALK=$1 talk_line "${@:2}"; }
# stream NAME PORT SPORT: a client that never pauses; heard NAME WORD [SECONDS]: it hears this server.
declare -A heard=()
stream() { py_spawn cl udp stream $VIP "$2" "$3" && heard[$1]=$py_out; }
hears() {
	: >"${heard[$1]}"
	# What was cut off leaves a hole of zeros.
	wait_for "${3:-3}" grep -qxa "$2" "${heard[$1]}"
}
# listen: from now on, for a second, to both.
listen() {
	sleep 0.3
	: >"${heard[stock]}"
	: >"${heard[ours]}"
	sleep 1
	heard_stock=$(tr -d '\0' <"${heard[stock]}" | xargs) heard_ours=$(tr -d '\0' <"${heard[ours]}" | xargs)
}

topo_up
lvsx_insert
vs --set 900 120 10
server r1 tcp echo 7
server r3 tcp echo 7
server r1 udp echo 53 r1
server r2 udp echo 53 r2
server r3 udp echo 53 r3
server r3 udp echo 54 r3b
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7
fullnat_service -u $VIP:53 rr
fullnat_real -u $VIP:53 $R1:53
vs -A -t $STOCK -s rr
vs -a -t $STOCK -r $R3:7 -m
vs -A -u $VIP:8053 -s rr
vs -a -u $VIP:8053 -r $R3:53 -m

TALK=ours talk $VIP 7
TALK=stock talk $VIP 8007
stream ours 53 20053
stream stock 8053 28053
check "connections are open" eval "said ours one && said stock one && hears ours r1 && hears stock r3"

# 0: they wait for the real server, or for their timeout.
vs -d -t $VIP:7 -r $R1:7
vs -d -t $STOCK -r $R3:7
check "0, stock: TCP waits when its real server is removed" fails said stock two 1
check "0, FullNAT: so it does" fails said ours two 1
check "counted as real_gone" counter_above real_gone 0
vs -a -t $VIP:7 -r $R1:7 -m
vs -a -t $STOCK -r $R3:7 -m
check "0, stock: and goes on when it is added again" said stock two 15
check "0, FullNAT: so it does" said ours two 15
check "and is counted there again" wait_for 10 conns_are ACTIVE 1 -t $VIP:7

vs -a -u $VIP:53 -r $R2:53 -m
vs -a -u $VIP:8053 -r $R3:54 -m
vs -d -u $VIP:53 -r $R1:53
vs -d -u $VIP:8053 -r $R3:53
listen
same "0, stock: UDP that never pauses is not answered any more" "$heard_stock" ""
same "0, FullNAT: nor is it" "$heard_ours" ""
check "0, stock: until its timeout has passed, then by another real server" hears stock r3b 25
check "0, FullNAT: so it is" hears ours r2 25

# 1: they end, and what may begin another connection does.
set_sysctl lb net.ipv4.vs.expire_nodest_conn=1
check "1: nothing happens while the real server is there" said ours three
vs -a -u $VIP:53 -r $R1:53 -m
vs -a -u $VIP:8053 -r $R3:53 -m
vs -d -u $VIP:53 -r $R2:53
vs -d -u $VIP:8053 -r $R3:54
check "1, stock: UDP has another real server at once" hears stock r3 2
check "1, FullNAT: so it has" hears ours r1 2
check "counted as flow_nodest" counter_above flow_nodest 0
vs -d -t $VIP:7 -r $R1:7
check "1: the next packet of a TCP connection ends it" fails said ours four 2
check "the flow is gone" wait_for 5 flow_gone 7
vs -a -t $VIP:7 -r $R1:7 -m
