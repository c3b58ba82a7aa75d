# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034 # some are for the caller alone
#
# What fetch, build and run share: the cache's layout, the table of kernels, messages and long steps.
# Sourced, never run. The caller has set -eu.

shopt -s inherit_errexit

vm_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
vm_top=$(realpath "$vm_dir/../..")
vm_cache=${LVSX_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/lvsx}
vm_me=${0##*/}

# Everything that is not the command's own output goes to standard error.
say() { printf '%s: %s\n' "$vm_me" "$*" >&2; }
die() { say "$*"; exit 1; }

# A kernel's files. The link is set last, so what it leads to is whole. One that is built here has its recipe
# in the link's name: checkouts with other fragments share the cache and do not build each other's away.
kernel_dir() {
	local row
	row=$(kernel_row "$1")
	printf '%s/kernels/%s' "$vm_cache" "$1"
	# shellcheck disable=SC2086 # words on purpose
	[[ $row != source\ * ]] || printf '@%s' "$(kernel_recipe $row)"
}

# What a kernel in the cache was made from: the table's line and, for our own builds, the fragments.
kernel_recipe() { # KIND ARG...
	local f
	[[ $1 = source ]] || { echo "$@"; return; }
	shift
	{ echo "$@"; shift 2; for f; do cat "$vm_dir/config/$f.config"; done; } | sha256sum | cut -c1-12
}

kernel_names() { awk '!/^#/ && NF { print $1 }' "$vm_dir/kernels"; }

# kernel_row NAME: the table's line without the name, or an error that lists the names.
kernel_row() {
	local row
	row=$(awk -v n="$1" '$1 == n { $1 = ""; print substr($0, 2) }' "$vm_dir/kernels")
	[[ $row ]] || die "no kernel '$1'; expected one of: $(kernel_names | xargs)"
	printf '%s' "$row"
}

# kernel_default: KERNEL= and DEBUG=1 of the environment.
kernel_default() { [[ ${DEBUG:-0} = 1 ]] && echo debug || echo "${KERNEL:-6.1}"; }

# step TEXT CMD...: runs a long command with its output in a log, says how long it has been going, and
# shows the end of the log when it fails.
step() {
	local text=$1 log start=$SECONDS pid rc=0 beat=0
	shift
	mkdir -p "$vm_cache/log"
	log=$vm_cache/log/$(tr -cs 'a-zA-Z0-9.\n' - <<<"$text").log
	say "$text ..."
	# A process group of its own, so that an interrupt ends make's children too.
	set -m
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	set +m
	trap 'kill -- -$pid; exit 130' INT TERM
	while kill -0 $pid 2>/dev/null; do
		sleep 0.2
		if (( ++beat % 150 == 0 )); then
			say "$text ... $((SECONDS - start)) s, $(grep -c '^  [A-Z]' "$log" || true) steps"
		fi
	done
	wait $pid || rc=$?
	trap - INT TERM
	if (( rc )); then
		tail -n 40 "$log" >&2
		say "$text: failed after $((SECONDS - start)) s (exit $rc); all of it is in $log"
		return $rc
	fi
	say "$text: $((SECONDS - start)) s"
}
