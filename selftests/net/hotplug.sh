#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# CPUs that go and come: the first packet that one sees opens a connection, and the flows of one
# that is off end when their time has come.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 9

last=$(($(nproc) - 1))
switch() { echo "$2" >/sys/devices/system/cpu/cpu"$1"/online; }
flows_of() { flows | jq "[.[] | select(.vip.port == 53 and .cpu == $1)] | length"; }
any_of() { (($(flows_of "$1") > 0)); }
# ask_there NUMBER: asks from the last CPU.
ask_there() {
	cl taskset -c $last /usr/bin/python3 -I -S "$net_dir/tools/udp.py" ask $VIP 53 64 1 "$1" >/dev/null
}
# arrives: switches the last CPU on while a client waits for it.
arrives() {
	py_spawn cl udp arrive $VIP 53 $last
	wait_for 10 grep -q waiting "$py_out"
	switch $last 1
	wait_for 10 grep -q '^[al]' "$py_out" || true
	tail -n 1 "$py_out"
}

if ((last == 0)) || [[ ! -e /sys/devices/system/cpu/cpu$last/online ]]; then
	skip_rest "no CPU here can be switched off"
fi
at_end switch $last 1
topo_up
lvsx_insert
vs --set 900 120 4
switch $last 0
fullnat_echo
before=$(counter no_port)
same "one that was off when FullNAT began opens a connection with its first packet" \
	"$(arrives)" answered
same "no_port does not count" "$(counter no_port)" "$before"
ask_there 10
check "it has flows" any_of $last
switch $last 0
check "the flows of a CPU that is off end with their timeout" wait_for 20 flow_gone 53
check "and are not counted at the real server any more" wait_for 10 conns_are INACTIVE 0 -u $VIP:53
same "it opens a connection with its first packet when it comes back" "$(arrives)" answered
same "no_port does not count then" "$(counter no_port)" "$before"

# While there is traffic on all of them.
py_spawn cl udp stream $VIP 53 20053 0.01
for round in 1 2 3 all; do
	[[ $round != all ]] || break
	switch $last 0
	py cl udp ask $VIP 53 64 1 20 >/dev/null || break
	switch $last 1
	py cl udp ask $VIP 53 64 1 20 >/dev/null || break
	ask_there 20 || break
done
same "a CPU goes and comes three times under traffic, which is all answered" "$round" all
switch $last 0
check "the module goes while a CPU is off that has flows" lvsx_remove
switch $last 1
