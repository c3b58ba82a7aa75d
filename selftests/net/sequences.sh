#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Random sequences of TCP packets by client and real server, to a stock service and to a FullNAT service, while
# an operator changes both: every packet has the same fate, but for what tools/sequences.py allows.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 1

STOCK=10.0.1.101
topo_up
lvsx_insert
lb ip addr add $STOCK/32 dev lo
vs -A -t $STOCK:9 -s rr
vs -a -t $STOCK:9 -r $R3:9 -m
fullnat_service -t $VIP:9 rr
fullnat_real -t $VIP:9 $R3:9
# Without any service IPVS lets go of all packets, of its connections' too.
vs -A -t $STOCK:99 -s rr
raw_hosts
# The tool is the real server; the host's own TCP keeps out of it.
r3 nft -f - <<-NFT
	table ip quiet {
		chain in {
			type filter hook prerouting priority -400
			tcp dport 9 drop
		}
	}
NFT
rc=0
/usr/bin/python3 -I -S "$net_dir/tools/sequences.py" $STOCK $VIP "${LVSX_SEED:-1}" >"$tmp/fates" 2>&1 || rc=$?
sed 's/^/# /' "$tmp/fates"
same "each packet has the fate that it has in stock" "$rc" 0
