#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A million live flows: lists of them are whole, take memory that does not grow with their number, and
# traffic goes on meanwhile. One flow is found without reading the others. And with a thousand services
# of fifty real servers each beside them, listing these takes no more than one and a half of the real
# tool's time.
. "$(dirname "$(realpath "$0")")/../lib.sh"
plan 18

# The bench's balancer and its opener of connections, which also tells whether they still work.
case="flows"
# shellcheck source=../bench/balancer.sh
. "$lib_top/selftests/bench/balancer.sh"
at_end rm -rf "$ram"
crowd=/sys/module/lvsx_crowd/parameters
count=1000000 reals=4 proto=udp
locals=10.2.1.0-10.2.1.7

setup
at_end teardown
ip -n $ns route add local 10.2.1.0/24 dev lo
lvsx
for ((i = 1; i < reals; i++)); do in_ns ipvsadm -a -u $vip:80 -r "10.2.0.$((2 + i)):80" -m; done
# None may end meanwhile: an emulated hour passes soon.
in_ns ipvsadm --set 0 0 360000
in_ns insmod "$ram/lvsx_crowd.ko" src=$client dst=$vip real=$real reals=$reals local=10.2.1.0 locals=8 proto=$proto
at_end rmmod lvsx_crowd

tell() { echo "$2" >"$crowd/$1"; }
check "a million connections are opened" tell open $count
check "and work" tell check 1

# Each check sends three packets of every connection of the sample, and fails if one is not translated
# as ever. `checks` counts those that were begun and ended while a list was being made.
traffic() {
	while :; do
		tell check 1 || { echo bad >>"$tmp/checks"; return 1; }
		echo good >>"$tmp/checks"
	done
}
: >"$tmp/checks"
traffic &
traffic=$!
lib_pids+=("$traffic")
wait_for 60 grep -q good "$tmp/checks"

# list LINES WORDS...: so many lines of a list into $tmp/list; what lvsxadm had of memory at most, in KiB,
# in its first second and in all, is in $early and $most. The kernel keeps the largest number.
most_memory() { awk '$1 == "VmHWM:" { print $2 }' "/proc/$1/status" 2>/dev/null || true; }
list() {
	local lines=$1 now listing
	shift
	ip netns exec $ns "$ram/lvsxadm" "$@" > >(head -n "$lines" >"$tmp/list") &
	listing=$!
	sleep 1
	early=$(most_memory $listing) most=$early
	while now=$(most_memory $listing) && [[ $now ]]; do most=$now; sleep 0.2; done
	wait $listing || true
	wait_for 10 listed "$lines"
}
listed() { (($(wc -l <"$tmp/list") >= $1)); }

# One of them whole, and of the others as much as says that nothing is kept: a tenth of them is 7 MiB and more.
whole=$((count + 1)) part=$((count / 10))
while read -r lines words; do
	began=$(wc -l <"$tmp/checks") seconds=$EPOCHSECONDS
	# shellcheck disable=SC2086 # words
	list "$lines" $words
	rounds=$(($(wc -l <"$tmp/checks") - began))
	note "$words: $lines lines of $(($(wc -c <"$tmp/list") / 1024)) KiB in $((EPOCHSECONDS - seconds)) s, with $early KiB of memory after a second, $most KiB in the end, and $rounds rounds of traffic"
	((lines != whole)) || same "$words: all of them" "$(grep -cF "$vip:80" "$tmp/list")" $count
	check "$words: as many lines" listed "$lines"
	within "$words: takes no more memory for many than for few" "$most" 1 $((early + 1024))
	within "$words: traffic went on" $rounds 1 1000000
done <<-L
	$whole -L --flows
	$part -L --flows --json
	$part -Lnc
L
stop "$traffic"
same "no packet of it was lost or changed" "$(grep -c bad "$tmp/checks" || true)" 0

# One of them: no list, so the emulated command takes no longer than with none.
wanted=10.0.0.12:44321
check "--where finds one of a million" grep -F "by FullNAT, from 10.2.1." <(in_ns "$ram/lvsxadm" --where $wanted $vip:80)

# Processor time of the fastest of three, in milliseconds: others use this machine, too. What it
# says of services without a local address is not measured.
fastest() { # OUTPUT COMMAND...
	local took best=999999 out=$1 TIMEFORMAT='%U %S'
	shift
	for _ in 1 2 3; do
		took=$({ time in_ns "$@" >"$out" 2>"$tmp/said"; } 2>&1 | awk '{ printf "%d", ($1 + $2) * 1000 }')
		((took >= best)) || best=$took
	done
	echo "$best"
}
for ((s = 0; s < 1000; s++)); do
	service=10.3.$((s / 250)).$((s % 250 + 1)):80
	printf '%s\n' "-A -t $service -s wlc" "--adopt -t $service"
	for ((r = 1; r <= 50; r++)); do echo "-a -t $service -r 10.2.0.$r:80 -m"; done
done >"$tmp/table"
seconds=$EPOCHSECONDS
check "-R makes a thousand services of fifty real servers" adm -R <"$tmp/table"
note "-R: $((EPOCHSECONDS - seconds)) s"
stock=$(fastest "$tmp/stock" ipvsadm -Ln) ours=$(fastest "$tmp/ours" "$ram/lvsxadm" -Ln)
note "-Ln of 51000 lines beside a million flows: ipvsadm $stock ms, lvsxadm $ours ms"
same "they are FullNAT" "$(grep -c ' FullNat ' "$tmp/ours")" $((50000 + reals))
check "but for that, the text is the same" cmp "$tmp/stock" <(sed 's/FullNat/Masq   /' "$tmp/ours")
check "at most 1.5 times the time" test $((ours * 10)) -le $((stock * 15))
