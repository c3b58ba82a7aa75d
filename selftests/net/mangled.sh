#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Packets that no honest program sends: each is counted by its reason, none is sent on half translated.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 15

topo_up
lvsx_insert
server r1 tcp echo 80
server r1 udp echo 80 r1
for p in -t -u; do
	fullnat_service $p $SVC rr
	fullnat_real $p $SVC $R1:80
done
r1 nft -f - <<-NFT
	table ip seen {
		chain in {
			type filter hook prerouting priority -400
			ip daddr $R1 counter comment "any"
			ip saddr != 10.0.2.0/24 counter comment "half"
		}
	}
NFT
cl nft -f - <<-NFT
	table ip seen {
		chain in {
			type filter hook prerouting priority -400
			ip saddr 10.0.2.0/24 counter comment "half"
		}
	}
NFT
seen() { "$1" nft -j list chain ip seen in | jq "[.. | .rule? | select(.comment? == \"$2\") | .expr[] | .counter? // empty | .packets] | add"; }

# counts NAME REASON NUMBER CASES: so many packets end by that reason, and none at the real server.
counts() {
	local before at_real
	before=$(counter "$2") at_real=$(seen r1 any)
	py cl packet send "$4" $VIP 80
	sleep 0.3
	same "$1" "$(($(counter "$2") - before)) by $2, $(($(seen r1 any) - at_real)) at the real server" "$3 by $2, 0 at the real server"
}
check "a well-formed connection works" py cl udp ask $VIP 80 10 1
counts "TCP and UDP headers that are short or lie" bad_l4 6 \
	tcp_truncated,tcp_doff_short,tcp_doff_long,udp_truncated,udp_length_long,udp_length_short
counts "TCP without SYN and without a flow" reset 3 ack,fin,synack
counts "RST without a flow" no_flow 1 rst
counts "a SYN with TTL 1" ttl 1 ttl1
counts "an ICMP error that quotes too little" bad_icmp 1 icmp_quote_truncated
counts "an ICMP error about no flow of ours" pass_other 1 icmp_unknown
counts "another protocol" pass_proto 1 esp
at_real=$(seen r1 any)
py cl packet send ip_ihl_short,ip_ihl_long,ip_length_long,ip_length_short,ip_checksum $VIP 80
sleep 0.3
same "IP headers that lie: nothing at the real server" "$(seen r1 any)" "$at_real"
before=$(counter fwd)
py cl packet send ip_options $VIP 80
sleep 0.3
same "IP options: as a packet without" "$(($(counter fwd) - before > 0))" 1

at_client=$(cl nft -j list ruleset | jq '[.. | .counter? // empty | .packets] | add')
py r1 packet send late_reply $L1 30000
sleep 0.3
same "a late reply without a flow reaches no client" "$(cl nft -j list ruleset | jq '[.. | .counter? // empty | .packets] | add')" "$at_client"

# A service that is its own real server.
fullnat_service -t $VIP:90 rr
vs -a -t $VIP:90 -r $VIP:90 -m
before=$(counter fwd)
check "a service that is its own real server does not answer" fails get_id_from $VIP:90 -m 3
within "and its packets do not go round" $(($(counter fwd) - before)) 0 100

same "nothing came to the real server with the client's address" "$(seen r1 half)" 0
same "nothing came to the client from a real server's network" "$(seen cl half)" 0
