#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What is alive when something goes away or comes back: modules, services, real servers, schedulers.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 24

topo_up
for r in r1 r2 r3; do
	web $r
	server $r tcp echo 7
done
STOCK=$VIP:8007
vs -A -t $STOCK -s rr
vs -a -t $STOCK -r $R3:7 -m
TALK=stock talk $VIP 8007
said() { TALK=$1 talk_line "${@:2}"; }

lvsx_insert
check "inserted beside an open stock connection, which goes on" said stock one
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7
fullnat_service -t $SVC rr
fullnat_real -t $SVC $R1:80
fullnat_real -t $SVC $R2:80
TALK=full talk $VIP 7
check "a FullNAT connection is open" said full one
check "rmmod ip_vs is refused while lvsx is in" fails rmmod ip_vs
check "the stock connection of the other service is still stock's" lb sh -c "ipvsadm -Lnc | grep -q ESTABLISHED.*8007"

# Services and real servers.
vs -d -t $VIP:7 -r $R1:7
check "its real server is deleted: the connection waits, as in stock" fails said full two 1
vs -a -t $VIP:7 -r $R1:7 -m
check "and goes on when it is added again" said full two 15
vs -D -t $VIP:7
check "its service is deleted: so it does" fails said full three 1
vs -A -t $VIP:7 -s wlc
vs -a -t $VIP:7 -r $R1:7 -m
check "and added again with another scheduler" said full three 15
check "the connection is counted at the real server that came back" wait_for 10 conns_are ACTIVE 1 -t $VIP:7
TALK=new talk $VIP 7
check "a new connection of the service that came back is FullNAT at once" said new one

# Schedulers come and go under traffic.
before=$(get_ids 2)
for s in wrr wlc lc sh rr; do
	vs -E -t $SVC -s $s
	[[ $(get id) = r[12] ]] || break
done
same "five schedulers in turn" "$s $before" "rr r1:1 r2:1"
vs -E -t $VIP:7 -s rr
check "the module of an unused scheduler can go" rmmod ip_vs_wlc
check "and new connections come" get id

# The module goes and comes back.
check "rmmod lvsx with open connections" lvsx_remove
check "FullNAT connections end with it" fails eval "TALK=full talk_line six 2"
check "the stock connection goes on" said stock two
check "no connection is counted any more" wait_for 5 conns_are ACTIVE 0 -t $SVC
check "its FullNAT service is stock masquerading" fails get id -m 2
check "inserted again" lvsx_insert
adm -P -t $SVC -z $L1
check "a new connection is FullNAT again" wait_for 10 get id -m 3
check "the stock connection went on all the time" said stock three

# A SYN that stock has taken is left to stock; a new one is not.
lvsx_remove
spawn_on cl curl -s -m 70 --local-port 51999 -o "$tmp/retransmitted" "http://$SVC/id"
waiting=$spawned
wait_for 5 lb sh -c "ipvsadm -Lnc | grep -q 'SYN_RECV.*:51999 '"
lvsx_insert
adm -P -t $SVC -z $L1
same "the next connection is FullNAT" "$(get id | cut -c1)" r
check "a SYN that stock had taken is left to it" wait_for 40 counter_above pass_stock 0
stop "$waiting"

vs -C
lvsx_remove
for t in stock full new; do TALK=$t talk_close; done
check "ip_vs goes when lvsx is out and its connections are gone" wait_for 5 ipvs_remove
