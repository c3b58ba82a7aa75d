#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# A million live flows: lists of them are whole, take memory that does not grow with their number, and
# traffic goes on meanwhile. One flow is found without reading the others.
. "$(dirname "$(realpath "$0")")/../lib.sh"
plan 13

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
# peak OUTPUT WORDS...: the most memory that lvsxadm had, in KiB.
peak() {
	python3 - "$@" <<-'P'
	import resource, subprocess, sys
	with open(sys.argv[1], "w") as out:
	    subprocess.run(sys.argv[2:], stdout=out, check=True)
	print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
	P
}
: >"$tmp/checks"
traffic &
traffic=$!
lib_pids+=($traffic)
wait_for 60 grep -q good "$tmp/checks"

few=$(in_ns bash -c "$(declare -f peak); peak /dev/null '$ram/lvsxadm' -L --counters")
for words in "-L --flows" "-L --flows --json" "-Lnc"; do
	began=$(wc -l <"$tmp/checks") seconds=$EPOCHSECONDS
	# shellcheck disable=SC2086 # words
	most=$(in_ns bash -c "$(declare -f peak); peak \"\$@\"" - "$tmp/list" "$ram/lvsxadm" $words)
	note "$words: $((EPOCHSECONDS - seconds)) s, at most $most KiB (a list of counters: $few KiB), $(($(wc -l <"$tmp/checks") - began)) rounds of traffic"
	same "$words: all of them" "$(grep -c "$vip" "$tmp/list")" $count
	within "$words: at most 4 MiB more than a short list needs" "$most" 0 $((few + 4096))
	within "$words: traffic went on" $(($(wc -l <"$tmp/checks") - began)) 1 1000000
done
stop $traffic
same "no packet of it was lost or changed" "$(grep -c bad "$tmp/checks" || true)" 0

# One of them: no list, so the emulated command takes no longer than with none.
wanted=10.0.0.12:44321
check "--where finds one of a million" grep -F "by FullNAT, from 10.2.1." <(in_ns "$ram/lvsxadm" --where $wanted $vip:80)
