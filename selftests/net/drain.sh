#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Going: services that are drained, and what the ends of open connections hear when the module goes.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 31

DRAINED="new ones are refused until lvsxadm --undrain"
BACK="new ones are taken again"
opens() { # PORT: what comes of one new connection, at once
	hold 1 "$1" 2
	stop "$spawned"
	echo "$held"
}
open_at() { [[ $(opens "$1") = "opened 1" ]]; }
refused_at() { [[ $(opens "$1") = "opened 0 Connection refused:1" ]]; }
drain_begins() { # WORDS...: in the background; its output is in $tmp/drain
	spawn_on lb "$lib_top/build/bin/lvsxadm" --drain "$@" >"$tmp/drain" 2>&1
	drain=$spawned
	wait_for 5 grep -q left "$tmp/drain"
}
drain_ends() { # CODE SENTENCE: the last line
	local rc=0
	wait "$drain" || rc=$?
	[[ $rc = "$1" && $(tail -n 1 "$tmp/drain") = "$2" ]] || { echo "exit code $rc"; cat "$tmp/drain"; return 1; }
}

topo_up
lvsx_insert
vs --set 0 0 5
server r1 tcp echo 80
server r1 tcp echo 81
for port in 80 81; do
	fullnat_service -t $VIP:$port rr
	fullnat_real -t $VIP:$port $R1:$port
done
fullnat_echo

check "a service that lvsx does not handle" refused "lvsx does not handle this service: see lvsxadm -L --lvsx" \
	--drain -t $VIP:99
same "nothing to wait for: it ends at once" "$(adm --drain -t $SVC)" "0 connections are left
$DRAINED"
adm --undrain -t $SVC
talk $VIP 80
check "it gives up in time, and takes that back" refused_by "1 connection is left after 2 seconds; $BACK" \
	eval "adm --drain -t $SVC --timeout 2 >/dev/null"
check "so that new connections are taken" open_at 80

drain_begins -t $SVC
before=$(counter draining)
check "while it waits, new connections are refused" refused_at 80
within "which is counted" "$(($(counter draining) - before))" 1 3
check "those that are open go on" talk_line on
check "other services take new ones" open_at 81
check "the list says so" eval "adm -L --lvsx | grep -q 'TCP $SVC .*drains'"
same "and in JSON" "$(adm -L --lvsx --json | jq -c '[.[] | select(.draining) | .service.port]')" "[80]"
check "nothing of it is saved" fails eval "adm -S -n | grep drain"
kill -INT "$drain"
check "interrupted, it takes that back" drain_ends 255 "lvsxadm: interrupted: 1 connection is left; $BACK"
check "so that new connections are taken" open_at 80

drain_begins -t $SVC
talk_close
check "it ends when the last connection has" drain_ends 0 "$DRAINED"
check "and new ones are refused still" refused_at 80
same "--undrain: no more" "$(adm --undrain -t $SVC; opens 80)" "opened 1"

adm --drain -u $VIP:53 >/dev/null
check "a datagram is answered by ICMP" py cl udp unreachable $VIP 53
adm --undrain -u $VIP:53
check "and then by the real server again" py cl udp ask $VIP 53 10 1

talk $VIP 81
drain_begins
check "all of them" eval "refused_at 80 && refused_at 81"
fullnat_service -t $VIP:82 rr
fullnat_real -t $VIP:82 $R1:80
check "one that comes while all are drained, too" refused_at 82
talk_close
check "waits for all" wait_for 20 grep -q "$DRAINED" "$tmp/drain"
adm --undrain
check "--undrain: no more" eval "open_at 80 && open_at 81 && open_at 82"

# On a terminal it tells the number every second.
talk $VIP 81
lb /usr/bin/python3 -I -S -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' \
	"$lib_top/build/bin/lvsxadm" --drain -t $VIP:81 --timeout 2 </dev/null >"$tmp/tty" 2>&1 || true
within "a terminal shows how many are left, every second" "$(grep -o 'connections\? [a-z]* left' "$tmp/tty" | wc -l)" 3 5
talk_close

# What the ends hear when the module goes.
port=8000
begin_idle() { # a connection that both ends keep without a word
	rm -f "$tmp/serve" "$tmp/fetch"
	spawn_on r1 /usr/bin/python3 -I -S "$net_dir/tools/reset.py" serve $port >"$tmp/serve"
	wait_for 10 grep -q ready "$tmp/serve"
	fullnat_service -t $VIP:$port rr
	fullnat_real -t $VIP:$port $R1:$port
	spawn_on cl /usr/bin/python3 -I -S "$net_dir/tools/reset.py" fetch $VIP $port 10 "$1" >"$tmp/fetch"
	wait_for 10 grep -q idle "$tmp/fetch"
}
ends() { wait_for 8 grep -q end "$tmp/fetch" && wait_for 8 grep -q end "$tmp/serve" && cat "$tmp/fetch" "$tmp/serve"; }
told="idle
end: Connection reset by peer
ready
end: Connection reset by peer"
begin_idle 10
check "the module goes" lvsx_remove
same "both ends of an open connection are told" "$(ends)" "$told"

lvsx_insert
cl ip route add $VIP via 10.0.1.1
lb ip addr del $VIP/32 dev lo
port=8001
begin_idle 10
check "the module goes" lvsx_remove
same "also by a VIP that is not the host's" "$(ends)" "$told"
lb ip addr add $VIP/32 dev lo
cl ip route del $VIP

# In silence, if so told: then the host answers for what are its addresses.
lvsx_insert
echo 0 >/sys/module/lvsx/parameters/reset_seconds
port=8002
begin_idle 3
check "the module goes in silence" lvsx_remove
same "nobody is told" "$(wait_for 8 grep -q end "$tmp/fetch"; cat "$tmp/fetch")" "idle
end: nothing"
same "the host answers clients" "$(py cl reset answers $VIP 8002 ack)" "ack: R seq 7000 ack 0 of 40 bytes from $VIP:8002"
same "and real servers" "$(py r1 reset late $L1 30000 80)" "R seq 7000 ack 0 of 40 bytes from $L1:30000"
