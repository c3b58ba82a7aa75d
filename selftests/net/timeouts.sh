#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# `ipvsadm --set` rules how long a flow may be idle; the flow list shows what is left.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 17

topo_up
lvsx_insert
server r1 tcp echo 7
server r1 udp echo 53 r1
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7
fullnat_service -u $VIP:53 rr
fullnat_real -u $VIP:53 $R1:53

TALK=first talk $VIP 7
within "established: IPVS's 900 s" "$(flow_left 7)" 800 900
same "the list says ESTABLISHED" "$(flow_state 7)" ESTABLISHED
TALK=first talk_close
lvsx_remove
lvsx_insert
adm -P -t $VIP:7 -z $L1
adm -P -u $VIP:53 -z $L1

# What a client hears that speaks too late; else it would hear it before.
adm --set-reset off
# For flows that are there, shorter timeouts hold when lvsx next looks at them, 66 s later at most.
vs --set 8 5 3
sleep 1
talk $VIP 7
within "--set rules the next flow" "$(flow_left 7)" 1 8
sleep 4
check "a packet before its end gives it all its time again" talk_line one
sleep 5
check "so it is still there" talk_line two
check "idle for longer, it is gone" wait_for 15 flow_gone 7

before=$(counter reset)
check "what the client sends then is not echoed" fails talk_line late 2
check "the client is told at once" grep -q "error: .*Connection reset by peer" "$tmp/talk.0.out"
check "that is counted" test "$(counter reset)" -gt "$before"
py cl udp ask $VIP 53 10 1 >/dev/null
within "UDP: the third number" "$(flow_left 53)" 0 3
check "a UDP flow ends by it" wait_for 8 flow_gone 53

# A real server that says nothing to a SYN.
r1 nft -f - <<-NFT
	table ip deaf {
		chain in {
			type filter hook input priority 0
			tcp dport 7 drop
		}
	}
NFT
py_spawn cl tcp hold $VIP 7 1 8
check "an unanswered SYN is in SYN_RECV" wait_for 5 flow_state_is 7 SYN_RECV
within "for 60 s at most" "$(flow_left 7)" 45 60

# One end has closed: that is another state, with a time of its own, whatever the service's says.
server r1 tcp echo 9
deaf_to_end=("$spawned")
server r3 tcp echo 10
deaf_to_end+=("$spawned")
fullnat_service -t $VIP:9 rr
fullnat_real -t $VIP:9 $R1:9
adm --conn-timeout 600 -t $VIP:9
vs -A -t $VIP:10 -s rr
vs -a -t $VIP:10 -r $R3:10 -m
TALK=ours talk $VIP 9
TALK=stock talk $VIP 10
within "--conn-timeout is for what is established" "$(flow_left 9)" 500 600
kill -STOP "${deaf_to_end[@]}"
TALK=ours talk_close
TALK=stock talk_close
check "not for what the client has closed" wait_for 5 flow_state_is 9 CLOSE_WAIT
same "as in stock IPVS" "$(vs -Lnc | awk -v svc=$VIP:10 '$5 == svc { print $3 }')" CLOSE_WAIT
within "which has 60 s" "$(flow_left 9)" 30 60
kill -CONT "${deaf_to_end[@]}"
