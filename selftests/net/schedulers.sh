#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every scheduler that the kernel has decides as it does for stock connections.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 19

# The choice of the hashing schedulers by stock IPVS, for one datagram from the client.
hashing="sh dh mh"
SVC=$VIP:80
topo_up
server r1 udp echo 53 $R1
server r2 udp echo 53 $R2
web r1
web r2
has_scheduler() { modprobe -q "ip_vs_$1"; }

declare -A chosen
for s in $hashing; do
	has_scheduler "$s" || continue
	vs -A -u $VIP:53 -s "$s"
	vs -a -u $VIP:53 -r $R1:53 -m
	vs -a -u $VIP:53 -r $R2:53 -m
	py cl udp id $VIP 53 1 >/dev/null
	chosen[$s]=$(vs -Lnc | awk '$1 == "UDP" { sub(/:.*/, "", $6); print $6; exit }')
	vs -C
done
lvsx_insert
for s in $hashing; do
	has_scheduler "$s" || { skip "$s" "this kernel has no ip_vs_$s"; continue; }
	vs -A -u $VIP:53 -s "$s"
	vs -a -u $VIP:53 -r $R1:53 -m
	vs -a -u $VIP:53 -r $R2:53 -m
	adm -P -u $VIP:53 -z $L1
	same "$s: all of one client go where stock sends them" "$(py cl udp id $VIP 53 4)" "${chosen[$s]}:4"
	fullnat_gone -u $VIP:53
done

for s in lblc lblcr; do
	has_scheduler "$s" || { skip "$s" "this kernel has no ip_vs_$s"; continue; }
	vs -A -u $VIP:53 -s "$s"
	vs -a -u $VIP:53 -r $R1:53 -m
	vs -a -u $VIP:53 -r $R2:53 -m
	adm -P -u $VIP:53 -z $L1
	same "$s: all of one virtual address go to one real server" "$(py cl udp id $VIP 53 4 | sed 's/[23]:/x:/')" "10.0.2.x:4"
	fullnat_gone -u $VIP:53
done

# by SCHEDULER WEIGHT1 WEIGHT2: a fresh service.
by() {
	fullnat_gone -t $SVC 2>/dev/null || true
	fullnat_service -t $SVC "$1"
	fullnat_real -t $SVC $R1:80 -w "$2"
	fullnat_real -t $SVC $R2:80 -w "$3"
}
# Finished connections, one after the other.
turns() { # SCHEDULER WEIGHT1 WEIGHT2 NUMBER EXPECTED
	has_scheduler "$1" || { skip "$1" "this kernel has no ip_vs_$1"; return; }
	by "$1" "$2" "$3"
	same "$1, weights $2 and $3: of $4 in turn" "$(get_ids "$4")" "$5"
}
# Active connections of each real server.
active() { vs -Ln -t $SVC | awk '$1 == "->" && $2 ~ /:80/ { print $5 }' | xargs; }
active_are() { [[ $(active) = "$1" ]]; }
# Connections that stay open: active ones of each real server.
open() { # SCHEDULER WEIGHT1 WEIGHT2 NUMBER EXPECTED
	has_scheduler "$1" || { skip "$1" "this kernel has no ip_vs_$1"; return; }
	by "$1" "$2" "$3"
	hold "$4"
	same "$1, weights $2 and $3: of $4 open" "$(active)" "$5"
	stop "$spawned"
}
turns rr 1 1 4 "r1:2 r2:2"
turns wrr 3 1 8 "r1:6 r2:2"
turns fo 1 2 3 "r2:3"
open lc 1 1 4 "2 2"
open wlc 3 1 4 "3 1"
open sed 3 1 4 "3 1"
open nq 3 1 4 "3 1"
open ovf 3 2 6 "4 2"
if has_scheduler twos; then
	by twos 1 1
	same "twos: all are served" "$(get_ids 6 | tr ' ' '\n' | awk -F: '$1 ~ /^r[12]$/ { n += $2 } END { print n }')" 6
else
	skip twos "this kernel has no ip_vs_twos"
fi

by wrr 0 1
same "weight 0 gets no new connection" "$(get_ids 3)" "r2:3"
vs -e -t $SVC -r $R2:80 -m -w 0
before=$(counter no_real)
rc=0
get id -m 5 2>"$tmp/refused" || rc=$?
same "all weights 0: the client is refused at once" $rc 7
check "and it is counted" test "$(counter no_real)" -gt "$before"
vs -E -t $SVC -s rr
vs -e -t $SVC -r $R1:80 -m -w 1
vs -e -t $SVC -r $R2:80 -m -w 1
same "another scheduler and new weights hold for the next connection" "$(get_ids 4)" "r1:2 r2:2"
hold 2
vs -e -t $SVC -r $R1:80 -m -w 0
vs -E -t $SVC -s wlc
check "open connections stay where they are" wait_for 10 active_are "1 1"
