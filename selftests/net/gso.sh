#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Large segments and partial checksums go through as they are, whichever offloads are on.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 17

fullnat_up
data_file 1
sum=$(data_sum 1)
server r1 tcp sum 9
server r2 tcp sum 9
fullnat_service -t $VIP:9 rr
fullnat_real -t $VIP:9 $R1:9
fullnat_real -t $VIP:9 $R2:9

offload() { # HOST DEVICE KEY on|off
	"$1" ethtool -K "$2" "$3" "$4" >/dev/null
}
for tso in on off; do
	for gro in off on; do
		for csum in on off; do
			offload cl eth0 tso $tso
			offload r1 eth0 tso $tso
			offload r2 eth0 tso $tso
			for dev in front back; do
				offload lb $dev gro $gro
				offload lb $dev tx $csum
				# There is no segmentation without checksums.
				[[ $csum = off ]] || offload lb $dev tso $tso
			done
			same "download: TSO $tso, balancer's GRO $gro, checksum offload $csum" "$(get_sum 1m)" "$sum"
			same "upload: the same" "$(py cl tcp upload $VIP 9 $data_dir/1m)" "$sum"
		done
	done
done
same "IPVS counted the packets that lvsx sent on" "$(stats_all)" "$(counter fwd) $(counter rev)"
