#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A service by firewall mark: the mark must be set before lvsx sees the packet, at priority -350.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 7

topo_up
lvsx_insert
for r in r1 r2; do web $r; web $r 8080; done
lb nft -f - <<-NFT
	table ip marks {
		chain raw {
			type filter hook prerouting priority -350
			ip daddr $VIP tcp dport { 80, 8080 } meta mark set 7
		}
	}
NFT
vs -A -f 7 -s rr
vs -a -f 7 -r $R1 -m
vs -a -f 7 -r $R2 -m
check "control: without lvsx's word it is stock masquerading, which fails" fails get id -m 2
adm -P -f 7 -z $L1
same "marked connections are balanced" "$(get_ids 4)" "r1:2 r2:2"
same "each port to the same port of the real server" "$(get_from=$VIP:8080 get_ids 4)" "r1:2 r2:2"
same "they are listed as flows of the mark" "$(adm -L --flows -f 7 --json | jq length)" 8
check "and not as the virtual address's" refused "IPVS has no service TCP $VIP:80: add it first with -A" -L --flows -t $VIP:80
same "nine connections are counted, with the control's" "$(stats_settled -f 7 | cut -d' ' -f1)" 9
check "an unmarked port is not taken" fails get id --connect-to ::$VIP:81 -m 3
