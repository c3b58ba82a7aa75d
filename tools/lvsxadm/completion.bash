# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Bash completion of lvsxadm. The arrays _lvsxadm_options (of each command) and _lvsxadm_values
# (what an option wants) are appended when lvsxadm is built, from its own table.
#
# What the operator has typed, and what devices are called, is only ever compared: it is no pattern,
# no script and no list of words for the shell to expand.

declare -gA _lvsxadm_options _lvsxadm_values

# The services that IPVS has, of one kind, as they are written behind -t, -u and so on.
_lvsxadm_services() { # KIND
	lvsxadm -S -n --stock 2>/dev/null | awk -v kind="$1" '$1 == "-A" && $2 == kind { print $3 }'
}

# The service that the line names, in the words of -S.
_lvsxadm_service() {
	local words i word value kind="" name="" six=""
	read -ra words <<<"$COMP_LINE"
	for ((i = 0; i < ${#words[@]}; i++)); do
		word=${words[i]%%=*} value=${words[i + 1]:-}
		[[ ${words[i]} != --*=* ]] || value=${words[i]#*=}
		case $word in
		-t | --tcp-service) kind=-t name=$value ;;
		-u | --udp-service) kind=-u name=$value ;;
		--sctp-service) kind=--sctp-service name=$value ;;
		-f | --fwmark-service) kind=-f name=$value ;;
		-6 | --ipv6) six=" -6" ;;
		esac
	done
	echo "$kind $name$six"
}

# The real servers of the service that the line names.
_lvsxadm_reals() {
	lvsxadm -S -n --stock 2>/dev/null | before="-a $(_lvsxadm_service) -r " awk '
		index($0, ENVIRON["before"]) == 1 {
			$0 = substr($0, length(ENVIRON["before"]) + 1)
			print $1
		}'
}

_lvsxadm_devices() {
	local device
	for device in /sys/class/net/*/; do
		device=${device%/}
		echo "${device##*/}"
	done
}

_lvsxadm_value() { # OPTION
	case $1 in
	-t | --tcp-service) _lvsxadm_services -t ;;
	-u | --udp-service) _lvsxadm_services -u ;;
	--sctp-service) _lvsxadm_services --sctp-service ;;
	-f | --fwmark-service) _lvsxadm_services -f ;;
	-r | --real-server) _lvsxadm_reals ;;
	-s | --scheduler) echo rr wrr lc wlc lblc lblcr dh sh sed nq fo ovf mh ;;
	-b | --sched-flags) echo flag-1 flag-2 flag-3 sh-fallback sh-port mh-fallback mh-port ;;
	--tun-type) echo ipip gue gre ;;
	--pe) echo sip ;;
	-j | --synproxy) echo disable ;;
	--client-address) echo off ;;
	--set-default | --set-reset) echo on off ;;
	--start-daemon | --stop-daemon) echo master backup ;;
	-F | --ifname | --mcast-interface | --ingress-on | --ingress-off) _lvsxadm_devices ;;
	esac
}

_lvsxadm() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
	local choices choice all IFS=$' \t\n'
	# bash takes addresses apart at their colons.
	if declare -F _get_comp_words_by_ref >/dev/null; then
		_get_comp_words_by_ref -n : -c word -p before
	fi
	# -b has a value, but for real servers.
	case "$command $before" in
	"-a -b" | "-e -b" | "--add-server -b" | "--edit-server -b") before=--fullnat ;;
	esac
	if ((COMP_CWORD == 1)); then
		choices=${!_lvsxadm_options[*]}
	elif choices=$(_lvsxadm_value "$before") &&
		[[ $choices || ${_lvsxadm_values[${before:--}]:-} ]]; then
		:
	else
		choices=${_lvsxadm_options[${command:--}]:-}
	fi
	COMPREPLY=()
	read -rd "" -a all <<<"$choices" || : # the end of the text
	for choice in "${all[@]}"; do
		[[ $choice != "$word"* ]] || COMPREPLY+=("$choice")
	done
	! declare -F __ltrim_colon_completions >/dev/null || __ltrim_colon_completions "$word"
}
complete -F _lvsxadm lvsxadm
# /sbin/ipvsadm may be lvsxadm, too.
! [[ $(type -P ipvsadm) -ef $(type -P lvsxadm) ]] || complete -F _lvsxadm ipvsadm
