#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Random sequences of TCP packets by client and real server, to a stock service and to a FullNAT service, while
# an operator changes both: every packet has the same fate, but for what tools/sequences.py allows.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 1

beside_up
vs -A -t $STOCK:9 -s rr
vs -a -t $STOCK:9 -r $R3:9 -m
fullnat_service -t $VIP:9 rr
fullnat_real -t $VIP:9 $R3:9
# Without any service IPVS lets go of all packets, of its connections' too.
vs -A -t $STOCK:99 -s rr
# The tool is the real server; the host's own TCP keeps out of it.
r3 nft -f - <<-NFT
	table ip quiet {
		chain in {
			type filter hook prerouting priority -400
			tcp dport 9 drop
		}
	}
NFT
beside "each packet has the fate that it has in stock" sequences "${LVSX_SEED:-1}"
