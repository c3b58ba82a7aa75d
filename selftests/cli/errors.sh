#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What lvsxadm says when the kernel fails it half way: strace makes one of its messages to the kernel
# fail, and the sentence must tell what is done already and what is not.
. "$(dirname "$(realpath "$0")")/../net/topology.sh"
plan 24

topo_up
lvsx_insert

# failing_at N SENTENCE WORDS...: the Nth message cannot be sent; this is said, and nothing else.
failing_at() {
	local when=$1 sentence=$2
	shift 2
	! lb strace -o /dev/null -e trace=sendmsg -e "inject=sendmsg:error=ENOBUFS:when=$when" \
		"$lib_top/build/bin/lvsxadm" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || { echo "taken"; return 1; }
	cat "$tmp/out" "$tmp/err"
	[[ ! -s $tmp/out && $(<"$tmp/err") = "lvsxadm: $sentence" ]]
}
refused() { # SENTENCE WORDS...
	local sentence=$1
	shift
	! adm "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || { echo "taken"; return 1; }
	cat "$tmp/out" "$tmp/err"
	[[ ! -s $tmp/out && $(<"$tmp/err") = "lvsxadm: $sentence" ]]
}
marked() { adm -L --lvsx --json | jq 'map(select(.service.port == 80)) | length'; }
unsent="the request could not be sent: Out of memory"

# A service, deleted in IPVS but not in lvsx: messages are find IPVS, delete, find lvsx, forget.
adm -A -t $SVC -s rr
adm --adopt -t $SVC
check "-D: what lvsx keeps" failing_at 4 "TCP $SVC is deleted in IPVS, but lvsx keeps what it was told of it: $unsent" -D -t $SVC
same "IPVS has it no more" "$(vs -S -n)" ""
same "lvsx knows it still" "$(marked)" 1
check "--forget ends that" adm --forget -t $SVC
same "lvsx knows it no more" "$(marked)" 0
check "-D: nothing is done where IPVS is not reached" failing_at 2 "$unsent" -D -t $SVC

# The whole table: find IPVS, flush, find lvsx, its services, its setting, ...
adm -A -t $SVC -s rr
adm -P -t $SVC -z $L1
check "-C: lvsx's part is left" failing_at 6 "IPVS's table is cleared, but not lvsx's: $unsent" -C
same "IPVS's part is not" "$(vs -S -n)" ""
same "lvsx's is all there" "$(adm -G -t $SVC --json | jq length)" 1
check "-C again clears that" adm -C
same "lvsx's is gone" "$(adm -G --json | jq length)" 0

# A real server that IPVS refuses: find IPVS, the service; find lvsx, the service; mark, add, take the
# mark back.
adm -A -t $SVC -s rr
check "-a -b: IPVS is not reached" failing_at 6 "$unsent" -a -t $SVC -r $R1:80 -b
same "no mark is left" "$(marked)" 0
adm -a -t $SVC -r $R1:80 -m
already="TCP $SVC already has the real server $R1:80: change it with -e"
check "-a -b: IPVS refuses" refused "$already" -a -t $SVC -r $R1:80 -b
same "no mark is left" "$(marked)" 0
adm -P -t $SVC -z $L1
check "-a -b: IPVS refuses, where local addresses make it FullNAT" refused "$already" -a -t $SVC -r $R1:80 -b
adm -Q -t $SVC -z $L1
same "no mark is left" "$(marked)" 0
check "-a -b: and the mark cannot be taken back" failing_at 7 \
	"$already; and TCP $SVC stays marked as FullNAT: $unsent" -a -t $SVC -r $R1:80 -b
same "the mark is left" "$(marked)" 1

check "-P -F: no such device" refused \
	"there is no network device 'nonesuch' here: give one that 'ip link' shows, or leave -F out" \
	-P -t $SVC -z $L2 -F nonesuch
check "-P: no such service" refused "IPVS has no service TCP $VIP:81: add it first with -A" -P -t $VIP:81 -z $L2
check "--adopt: no such service" refused "IPVS has no service TCP $VIP:81: add it first with -A" --adopt -t $VIP:81
check "--forget: of a service that lvsx does not know" refused \
	"lvsx does not handle this service: see lvsxadm -L --lvsx" --forget -t $VIP:81
