#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module's parameter "memory": a flood takes so much and no more, and what is there is used again.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 15

# The first four blocks of each further CPU, 1 MiB, are in the cap, too.
others=$(($(nproc) - 1))
cap=$((3 + others))
topo_up
flood=$(tool flood)
cl ip route add 10.1.0.0/16 dev lo
lb ip route add 10.1.0.0/16 via $CLIENT
# The flood is to make flows, not work for the real server.
r1 nft -f - <<-NFT
	table ip quiet {
		chain in {
			type filter hook prerouting priority -400
			ip ttl 76 udp dport 53 drop
		}
	}
NFT
server r1 tcp echo 7

services() {
	fullnat_service -u $VIP:53 rr
	fullnat_real -u $VIP:53 $R1:53
	for l in $L2 10.0.2.102 10.0.2.103; do adm -P -u $VIP:53 -z "$l"; done
	fullnat_service -t $VIP:7 rr
	fullnat_real -t $VIP:7 $R1:7
}
parameter=/sys/module/lvsx/parameters/memory
# flood_at FIRST COUNT: new clients, a few at a time, so that memory can be had ahead of them.
flood_at() {
	local n
	for ((n = $1; n < $1 + $2; n += 1000)); do cl taskset -c 0 "$flood" udp 10.1.0.1 $VIP 53 $n 1000 77; sleep 0.02; done >/dev/null
}
ask_new() { py cl udp ask $VIP 53 5 1; }

server r1 udp echo 53 r1
lvsx_words=memory=much
check "words that are no number of MiB are refused" fails lvsx_insert
lvsx_words=memory=$cap
check "inserted with a cap" lvsx_insert
services
vs --set 0 0 120
talk $VIP 7
ask_new >/dev/null

made=$(counter flow_new) none=$(counter no_memory)
flood_at 0 30000
made=$(($(counter flow_new) - made)) none=$(($(counter no_memory) - none))
note "of 30000 new clients $made were taken, $none had no memory"
check "a flood does not get more than the cap" test "$made" -lt $((cap * 1024 * 1024 / 128))
same "which is said to be taken" "$(<${parameter}_taken)" $cap
check "but gets most of it" test "$made" -gt $(((cap - others) * 1024 * 1024 / 256))
same "the others are counted as no_memory" $((made + none)) 30000
same "and for no other reason" "$(counter no_port)" 0
check "an open TCP connection goes on" talk_line still
# What is left of single lines may still do for one now and then.
refused_most() {
	local none
	none=$(counter no_memory)
	flood_at "$1" 1000
	(($(counter no_memory) - none > 500))
}
check "most new clients get none" refused_most 30000

echo $((cap + 2)) >$parameter
same "the parameter can be changed" "$(<$parameter)" $((cap + 2))
sleep 0.6
check "with a larger cap new clients are answered at once" ask_new
echo $cap >$parameter

flood_at 40000 12000
check "it fills again" refused_most 60000
# Looked at within 66 s.
vs --set 0 0 1
few() { (($(adm -G -u $VIP:53 --json | jq '[.[].ports_used] | add') <= 5)); }
check "when all are idle they end" wait_for 100 few
check "and new clients are answered from the same memory" ask_new
made=$(counter flow_new)
vs --set 0 0 120
flood_at 100000 10000
same "as many as before" $(($(counter flow_new) - made)) 10000
