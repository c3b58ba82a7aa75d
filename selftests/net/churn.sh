#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Everything changes under traffic: schedulers, weights, real servers, services, local addresses, the
# module. Clients may fail while it does; afterwards all must be as at first, and the kernel silent.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 6

fullnat_up
fullnat_echo
flood=$(tool flood)
cl ip route add 10.1.0.0/16 dev lo
lb ip route add 10.1.0.0/16 via $CLIENT

spawn_on cl bash -c "while :; do curl -s -m 1 -o /dev/null http://$SVC/id; done"
load1=$spawned
spawn_on cl wrk -t 1 -c 8 -d 6h "http://$SVC/id" >/dev/null
load2=$spawned
spawn_on cl bash -c "n=0; while :; do $flood udp 10.1.0.1 $VIP 53 \$n 200 >/dev/null; n=\$((n + 200)); sleep 0.2; done"
load3=$spawned

# Stock has the SYNs that came while the module was out.
stock_syns() { vs -Lnc | awk -v v="$SVC" '$3 == "SYN_RECV" && $5 == v { n++ } END { print n + 0 }'; }
active_is_stocks() { conns_are ACTIVE "$(stock_syns)" -t $SVC; }

rounds=${LVSX_CHURN:-3}
for ((i = 0; i < rounds; i++)); do
	for s in wrr lc wlc sh mh sed nq dh rr; do vs -E -t $SVC -s $s; done
	for w in 0 5 1; do vs -e -t $SVC -r $R1:80 -m -w $w; done
	vs -d -t $SVC -r $R2:80
	vs -a -t $SVC -r $R2:80 -m
	adm -P -t $SVC -z $L2
	adm -Q -t $SVC -z $L1
	adm -P -t $SVC -z $L1
	adm -Q -t $SVC -z $L2
	vs -D -t $SVC
	vs -A -t $SVC -s rr
	fullnat_real -t $SVC $R1:80
	fullnat_real -t $SVC $R2:80
	adm -L --flows >/dev/null
	note "round $((i + 1)) of $rounds"
done
check "traffic came through while all that changed" test "$(counter rev)" -gt 50
reloaded=0
for ((i = 0; i < rounds; i++)); do
	lvsx_remove && lvsx_insert && adm -P -t $SVC -z $L1 && adm -P -u $VIP:53 -z $L1 && reloaded=$((reloaded + 1))
	sleep 0.5
done
same "the module was reloaded under traffic" $reloaded "$rounds"
for p in "$load1" "$load2" "$load3"; do stop "$p"; done
check "then both real servers answer" wait_for 10 ids_are "r1:1 r2:1" 2
check "UDP too" py cl udp ask $VIP 53 100 5
check "taken out under no traffic" lvsx_remove
check "what is counted active then is stock's alone" wait_for 10 active_is_stocks
