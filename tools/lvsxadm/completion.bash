# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Bash completion of lvsxadm. The arrays _lvsxadm_options (of each command) and _lvsxadm_values (what
# an option wants) are appended when lvsxadm is built, from its own table.

declare -gA _lvsxadm_options _lvsxadm_values

# The services that IPVS has, of one protocol, as they are written behind -t and -u.
_lvsxadm_services() {
	lvsxadm -S -n --stock 2>/dev/null | sed -n "s/^-A $1 \([^ ]*\).*/\1/p"
}

# The real servers of the service that the line names.
_lvsxadm_reals() {
	local service
	service=$(grep -oE -- '(-[tuf]|--(tcp|udp|sctp|fwmark)-service) [^ ]+' <<<"$COMP_LINE" | head -n 1)
	lvsxadm -S -n --stock 2>/dev/null | sed -n "s/^-a ${service//[\[\].]/.} -r \([^ ]*\).*/\1/p"
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
	--set-default) echo on off ;;
	--start-daemon | --stop-daemon) echo master backup ;;
	-F | --ifname | --mcast-interface | --ingress-on | --ingress-off) ls /sys/class/net ;;
	esac
}

_lvsxadm() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} choices
	# bash takes addresses apart at their colons.
	if declare -F _get_comp_words_by_ref >/dev/null; then
		_get_comp_words_by_ref -n : -c word -p before
	fi
	# -b has a value, but for real servers.
	[[ $command != -[ae] || $before != -b ]] || before=--fullnat
	if ((COMP_CWORD == 1)); then
		choices=${!_lvsxadm_options[*]}
	elif choices=$(_lvsxadm_value "$before") && [[ $choices || ${_lvsxadm_values[$before]:-} ]]; then
		:
	else
		choices=${_lvsxadm_options[$command]:-}
	fi
	mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
	! declare -F __ltrim_colon_completions >/dev/null || __ltrim_colon_completions "$word"
}
complete -F _lvsxadm lvsxadm
