#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Replies, or a client's packets, that land on another CPU than the flow's.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 8
(($(nproc) > 1)) || skip_rest "one CPU only"

# steer DEVICE CPU-MASK: receive packet steering; sysfs shows the devices of the namespace it was mounted in.
steer() { ip netns exec lvsx-lb sh -c "echo $2 >/sys/class/net/$1/queues/rx-0/rps_cpus"; }

fullnat_up
data_file 4
sum=$(data_sum 4)
fullnat_echo

for masks in "1 2" "2 1" "3 3"; do
	read -r front back <<<"$masks"
	steer front "$front"
	steer back "$back"
	before=$(counter remote)
	same "clients on CPUs $front, real servers on $back (mask): 4 MiB" "$(get_sum 4m)$(get_sum 4m)" "$sum$sum"
	[[ $front = "$back" ]] || check "packets met their flow on another CPU" test "$(counter remote)" -gt "$before"
done
check "UDP too" py cl udp ask $VIP 53 3000 5 2
same "IPVS counted the packets that lvsx sent on" "$(stats_all)" "$(counter fwd) $(counter rev)"

# A flow whose client moves to another CPU halfway.
server r2 tcp echo 7
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R2:7
steer front 1
talk $VIP 7
talk_line one
steer front 2
check "a client that moves goes on" talk_line two
