#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Do the commands of Documentation/debugging.md show what the page says? Each is run as it stands there, in
# that order, beside traffic; those of lvsxadm are pages.sh's.
. "$(dirname "$(realpath "$0")")/../net/topology.sh"
page=$lib_top/Documentation/debugging.md

commands() { awk '/^```/ { fence = !fence; next } fence && $1 != "lvsxadm" { sub(/  +#.*/, ""); print }' "$page"; }
# How a command begins, and what its output must have in it; nothing: it has none.
event="lvsx_packet.*$CLIENT:[0-9]+ > $VIP:80 bytes=[0-9]+ verdict=forward reason=fwd"
expected=(
	"echo " ""
	"timeout 10 cat" "$event"
	"perf stat" " [1-9][0-9,]* +lvsx:lvsx_packet"
	"perf trace" "lvsx_packet\(.*dport: 80, proto: 6, verdict: 1"
	"perf record -a -e" "Captured and wrote .* \([1-9][0-9]* samples\)"
	"perf script" "$event"
	"bpftrace -e 'tracepoint:lvsx:lvsx_packet { @[args->verdict" "^@\[[0-9]+, [0-9]+\]: [1-9]"
	"bpftrace -e 'tracepoint:lvsx:lvsx_packet /args->verdict" "^$CLIENT:[0-9]+ > $VIP:7 reason [1-9]"
	"bpftrace -e 'tracepoint:lvsx:lvsx_packet { @packets" "^@packets\[[01]\]: [1-9]"
	"bpftrace -e 'tracepoint:lvsx:lvsx_packet /args->dport" "^@clients\[$CLIENT\]: [1-9]"
	"bpftrace -e 'tracepoint:lvsx:lvsx_packet { @bytes" "^@bytes\[80\]:"
	"bpftrace -e 'tracepoint:skb" "^@\[nf_hook_slow\]: [1-9]"
	"tcpdump" "$CLIENT\.[0-9]+ > $VIP\.80: .*"
	"perf record -a -g" "Captured and wrote .* \([1-9][0-9]* samples\)"
	"perf report" "^ +[0-9.]+% .* \[k\] lvsx_\w+"
	"timeout 2 cat" "lvsx_\w+\(\).*\{|lvsx_\w+.*\(\);"
	"dmesg" "lvsx: ready; no service is touched"
	"grep" "/reset_rate:[0-9]+"
)
# The row for a command, its number in $row.
find_row() {
	for ((row = 0; row < ${#expected[@]}; row += 2)); do
		[[ $1 != "${expected[row]}"* ]] || return 0
	done
	return 1
}

# run COMMAND: as a shell on the balancer reads it; what goes on until it is interrupted is, once it has begun.
run() {
	local rc=0
	if [[ $1 = bpftrace* ]]; then
		spawn_on lb bash -c "exec $1"
		wait_for 120 grep -q Attaching "$tmp/shown"
		sleep 5
		kill -INT "$spawned"
		wait "$spawned" || rc=$?
	else
		lb timeout -k 10 $((120 * net_patience)) bash -ec "$1" || rc=$?
		[[ $1 != timeout* || $rc != 124 ]] || rc=0
	fi
	return $rc
}
shows() { # COMMAND
	find_row "$1" || { echo "this script does not know what it should show"; return 1; }
	used[row]=1
	run "$1" >"$tmp/shown" 2>&1 || { echo "exit code $?"; cat "$tmp/shown"; return 1; }
	tail -n 30 "$tmp/shown"
	if [[ ${expected[row + 1]} ]]; then grep -qE "${expected[row + 1]}" "$tmp/shown"; else [[ ! -s $tmp/shown ]]; fi
}

mapfile -t all < <(commands)
used=()
plan $((${#all[@]} + 3))
check "there are commands" test ${#all[@]} -ge 20
[[ -d /sys/kernel/tracing/events ]] || skip_rest "this kernel has no tracepoints"
fullnat_up
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7 -w 0 # so that each packet is dropped
data_file 8
ask() { while :; do get id -m 2; get_from=$VIP:7 get id -m 2; sleep 0.2; done >/dev/null 2>&1 || true; }
fetch() { while get 8m -m 60 --limit-rate 2M; do :; done >/dev/null 2>&1 || true; }
spawn ask
spawn fetch
for one in "${all[@]}"; do check "${one:0:100}" shows "$one"; done
same "each of them was found on the page" "${#used[@]}" $((${#expected[@]} / 2))
check "a command that shows something else would be found" fails shows "dmesg | grep 'lvsx: gone'"
