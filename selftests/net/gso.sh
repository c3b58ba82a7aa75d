#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Large segments and partial checksums go through as they are, whichever offloads are on.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 19

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
# Without DF, what is too large is split: also what came as one segment of many packets.
set_sysctl cl net.ipv4.ip_no_pmtu_disc=1
lb ip link set back mtu 1400
for dev in front back; do offload lb $dev gro on; done
offload cl eth0 tso on
server r1 tcp sum 10
fullnat_service -t $VIP:10 rr
fullnat_real -t $VIP:10 $R1:10
same "upload without DF into a smaller MTU" "$(py cl tcp upload $VIP 10 $data_dir/1m)" "$sum"
# shellcheck disable=SC2016 # awk's
fragments() { lb awk '/^Ip:/ { if (n++) print $at["FragCreates"]; else for (i = 1; i <= NF; i++) at[$i] = i }' /proc/net/snmp; }
check "in fragments" test "$(fragments)" -gt 100
lb ip link set back mtu 1500
same "IPVS counted the packets that lvsx sent on" "$(stats_all)" "$(counter fwd) $(counter rev)"
