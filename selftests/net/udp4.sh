#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# UDP over IPv4: small and fragmented datagrams both ways, counters to the packet and to the byte.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 9

SVC=$VIP:53
topo_up
server r1 udp echo 53 r1
server r2 udp echo 53 r2
vs -A -u $SVC -s rr
vs -a -u $SVC -r $R1:53 -m
vs -a -u $SVC -r $R2:53 -m
same "control: stock masquerading gets no answer back" "$(py cl udp id $VIP 53 1 3)" "lost:1"

lvsx_insert
vs -Z
adm -P -u $SVC -z $L1
same "both real servers answer" "$(py cl udp id $VIP 53 4)" "r1:2 r2:2"
check "small datagrams come back unaltered" py cl udp ask $VIP 53 64 20 2
check "datagrams without a checksum too" py cl udp nosum $VIP 53
check "an empty datagram too" py cl udp ask $VIP 53 0 1
check "datagrams in three fragments too, both ways" py cl udp ask $VIP 53 4000 5 2
check "the largest datagram too" py cl udp ask $VIP 53 65507 1 2

got=$(stats_settled -u $SVC)
same "IPVS counted the packets that lvsx sent on" "$(awk '{ print $2, $3 }' <<<"$got")" "$(counter fwd) $(counter rev)"
read -r conns in out inb outb <<<"$got"
py cl udp ask $VIP 53 100 10 >/dev/null
same "ten datagrams of 100 bytes are 1280 bytes each way" "$(stats_settled -u $SVC)" \
	"$((conns + 1)) $((in + 10)) $((out + 10)) $((inb + 1280)) $((outb + 1280))"
