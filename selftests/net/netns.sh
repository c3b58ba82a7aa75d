#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Balancers in two namespaces know nothing of each other, and a namespace goes away with its flows.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 10

fullnat_up
T=2 topo_up
T=2 web r1
T=2 server r1 tcp echo 7
server r1 tcp echo 7
same "the other namespace has no local addresses" "$(T=2 adm -G --json | jq length)" 0
same "and counts nothing" "$(T=2 counter fwd)" 0
T=2 vs -A -t $SVC -s rr
T=2 vs -a -t $SVC -r $R1:80 -m
check "the same service there is stock masquerading, which fails" fails eval "T=2 get id -m 2"
T=2 adm -P -t $SVC -z $L2
same "until it has a local address of its own" "$(T=2 get_ids 2)" "r1:2"
same "the first serves both of its real servers" "$(get_ids 2)" "r1:1 r2:1"
same "each real server saw its own balancer's local address" \
	"$(web_peers r1) $(T=2 web_peers r1)" "$L1 $L2"

# Who made a namespace without being root could take all memory with its tables.
check "the namespaces of other users have no FullNAT" refused_by \
	"FullNAT needs a network namespace of the initial user namespace: nobody would be charged for its tables" \
	unshare -Urn "$lib_top/build/bin/lvsxadm" --set-default on

# made_and_gone N: milliseconds that N namespaces take to come, and to go for good.
made_and_gone() {
	local i begun=${EPOCHREALTIME/./}
	for ((i = 0; i < $1; i++)); do ip netns add "lvsx-idle$i"; done
	for ((i = 0; i < $1; i++)); do ip netns del "lvsx-idle$i"; done
	# What goes is collected in the order in which it went: the wait for this one is for all.
	unshare -n true
	echo $(((${EPOCHREALTIME/./} - begun) / 1000))
}
trace=/sys/kernel/tracing
if grep -qw function $trace/available_tracers 2>/dev/null; then
	printf '%s\n' synchronize_net synchronize_rcu synchronize_rcu_expedited rcu_barrier >$trace/set_ftrace_filter
	echo 1 >$trace/options/sym-offset # which names the caller's module, too
	echo function >$trace/current_tracer
	at_end eval "echo nop >$trace/current_tracer; echo >$trace/set_ftrace_filter"
	note "20 namespaces without FullNAT came and went in $(made_and_gone 20) ms"
	grep '<-' $trace/trace >"$tmp/waits"
	echo nop >$trace/current_tracer
	check "namespaces that never had FullNAT go without a wait of ours, of the many that there are" \
		eval "grep -q cleanup_net_list $tmp/waits && ! grep -m 3 -F '[lvsx]' $tmp/waits"
else
	skip "namespaces that never had FullNAT go without a wait of ours" "this kernel has no function tracer"
fi

T=2 fullnat_service -t $VIP:7 rr
T=2 fullnat_real -t $VIP:7 $R1:7
T=2 talk $VIP 7
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7
TALK=1 talk $VIP 7
# The processes that hold it open go with it.
T=2 topo_gone
check "the other namespace is deleted with an open connection, this one's goes on" eval "TALK=1 talk_line word"
start=$SECONDS
ip netns del lvsx-lb
check "the first is deleted too and rmmod comes back within 30 s" timeout 30 rmmod lvsx
note "rmmod took $((SECONDS - start)) s"
