#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# net.ipv4.vs.expire_nodest_conn: what happens to open connections of a removed real server.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 8

topo_up
lvsx_insert
server r1 tcp echo 7
web r2
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7

talk $VIP 7
check "a connection is open" talk_line one
vs -d -t $VIP:7 -r $R1:7
check "0: it goes on when its real server is removed" talk_line two
vs -a -t $VIP:7 -r $R1:7 -m
check "and when it is added again" talk_line three
check "and is counted there again" wait_for 10 conns_are ACTIVE 1 -t $VIP:7

set_sysctl lb net.ipv4.vs.expire_nodest_conn=1
check "1: nothing happens while the real server is there" talk_line four
before=$(counter real_gone)
vs -d -t $VIP:7 -r $R1:7
check "1: the next packet after the removal is dropped" fails talk_line five 2
check "counted as real_gone" test "$(counter real_gone)" -gt "$before"
check "the flow is gone" wait_for 5 flow_gone 7
