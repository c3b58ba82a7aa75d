#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# IPv4 fragments in any order are put together; a datagram that never becomes whole reaches nobody.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 11

topo_up
lvsx_insert
fullnat_echo

r1 nft -f - <<-NFT
	table ip seen {
		chain in {
			type filter hook prerouting priority -400
			udp dport 53 counter
		}
	}
NFT
seen() { r1 nft -j list chain ip seen in | jq '[.. | .counter? // empty | .packets] | add'; }

for order in 0,1,2 2,1,0 1,0,2 0,0,1,2,2; do
	check "three fragments, sent in the order $order: answered" py cl packet fragments $VIP 53 $order
done
server cl packet idents eth0 out
sent=$py_out
server r1 packet idents eth0 in
come=$py_out
ids() { grep -v ready "$1" | sort; }
check "client and real server both behind a small MTU, DF not set" py cl udp ask $VIP 53 3000 3
same "three datagrams have three identifiers, on either side" "$(ids "$sent" | wc -l) $(ids "$come" | wc -l)" "3 3"
same "of the local address, not of the client, for another one might use the same" "$(comm -12 <(ids "$sent") <(ids "$come"))" ""

before=$(seen)
check "the last one missing: no answer" py cl packet fragments $VIP 53 0,1 silent
check "the first one missing: no answer" py cl packet fragments $VIP 53 1,2 silent
check "overlapping ones: no answer" py cl packet fragments $VIP 53 0,o,1,2 silent
same "and nothing of them came to the real server" "$(seen)" "$before"
