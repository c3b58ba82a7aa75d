#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The early hook of a device: packets of known flows never reach prerouting, all else does; counters
# and contents are the same; devices may go while they have it.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 22

fullnat_up
fullnat_echo
data_file 4
lb nft -f - <<-NFT
	table ip seen {
		chain pre {
			type filter hook prerouting priority -400
			ip daddr $VIP counter
			ip daddr $L1 counter
		}
	}
NFT
seen() { lb nft list chain ip seen pre | awk '{ for (i = 1; i < NF; i++) if ($i == "packets") n += $(i + 1) } END { print n }'; }
# All on CPU 0: the early hook knows the flows of its own CPU, and no card here brings packets to the CPU of theirs.
for pid in $(pgrep nginx); do taskset -pc 0 "$pid" >/dev/null; done
pinned_sum() { cl taskset -c 0 curl -sS -m 30 "http://$SVC/4m" | md5sum | cut -d' ' -f1; }
on() { adm -L --json | jq -r '.[-1].ingress | join(" ")'; }

same "at first no device has it" "$(on)" ""
same "4 MiB by the usual path" "$(pinned_sum)" "$(data_sum 4)"
usual=$(seen)
check "all of that was seen at prerouting" test "$usual" -gt 100
adm --ingress-on front
adm --ingress-on back
same "both devices have it" "$(on)" "front back"
before=$(seen)
same "4 MiB by the early path" "$(pinned_sum)" "$(data_sum 4)"
within "prerouting saw what opens and closes the connection, no more" $(($(seen) - before)) 1 8
check "an upload, too" cl curl -sS -m 30 -o /dev/null --data-binary "@$data_dir/4m" "http://$SVC/id"
check "UDP, large datagrams in fragments too" py cl udp ask $VIP 53 3000 5 4
check "UDP without a checksum" py cl udp nosum $VIP 53
same "IPVS counted what was sent on" "$(stats_all)" "$(counter fwd) $(counter rev)"
check "not twice" refused "this device has the early hook already" --ingress-on back
check "of no device" refused "there is no such device in this network namespace" --ingress-on nodevice0

lb ip link add early0 type veth peer name early1
adm --ingress-on early0
lb ip link del early0
same "a device that goes takes it along" "$(on)" "front back"
ip -n lvsx-lb link add early0 type veth peer name early1
adm --ingress-on early0
ip -n lvsx-lb link set early0 netns lvsx-gw
same "one that moves to another namespace, too" "$(on)" "front back"
adm --ingress-off front
same "one alone" "$(on)" back
check "that has none to give up now" refused "no such device has the early hook" --ingress-off front
same "4 MiB, one way early" "$(get_sum 4m)" "$(data_sum 4)"

# At the limits, in another namespace: the kernel's, 1024 hooks of one device, and ours, 64 devices.
admin=$lib_top/build/bin/lvsxadm
hooks() { local i; for ((i = 0; i < 1024; i++)); do echo "add chain netdev many c$i { type filter hook ingress device eth0 priority 0; }"; done; }
{ echo "add table netdev many"; hooks; } | gw nft -f -
check "a device that can have no more hooks" refused_by \
	"this kernel or device cannot have a hook at ingress" gw "$admin" --ingress-on eth0
gw nft delete table netdev many
for i in {0..31}; do echo "link add a$i type veth peer name b$i"; done | gw ip -b -
for i in {a,b}{0..31}; do echo "--ingress-on $i"; done >"$tmp/devices"
check "64 devices" gw "$admin" -R <"$tmp/devices"
check "and not one more" refused_by \
	"64 devices have the early hook, which is the most" gw "$admin" --ingress-on eth0

hold 3
check "the module goes while both are in use" lvsx_remove
stop "$spawned"
check "and comes back" lvsx_insert
