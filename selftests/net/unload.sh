#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The module goes in and out; nothing of it stays.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 9

refs() { awk '$1 == "lvsx" { print $3 }' /proc/modules; }
idle() { [[ $(refs) = 0 ]]; }

check "inserted with nothing configured, taken out" eval "lvsx_insert && lvsx_remove"
check "a second insert while it is in is refused" eval "lvsx_insert && fails insmod $LVSX_KO"
check "an unknown parameter does no harm" eval "lvsx_remove && { insmod $LVSX_KO no_such_parameter=1 || insmod $LVSX_KO; }"
lvsx_remove

fullnat_up
for round in 1 2 3; do
	same "round $round: it serves" "$(get_ids 2)" "r1:1 r2:1"
	hold 50
	note "with $(adm -L --flows --json | jq length) flows"
	lvsx_remove
	stop "$spawned"
	lvsx_insert
	adm -P -t $SVC -z $L1
done
check "nothing holds the module while it is idle" wait_for 5 idle
check "after that many flows it goes at once" timeout 20 rmmod lvsx
check "no trace of it in /proc, /sys or netlink" \
	fails sh -c "ls -R /proc/net/ /sys/module/ /sys/kernel/slab/ 2>/dev/null | grep -i lvsx"
