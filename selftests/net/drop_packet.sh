#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# IPVS's own defence against floods, net.ipv4.vs.drop_packet, holds for FullNAT.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 5

fullnat_up
server r1 tcp echo 7
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7
talk $VIP 7
check "a connection is open" talk_line before

set_sysctl lb net.ipv4.vs.am_droprate=1 net.ipv4.vs.drop_packet=3
before=$(counter stock_drop)
check "with drop_packet=3 and am_droprate=1 no new connection" fails get id -m 3
check "counted as stock_drop" test "$(counter stock_drop)" -gt "$before"
check "the open connection goes on" talk_line after
set_sysctl lb net.ipv4.vs.drop_packet=0
check "and new ones again when it is off" get id -m 5
