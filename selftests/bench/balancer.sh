# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The benched balancer, for the scripts that run in guests. Sourced.
#
#	client 10.0.0.2 ── in0 10.0.0.1 balancer 10.2.0.1 out0 ── real server 10.2.0.2
#	                        VIP 10.1.1.1, local addresses $locals
#
# in0 and out0 are dummy devices in a namespace of their own for each case: what is sent by them is
# counted and dropped, so that no other device's cost is measured. Nothing of a case is left to the next.

me=${0##*/}
top=$(realpath "$(dirname "$(realpath "$0")")/../..")
client=10.0.0.2 vip=10.1.1.1 real=10.2.0.2 locals=10.2.0.100-10.2.0.103
ns=bench
modules=$top/build/${LVSX_KERNEL:?$me: run it in a guest: selftests/vm/run -- $0}/selftests/bench/inject
# Read once, since the host's files come slowly.
ram=$(mktemp -d)
cp "$modules"/*.ko "$LVSX_KO" "$top/build/bin/lvsxadm" "$ram"
grace=301 # by then stock IPVS cannot have connections any more: UDP's 300 s are the longest, see lvsx()
busy=

die() { echo "$me: $case: $*" >&2; exit 1; }
in_ns() { ip netns exec $ns "$@"; }
adm() { in_ns "$ram/lvsxadm" "$@"; }

# What may explain why a packet was not forwarded.
lvsx_counters() { ! grep -q '^lvsx ' /proc/modules || adm -L --counters >&2; }

setup() {
	ip netns add $ns
	# The kernel's own IPv6 packets would be counted as ours.
	in_ns sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	ip -n $ns -b - <<-E
		link set lo up
		link add in0 type dummy
		link add out0 type dummy
		link set in0 up
		link set out0 up
		addr add 10.0.0.1/16 dev in0
		addr add 10.2.0.1/16 dev out0
		addr add 10.2.0.100/16 dev out0
		addr add 10.2.0.101/16 dev out0
		addr add 10.2.0.102/16 dev out0
		addr add 10.2.0.103/16 dev out0
		route add default dev in0
	E
	in_ns sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.in0.rp_filter=0 net.ipv4.conf.out0.rp_filter=0
}

# The emulated clock leaps while all processes wait, for the host above all, and connections expire by it.
# With this it does not, as something always runs. User mode has a real clock.
stay_busy() {
	[[ $LVSX_KERNEL = uml ]] && return
	chrt -i 0 bash -c 'while :; do :; done' &
	busy=$!
}

# Hooks are taken out by name, since a namespace is deleted in the background and its hooks until then
# cost the next case some instructions.
teardown() {
	[[ ! $busy ]] || { kill "$busy"; wait "$busy" || true; }
	busy=
	in_ns ipvsadm -C 2>/dev/null || true
	in_ns nft flush ruleset
	! grep -q '^lvsx ' /proc/modules || rmmod lvsx
	ip netns del $ns
}

ipvs() { # METHOD
	# The largest hash table, so that its chains are no part of the figures.
	modprobe ip_vs conn_tab_bits=20
	ip -n $ns addr add $vip/32 dev lo
	in_ns ipvsadm -A "-${proto:0:1}" $vip:80 -s rr
	in_ns ipvsadm -a "-${proto:0:1}" $vip:80 -r $real:80 "$1"
}

lvsx() {
	ipvs -m
	in_ns ipvsadm --set 300 0 0
	insmod "$ram/lvsx.ko"
	adm -P "-${proto:0:1}" $vip:80 -z "$locals"
}
