#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Unmodified keepalived adds, weighs and removes real servers by health check; lvsx follows untold.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 11

topo_up
lvsx_insert
web r1
web r2
KEPT=$VIP:8080
adm -P -z $L1
# Its parser wants one keyword a line.
real() {
	printf '%s\n' "real_server $1 80 {" "weight ${2:-1}" "HTTP_GET {" "url {" "path /id" "status_code 200" "}" \
		"connect_timeout 2" "retry 0" "}" "}"
}
config() { # real servers' lines
	cat <<-E
		virtual_server $VIP 8080 {
			delay_loop 1
			lb_algo wrr
			lb_kind NAT
			flag-3
			protocol TCP
			$(printf '%s\n' "$@")
		}
	E
}
get_from=$KEPT

config "$(real $R1)" "$(real $R2)" >"$tmp/conf"
keepalived_start "$tmp/conf"
check "keepalived makes the service" wait_for 20 reals_are "$R1:80 $R2:80" -t $KEPT
check "flag-3 and the default pool make it FullNAT" wait_for 5 ids_are "r1:1 r2:1" 2
stop "${web_pid[r1]}"
check "a dead real server is taken out" wait_for 20 reals_are "$R2:80" -t $KEPT
same "new connections go to the other" "$(get_ids 4)" "r2:4"
web r1
check "when it is back, it is put in" wait_for 30 reals_are "$R1:80 $R2:80" -t $KEPT
check "new connections go to both" wait_for 5 ids_are "r1:1 r2:1" 2

config "$(real $R1 3)" "$(real $R2 1)" >"$tmp/conf"
kill -HUP "$keepalived_pid"
check "a reload with other weights is followed" wait_for 20 ids_are "r1:3 r2:1" 4
keepalived_stop
check "keepalived ends: the service is gone" fails vs -L -n -t $KEPT
check "and new connections are refused" fails get id -m 3
known() { adm -L --lvsx --json | jq -e 'any(.[]; .service != null)'; }
check "it is waited for" known
adm -Q -z $L1
check "but not without a default pool" wait_for 10 fails known
