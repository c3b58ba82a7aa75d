#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# -x and -y: a real server gets exactly so many connections, and new ones again below the lower mark.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 8

topo_up
lvsx_insert
web r1
web r2
fullnat_service -t $SVC rr
fullnat_real -t $SVC $R1:80 -x 4 -y 2
hold 1
first=$spawned
hold 5
rest=$spawned
same "with -x 4 and one open, three of five more are accepted, two refused" "$held" "opened 3 Connection refused:2"
same "four are active" "$(conns ACTIVE -t $SVC)" 4
check "the real server is overloaded" fails get id -m 3

# Aborted connections count until CLOSE's 10 s are over.
stop "$first"
check "one less" wait_for 20 conns_are INACTIVE 0 -t $SVC
check "still overloaded: three are not below the lower mark" fails get id -m 3
stop "$rest"
check "all gone" wait_for 20 conns_are INACTIVE 0 -t $SVC
check "accepted again" get id -m 5

# On a port of its own: a real server that comes back to a service is counted with what it still has.
fullnat_service -t $VIP:81 rr
fullnat_real -t $VIP:81 $R1:80 -x 2
fullnat_real -t $VIP:81 $R2:80 -x 3
hold 8 81
same "two real servers, -x 2 and -x 3: five of eight" "$held" "opened 5 Connection refused:3"
