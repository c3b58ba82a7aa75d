#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# More connections than one local address has ports.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 13

topo_up
lvsx_insert
fullnat_echo
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
# flood_on CPU FIRST COUNT: so many new clients.
flood_on() { cl taskset -c "$1" "$flood" udp 10.1.0.1 $VIP 53 "$2" "$3" 77; }

check "a flow from before the flood" py cl udp ask $VIP 53 10 1
server r1 tcp echo 7
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7
talk $VIP 7

note "the ports of one local address: $(adm -G -u $VIP:53 --json | jq -c '.[0]')"
sent=0
for cpu in $(seq 0 $(($(nproc) - 1))); do
	flood_on "$cpu" $sent 70000 >/dev/null
	sent=$((sent + 70000))
done
made=$(counter flow_new) refused=$(counter no_port)
note "$sent first packets: $made flows, $refused refused"
within "one local address carries some 64 thousand flows to one real server" "$made" 60000 65540
same "each of the others is counted as no_port" $((made + refused)) $((sent + 2))
same "the list says so: used" "$(adm -G -u $VIP:53 --json | jq '[.[].ports_used] | add')" "$made"
same "the list says so: it is full" "$(adm -G -u $VIP:53 | awk 'NR == 2 { print $4, $5 }')" "$made 100.0%"
check "the list says so: conflicts" test "$(adm -G -u $VIP:53 --json | jq '[.[].conflicts] | add')" -ge "$refused"
check "a new client gets no answer" fails py cl udp ask $VIP 53 10 1
check "the open TCP connection goes on" talk_line still

adm -P -u $VIP:53 -z $L2
before=$(counter no_port)
flood_on 0 500000 10000 >/dev/null
same "with a second local address 10000 more are taken" "$(counter no_port)" "${before}"
check "and a new client is answered" py cl udp ask $VIP 53 10 3
# Looked at within 66 s.
vs --set 0 0 1
few_used() { (($(adm -G -u $VIP:53 --json | jq '[.[].ports_used] | add') <= 5)); }
check "when all are idle the ports are free again" wait_for 100 few_used

gone() { adm -G -u $VIP:53 --json | jq -c '[.[] | select(.gone).address]'; }
same "the local addresses are the host's" "$(gone)" "[]"
lb ip addr del $L2/32 dev back
same "one that is taken from it is listed as gone" "$(gone)" "[\"$L2\"]"
