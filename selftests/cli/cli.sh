# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Two namespaces with the same IPVS table, `stock` for the real ipvsadm and `ours` for lvsxadm. Sourced
# by the scripts of this folder.
. "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../lib.sh"
cli_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck disable=SC2034 # for the scripts
cli_admin=$lib_top/build/bin/lvsxadm cli_manual=$lib_top/tools/lvsxadm/lvsxadm.8

in_ns() { local ns=$1; shift; nsenter --net="/run/netns/cli-$ns" "$@"; }

# Hosts whose names do not fit their columns. The guest's root is thrown away.
cli_names() {
	[[ ${LVSX_KERNEL:-} ]] || return 0
	cat >>/etc/hosts <<-H
		10.0.0.10 a-very-long-host-name-indeed.example.com short
		192.0.2.1 a-very-long-service-name-indeed.example.com
		2001:db8::2 v6host
	H
}

pair_up() {
	local ns
	modprobe ip_vs
	for ns in stock ours; do
		ip netns add "cli-$ns"
		at_end ip netns del "cli-$ns"
		ip -n "cli-$ns" link set lo up
		fill "$ns"
		state "$ns" >"$tmp/$ns.first"
	done
}

fill() { grep -v "^#" "$cli_dir/table" | in_ns "$1" ipvsadm -R; }

# All that the real tool knows of a namespace, but for counters; one process for all of
# it, and in no order: ipvsadm has none for addresses that are far apart.
state() {
	printf '%s\n' "-S -n" "-L -n --thresholds" "-L --timeout" "-L --daemon" | in_ns "$1" ipvsadm -R | sort
}

# Back to the table, where the last command left something else.
reset_if_changed() {
	local ns
	for ns in stock ours; do
		! cmp -s "$tmp/$ns.state" "$tmp/$ns.first" || continue
		in_ns "$ns" ipvsadm -C
		fill "$ns"
		in_ns "$ns" ipvsadm --set 900 120 300
		! grep -q 'master sync' "$tmp/$ns.state" || in_ns "$ns" ipvsadm --stop-daemon master
		! grep -q 'backup sync' "$tmp/$ns.state" || in_ns "$ns" ipvsadm --stop-daemon backup
	done
}
