#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# IPv4 fragments in any order are put together; a datagram that never becomes whole reaches nobody.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 9

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
check "client and real server both behind a small MTU, DF not set" py cl udp ask $VIP 53 3000 3

before=$(seen)
check "the last one missing: no answer" py cl packet fragments $VIP 53 0,1 silent
check "the first one missing: no answer" py cl packet fragments $VIP 53 1,2 silent
check "overlapping ones: no answer" py cl packet fragments $VIP 53 0,o,1,2 silent
same "and nothing of them came to the real server" "$(seen)" "$before"
