# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What every test script shares: KTAP, waiters, background programs and the end of a script. Sourced,
# never run. A script says `plan N`, then makes N checks; whatever happens, the EXIT trap reports
# what was not reached, undoes what was registered, and checks that the guest is as it was found.
set -eu -o pipefail

lib_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
# shellcheck disable=SC2034 # for the scripts
lib_top=$(realpath "$lib_dir/..")
lib_me=$(basename "$0")
lib_made=0 lib_failed=0 lib_skipped=0 lib_planned=0 lib_pids=() lib_undo=()
tmp=$(mktemp -d "${TMPDIR:-/tmp}/lvsx.XXXXXX")

note() { printf '# %s\n' "$*"; }

# The scripts load modules and take IPVS over: only where nothing is lost by it.
guard() {
	if [[ ! ${LVSX_KERNEL:-} && ${LVSX_ON_THIS_HOST:-} != 1 ]]; then
		echo "$lib_me: takes over this machine's IPVS; run it in a guest (selftests/vm/run -- $0) or set LVSX_ON_THIS_HOST=1" >&2
		rm -rf "$tmp"
		exit 2
	fi
	[[ $(id -u) = 0 ]] || { echo "$lib_me: needs root" >&2; rm -rf "$tmp"; exit 2; }
}

# plan N: how many checks follow; the clean-up is one more.
plan() {
	guard
	lib_planned=$(($1 + 1))
	echo "KTAP version 1"
	echo "1..$lib_planned"
	lib_log=$(log_length)
	trap lib_finish EXIT
	trap 'exit 143' INT TERM
}

result() { # ok|"not ok" NAME
	lib_made=$((lib_made + 1))
	echo "$1 $lib_made $2"
	[[ $1 = ok ]] || lib_failed=$((lib_failed + 1))
}

# check NAME COMMAND...: passes if the command does; else its output is shown.
check() {
	local name=$1
	shift
	if "$@" >"$tmp/check" 2>&1; then
		result ok "$name"
	else
		result "not ok" "$name"
		note "failed: $*"
		sed 's/^/# /' "$tmp/check" | head -n 40
	fi
}

# same NAME GOT EXPECTED
same() {
	if [[ $2 = "$3" ]]; then
		result ok "$1"
	else
		result "not ok" "$1"
		note "got      $2"
		note "expected $3"
	fi
}

# within NAME GOT LOW HIGH
within() {
	if [[ $2 =~ ^-?[0-9]+$ ]] && (($2 >= $3 && $2 <= $4)); then
		result ok "$1"
	else
		result "not ok" "$1"
		note "got $2, expected $3 to $4"
	fi
}

skip() { # NAME REASON
	lib_made=$((lib_made + 1)) lib_skipped=$((lib_skipped + 1))
	echo "ok $lib_made $1 # SKIP $2"
}

# skip_rest REASON: what is left cannot be tried here.
skip_rest() {
	while ((lib_made < lib_planned - 1)); do skip "left out" "$1"; done
	exit 0
}

# What is not to happen is waited for by the clock: how fast the guest is has no part in it.
fails() {
	local lib_clock=1
	! "$@"
}

# Hundredths of a second in which this guest's CPUs had work.
lib_worked() {
	local user nice system irq softirq
	read -r _ user nice system _ _ irq softirq _ </proc/stat
	lib_work=$((user + nice + system + irq + softirq))
}

# wait_for SECONDS COMMAND...: polls until the command succeeds. Its output is not shown. While the guest
# works, it makes headway, however slowly: only the time in which it had nothing to do counts, and all of
# it when that makes ten times as much.
wait_for() {
	local began=${EPOCHREALTIME/./} most=$(($1 * 1000000)) work spent
	lib_worked
	work=$lib_work
	shift
	until "$@" >/dev/null 2>&1; do
		lib_worked
		spent=$((${EPOCHREALTIME/./} - began))
		[[ ! ${lib_clock:-} ]] || lib_work=$work
		((spent - (lib_work - work) * 10000 < most && spent < 10 * most)) || return 1
		sleep 0.1
	done
}

# spawn COMMAND...: in the background, ended with the script. The process id is in $spawned.
spawn() {
	"$@" <&0 &	# said, since the shell would give it /dev/null
	spawned=$!
	lib_pids+=("$spawned")
}

# stop PID [SIGNAL]: end a spawned process and wait for it.
stop() {
	kill "-${2:-TERM}" "$1" 2>/dev/null || true
	wait "$1" 2>/dev/null || true
}

# at_end COMMAND...: run when the script ends, the last one first.
at_end() { lib_undo+=("$(printf '%q ' "$@")"); }

log_length() { dmesg | wc -l; }

# Anything in the kernel log since the script began that a kernel only says when it is in trouble?
log_clean() {
	local rc=0
	dmesg | tail -n "+$((lib_log + 1))" | "$lib_dir/vm/guest/complaints" -A 20 || rc=$?
	((rc == 1)) # none: 0 is a complaint, more is a failure to look
}

lib_clean() {
	local i pid rc=0
	for pid in "${lib_pids[@]}"; do kill "$pid" 2>/dev/null || true; done
	for pid in "${lib_pids[@]}"; do wait "$pid" 2>/dev/null || true; done
	for ((i = ${#lib_undo[@]} - 1; i >= 0; i--)); do
		eval "${lib_undo[i]}" || { echo "failed: ${lib_undo[i]}"; rc=1; }
	done
	log_clean || rc=1
	return $rc
}

lib_finish() {
	local rc=$?
	trap - EXIT
	set +e
	if ((lib_made < lib_planned - 1)); then
		result "not ok" "ended early, exit code $rc"
		while ((lib_made < lib_planned - 1)); do skip "not reached" "ended early"; done
	fi
	check "everything is cleaned up, the kernel log is clean" lib_clean
	((lib_made == lib_planned)) || { note "made $lib_made checks, planned $lib_planned"; lib_failed=$((lib_failed + 1)); }
	echo "# Totals: pass:$((lib_made - lib_failed - lib_skipped)) fail:$lib_failed xfail:0 xpass:0 skip:$lib_skipped error:0"
	rm -rf "$tmp"
	exit $((lib_failed > 0))
}
