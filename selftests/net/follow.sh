#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Thousands of services that IPVS gets at once are FullNAT at once, and following them costs little.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 6

SERVICES=5000
# For ipvsadm -R.
rules() { seq 10001 $((10000 + SERVICES)) | sed "s/.*/-A -u $VIP:& -s rr\n-a -u $VIP:& -r $R1:53 -m/"; }
ours() { adm -L -n | grep -c 'FullNat' || true; }
all_ours() { (($(ours) == SERVICES)); }
none_ours() { (($(ours) == 0)); }
# Milliseconds of CPU time that the kernel's workers have used.
workers() { awk '$2 ~ /kworker/ { n += $14 + $15 } END { print n * 10 }' /proc/[0-9]*/stat; }

topo_up
lvsx_insert
server r1 udp echo 53 r1
adm -P -z $L1
adm --set-default on
rules >"$tmp/rules"
# It asks the last of them from before it is there, and stock IPVS alone could not serve it.
py_spawn cl udp stream $VIP $((10000 + SERVICES)) 20053 0.05
stream=$spawned
vs -R <"$tmp/rules"
begun=$EPOCHREALTIME
check "$SERVICES services are FullNAT within a second" wait_for 1 grep -qx r1 "$py_out"
note "the last one answered $(awk -v a="$begun" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.2f", b - a }') s after it was there"
stop "$stream"
check "each of them" wait_for 10 all_ours
before=$(workers)
sleep 5
note "$(($(workers) - before)) ms of CPU time in 5 s"
check "following them costs a few hundredths of a CPU at most" test $(($(workers) - before)) -le 500
# The next look at all of them is far away now; the timeouts are looked at more often.
longest() { flows | jq 'map(.left_ms) | max'; }
vs --set 0 0 40
sleep 1
py cl udp ask $VIP 10001 1 5
within "a new timeout counts after a second, all the same" "$(longest)" 20000 40000
vs --set 0 0 300
adm --set-default off
wait_for 20 none_ours
adm --set-default on
check "by default all are so at once" wait_for 2 all_ours
vs -C
check "and none when IPVS has forgotten them" wait_for 90 none_ours
