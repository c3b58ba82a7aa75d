#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# TCP over IPv4: whole files through both real servers, where stock NAT fails; counters to the packet.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 10

topo_up
data_file 4
web r1
web r2
control=$VIP:82
vs -A -t $control -s rr
vs -a -t $control -r $R1:80 -m
vs -a -t $control -r $R2:80 -m
check "control: stock masquerading cannot reach such real servers" fails get_id_from $control -m 2
check "control: stock is left with a half-open connection" lb sh -c "ipvsadm -Lnc | grep -q SYN_RECV"

lvsx_insert
fullnat_service -t $SVC rr
fullnat_real -t $SVC $R1:80
fullnat_real -t $SVC $R2:80
same "both real servers answer in turn" "$(get_ids 4)" "r1:2 r2:2"
sum=$(data_sum 4)
same "4 MiB arrive whole from the first" "$(get_sum 4m)" "$sum"
same "4 MiB arrive whole from the second" "$(get_sum 4m)" "$sum"

got=$(stats_settled -t $SVC)
same "IPVS counted the packets that lvsx sent on" \
	"$(awk '{ print $1, $2, $3 }' <<<"$got")" "6 $(counter fwd) $(counter rev)"
same "the real servers saw only the local address" "$(web_peers r1) $(web_peers r2)" "$L1 $L1"

hold 5
check "open connections are counted active" wait_for 10 conns_are ACTIVE 5 -t $SVC
stop "$spawned"
check "aborted connections are no longer active" wait_for 5 conns_are ACTIVE 0 -t $SVC
check "and are forgotten after CLOSE's 10 s" wait_for 20 conns_are INACTIVE 6 -t $SVC
