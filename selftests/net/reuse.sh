#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The real server closes first and keeps TIME_WAIT: a local port that comes back to it with the next
# client must not be reset or stall, and neither must a client that comes back with its own port.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 10

topo_up
lvsx_insert
server r1 tcp closer 80
fullnat_service -t $SVC rr
fullnat_real -t $SVC $R1:80
flood=$(tool flood)

# short N [SPORT]: on CPU 0 as all here, since each CPU has its own ports.
short() { cl taskset -c 0 /usr/bin/python3 -I -S "$net_dir/tools/tcp.py" short $VIP 80 "$@"; }
good() { awk '{ print $2 }' <<<"$1"; }
slowest() { awk '{ print $4 }' <<<"$1"; }

got=$(short 30 40000)
note "one client port, 30 times: $got"
same "the same client port again and again: all are served" "$(good "$got")" 30
within "and none waited for a second SYN" "$(slowest "$got")" 0 900
check "closed flows were replaced" test "$(counter flow_reopened)" -ge 29

# A hundred connections are closed by both ends. Then all other ports of this CPU are taken by half-open
# flows that the real server never sees (TTL 76); their SYNs have no timestamps, so that they may not
# follow those hundred. A FIN that the real server does not acknowledge gives no port away.
same "a hundred connections" "$(good "$(short 100)")" 100
r1 nft -f - <<-NFT
	table ip quiet {
		chain in {
			type filter hook prerouting priority -400
			ip ttl 76 tcp dport 80 drop
		}
	}
NFT
cl ip route add 10.1.0.0/16 dev lo
lb ip route add 10.1.0.0/16 via $CLIENT
begun=$SECONDS
cl taskset -c 0 "$flood" syn 10.1.0.1 $VIP 80 0 70000 77 >/dev/null
note "$(counter flow_new) flows, $(counter no_port) refused"
check "the ports are used up" test "$(counter no_port)" -gt 0
cl taskset -c 0 "$flood" fin 10.1.0.1 $VIP 80 0 100 77 >/dev/null
refused=$(counter no_port)
cl taskset -c 0 "$flood" syn 10.1.0.1 $VIP 80 80000 100 77 >/dev/null
got=$(($(counter no_port) - refused))
# Half-open flows end after 60 s; what follows is about the time before.
late=
((SECONDS - begun < 50)) || late="half-open flows ended while this slow guest made them"
in_time() { if [[ $late ]]; then skip "$2" "$late"; else "$@"; fi; }
in_time same "no other client gets a port by forged FINs" $got 100

before=$(counter no_port)
got=$(short 300)
note "300 connections over 100 ports: $got"
same "300 short connections over 100 local ports: all are served" "$(good "$got")" 300
within "and none waited for a second SYN" "$(slowest "$got")" 0 900
in_time check "ports of closed flows were used again" test "$(counter flow_recycled)" -ge 200
same "none was refused for want of a port" "$(counter no_port)" "$before"
