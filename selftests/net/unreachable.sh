#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Real servers that cannot be reached: the client is told what stock would tell it, and new connections
# go to the other real servers. Policy routing by port, and what the way out depends on.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 17

topo_up
lvsx_insert
# told PORT SECONDS: what answers the client's datagram. 3.1: ICMP host unreachable.
told() { py cl packet error $VIP "$@"; }

# No route; a stock service beside.
lb ip route add unreachable 10.0.9.1/32
fullnat_service -u $VIP:61 rr
fullnat_real -u $VIP:61 10.0.9.1:61
vs -A -u $VIP:62 -s rr
vs -a -u $VIP:62 -r 10.0.9.1:62 -m
same "stock: no route to the real server: the client is told" "$(told 62 4)" "3.1 from $VIP"
same "FullNAT: so it is" "$(told 61 4)" "3.1 from $VIP"
same "by name" "$(counter no_route)" 1

# Nobody answers at the address.
fullnat_service -u $VIP:63 rr
fullnat_real -u $VIP:63 10.0.2.9:63
vs -A -u $VIP:64 -s rr
vs -a -u $VIP:64 -r 10.0.2.9:64 -m
same "stock: no neighbour: the client is told" "$(told 64 12 | cut -d' ' -f1)" 3.1
lb ip neigh flush dev back
same "FullNAT: so it is" "$(told 63 12 | cut -d' ' -f1)" 3.1

# A second, good server.
web r1
fullnat_service -t $SVC rr
fullnat_real -t $SVC 10.0.2.9:80
fullnat_real -t $SVC $R1:80
# Of ten connections, more than one in each four seconds?
lost_often() {
	local i lost=0 start=$SECONDS
	for ((i = 0; i < 10; i++)); do get id -m 1 >/dev/null 2>&1 || lost=$((lost + 1)); done
	note "$lost lost in $((SECONDS - start)) s"
	((lost > 1 + (SECONDS - start) / 4))
}
get id -m 4 >/dev/null || get id -m 4 >/dev/null || true
wait_for 10 lb sh -c "ip neigh show 10.0.2.9 | grep -q FAILED"
check "where the kernel knows of the dead one, one connection at a time finds out" fails lost_often
vs -E -t $SVC -s wlc
wait_for 10 lb sh -c "ip neigh show 10.0.2.9 | grep -q FAILED"
check "with wlc as well" fails lost_often
vs -d -t $SVC -r $R1:80
check "and when there is no other it is tried" fails get id -m 1
vs -a -t $SVC -r $R1:80 -m

# Rules by port: whoever comes first does not decide for the other.
web r2 8081
web r2 8082
ip -n lvsx-r2 addr add 10.0.7.2/32 dev lo
lb ip route add 10.0.7.2/32 via $R2
for port in 8081 8082; do
	fullnat_service -t $VIP:$port rr
	fullnat_real -t $VIP:$port 10.0.7.2:$port
done
lb ip route add table 200 unreachable 10.0.7.2/32
lb ip rule add pref 100 to 10.0.7.2 ipproto tcp dport 8081 lookup 200
check "a port with a rule of its own goes by it" fails get_id_from $VIP:8081 -m 2
same "another port does not" "$(get_id_from $VIP:8082)" r2
check "and the first still does" fails get_id_from $VIP:8081 -m 2
lb ip rule del pref 100
same "when the rule is gone, it goes with the others" "$(get_id_from $VIP:8081 -m 5)" r2

# The priority of answers follows their type of service, as when stock forwards them.
pcp() { # PORT: of the answer to the client, in its VLAN tag
	spawn_on cl timeout 10 tcpdump -nn -e -i eth0 -c 1 "vlan 5 and udp and src $VIP" >"$tmp/tag" 2>"$tmp/tcpdump"
	wait_for 10 grep -q listening "$tmp/tcpdump"
	py cl udp ask $VIP "$1" 10 1 >/dev/null
	wait_for 5 grep -q 'vlan 5' "$tmp/tag"
	sed -n 's/.*vlan 5, p \([0-9]*\),.*/\1/p' "$tmp/tag"
}
VIP=10.0.5.100
if modprobe 8021q 2>/dev/null && lb ip link add front.5 link front type vlan id 5 egress-qos-map 6:5; then
	lb ip addr add 10.0.5.1/24 dev front.5
	lb ip addr add $VIP/32 dev lo
	lb ip link set front.5 up
	cl ip link add eth0.5 link eth0 type vlan id 5
	cl ip addr add 10.0.5.2/24 dev eth0.5
	cl ip link set eth0.5 up
	server r3 udp echo 70 r3 16
	vs -A -u $VIP:71 -s rr
	vs -a -u $VIP:71 -r $R3:70 -m
	fullnat_service -u $VIP:72 rr
	fullnat_real -u $VIP:72 $R3:70
	same "stock: an answer of low delay has priority 6, here 5" "$(pcp 71)" 5
	same "FullNAT: so it has" "$(pcp 72)" 5
else
	skip "stock: an answer of low delay has priority 6, here 5" "this kernel has no VLANs"
	skip "FullNAT: so it has" "this kernel has no VLANs"
fi

# Routes that change under idle flows leave its fast path to one that goes on.
VIP=10.0.1.100
fullnat_echo
mkfifo "$tmp/beat"
exec {beat}<>"$tmp/beat"
spawn_on cl /usr/bin/python3 -I -S "$net_dir/tools/udp.py" pulse $VIP 53 <&"$beat" >"$tmp/pulse" 2>&1
for ((i = 0; i < 600; i++)); do
	lb ip route replace 10.99.0.0/16 via $R2 metric $((1000 + i % 2))
	echo >&"$beat"
done
check "six hundred flows, a change of the routes before each" wait_for 120 grep -qx "answered 600" "$tmp/pulse"
trace=/sys/kernel/tracing
if [[ -e $trace/function_profile_enabled ]]; then
	echo ip_route_output_flow >$trace/set_ftrace_filter
	echo 0 >$trace/function_profile_enabled
	echo 1 >$trace/function_profile_enabled
	check "one of them goes on" py cl udp ask $VIP 53 10 100
	echo 0 >$trace/function_profile_enabled
	looks=$(cat $trace/trace_stat/function* | awk '$1 == "ip_route_output_flow" { n += $2 } END { print n + 0 }')
	check "without a look at the routes for each packet" eval "(($looks <= 40))"
else
	skip "one of them goes on" "this kernel has no function profile"
	skip "without a look at the routes for each packet" "this kernel has no function profile"
fi
