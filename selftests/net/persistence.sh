#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# -p: a client stays with its real server; templates are those of stock IPVS.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 10

fullnat_up
web r1 81
web r2 81
fullnat_gone -t $SVC
fullnat_service -t $SVC rr -p 60
fullnat_real -t $SVC $R1:80
fullnat_real -t $SVC $R2:80
cl ip addr add 10.0.1.3/24 dev eth0
cl ip addr add 10.0.1.4/24 dev eth0
mine=$(get id)
same "all of a client's connections go to one real server" "$(get_ids 5)" "$mine:5"
other=$([[ $mine = r1 ]] && echo r2 || echo r1)
same "the next client goes to the other" "$(get id --interface 10.0.1.3)" "$other"
check "ipvsadm shows the templates" test "$(vs -Lnc | grep -c " 10.0.1.[23]:0 ")" = 2
same "and counts persistent connections" \
	"$(vs -Ln --persistent-conn | awk '$1 == "->" && $2 ~ /:80/ { n += $4 } END { print n }')" 2
vs -e -t $SVC -r "$([[ $mine = r1 ]] && echo $R1 || echo $R2):80" -m -w 0
same "weight 0 does not move a persistent client" "$(get id)" "$mine"

fullnat_gone -t $SVC
fullnat_service -t $SVC rr -p 60 -M 255.255.255.0
fullnat_real -t $SVC $R1:80
fullnat_real -t $SVC $R2:80
mine=$(get id)
same "with -M 255.255.255.0 the neighbours go along" "$(get id --interface 10.0.1.3)$(get id --interface 10.0.1.4)" "$mine$mine"

fullnat_gone -t $SVC
fullnat_service -t $VIP:0 rr -p 60
fullnat_real -t $VIP:0 $R1:0
fullnat_real -t $VIP:0 $R2:0
mine=$(get id)
check "a service of every port answers on two ports" test -n "$mine" -a -n "$(get_from=$VIP:81 get id)"
same "with the same real server" "$(get_from=$VIP:81 get id)" "$mine"

# One of its ports has a service of its own, which is not FullNAT: r3's way back is the balancer.
web r3 82
vs -A -t $VIP:82 -s rr
vs -a -t $VIP:82 -r $R3:82 -m
same "but for a port that has a plain service of its own" "$(get_from=$VIP:82 get id)" r3
same "which stays stock's: its real server sees the client" "$(web_peers r3 82)" $CLIENT
