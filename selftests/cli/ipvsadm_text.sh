#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Every line of `lines` through the real ipvsadm and through lvsxadm, each in a namespace of its own
# with the same table: what the kernel holds afterwards, standard output and exit code must be the
# same. The only exceptions are the lines that lvsxadm(8) lists under DIFFERENCES (comments there
# name them); one of these that turns out to be equal fails as well.
. "$(dirname "$(realpath "$0")")/cli.sh"

# LVSX_CLI_LINES: only these, as sed names them ("10,20p").
mapfile -t lines < <(grep -v '^#' "$cli_dir/lines" | sed -n "${LVSX_CLI_LINES:-p}")
mapfile -t differences < <(sed -n 's/^\.\\" differs: //p' "$cli_manual")
plan $((${#lines[@]} + 2))
cli_names
pair_up

differs() { # LINE
	local one
	for one in "${differences[@]}"; do [[ $one != "$1" ]] || return 0; done
	return 1
}

try() { # WHOSE NAMESPACE TOOL WORDS...: standard output, exit code, and what the kernel holds then
	local whose=$1 ns=$2 rc=0
	shift 2
	in_ns "$ns" "$@" <"$tmp/input" >"$tmp/$whose.out" 2>"$tmp/$whose.err" || rc=$?
	echo "$rc" >"$tmp/$whose.rc"
	state "$ns" >"$tmp/$whose.state"
}

# The order of the kernel's own list is not the same in two namespaces.
where_ours() { [[ $1 =~ ^-(L|l|S|-list|-save) ]] && echo stock || echo ours; }

# What is not the same of the last try, if anything.
unequal() {
	local part
	for part in rc out state; do cmp -s "$tmp/stock.$part" "$tmp/ours.$part" || echo "$part"; done
}

compare() { # LINE
	local line=$1 words input='' parts
	[[ $line != *' < '* ]] || { input=${line#* < } line=${line%% < *}; }
	printf '%b' "$input" >"$tmp/input"
	eval "words=($line)"
	try stock stock ipvsadm "${words[@]}"
	try ours "$(where_ours "$line")" "$cli_admin" "${words[@]}"
	parts=$(unequal | xargs)
	if differs "$1"; then
		check "$1: differs, as lvsxadm(8) says" test -n "$parts"
	elif [[ ! $parts ]]; then
		result ok "$1"
	else
		result "not ok" "$1: not the same: $parts"
		for part in $parts; do diff -u "$tmp/stock.$part" "$tmp/ours.$part" | head -n 20 | sed 's/^/# /' || true; done
		sed 's/^/# lvsxadm said: /' "$tmp/ours.err" | head -n 3
	fi
	complained "$1"
	reset_if_changed
}

# Whoever is refused hears why, in one line.
silent=() wordy=()
complained() {
	[[ $(<"$tmp/ours.rc") != 0 ]] || return 0
	case $(wc -l <"$tmp/ours.err") in
	0) silent+=("$1") ;;
	1) ;;
	*) wordy+=("$1") ;;
	esac
}

set -f
for line in "${lines[@]}"; do compare "$line"; done
same "every refusal says why, in one line" "${silent[*]}${wordy[*]}" ""
stale=$(printf '%s\n' "${differences[@]}" | grep -vxF -f <(grep -v '^#' "$cli_dir/lines") || true)
same "lvsxadm(8) lists no difference that is not tried" "$stale" ""
