#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# ICMP errors cross the balancer both ways: path MTU discovery, TTL exceeded, port unreachable.
#
#	far 10.0.4.2 ─ mid ─ client as router ─ balancer ─ r2 as router ─ hop ─ deep 10.0.6.2
#
# The narrow links are client ─ mid and r2 ─ hop; both ends of the path have an MTU of 1500, so only
# the routers' ICMP tells a sender. LVSX_SEED repeats a run.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 20

seed=${LVSX_SEED:-$((EPOCHSECONDS % 32768))}
RANDOM=$seed
note "LVSX_SEED=$seed"

# link HOST DEVICE ADDRESS HOST DEVICE ADDRESS
link() {
	ip link add "$2" netns "lvsx-$1" type veth peer name "$5" netns "lvsx-$4"
	ip -n "lvsx-$1" -b - <<-E
		addr add $3 dev $2
		link set $2 up
	E
	ip -n "lvsx-$4" -b - <<-E
		addr add $6 dev $5
		link set $5 up
	E
}
# One side at a time: an end that knows of a narrow path already says so in its SYN.
narrow() { # MTU of the client's side, MTU of the real servers' side
	ip -n lvsx-cl link set tomid mtu "$1"
	ip -n lvsx-mid link set tocl mtu "$1"
	ip -n lvsx-r2 link set tohop mtu "$2"
	ip -n lvsx-hop link set tor2 mtu "$2"
	# What was learned of the path is forgotten.
	local h
	for h in far mid cl lb r2 hop deep; do ip -n "lvsx-$h" route flush cache; done
	far ip tcp_metrics flush all >/dev/null 2>&1
	deep ip tcp_metrics flush all >/dev/null 2>&1
}
far() { in_ns far "$@"; }
deep() { in_ns deep "$@"; }
hop() { in_ns hop "$@"; }
mid() { in_ns mid "$@"; }

all_hosts+=(far mid hop deep)
topo_up
link far eth0 10.0.4.2/24 mid tofar 10.0.4.1/24
link mid tocl 10.0.3.1/24 cl tomid 10.0.3.2/24
link r2 tohop 10.0.5.1/24 hop tor2 10.0.5.2/24
link hop todeep 10.0.6.1/24 deep eth0 10.0.6.2/24
for h in far mid hop deep; do ip -n "lvsx-$h" link set lo up; done
for h in mid cl r2 hop; do set_sysctl $h net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0; done
set_sysctl lb net.ipv4.icmp_ratelimit=0
far ip route add default via 10.0.4.1
mid ip route add default via 10.0.3.2
cl ip route add 10.0.4.0/24 via 10.0.3.1
lb ip route add 10.0.3.0/24 via $CLIENT
lb ip route add 10.0.4.0/24 via $CLIENT
lb ip route add 10.0.6.0/24 via $R2
r2 ip route add 10.0.6.0/24 via 10.0.5.2
# Of the world, hop and deep know the balancer's addresses alone.
hop ip route add 10.0.2.0/24 via 10.0.5.1
deep ip route add 10.0.2.0/24 via 10.0.6.1

lvsx_insert
data_file 1
sum=$(data_sum 1)
web deep
server deep tcp sum 9
server deep udp echo 53 deep
for s in "-t $SVC" "-t $VIP:9" "-u $VIP:53" "-u $VIP:54"; do
	# shellcheck disable=SC2086 # an option and its argument
	fullnat_service $s rr
	# shellcheck disable=SC2086
	fullnat_real $s "10.0.6.2:${s##*:}"
done
download() { far curl -sS -m 20 "http://$SVC/1m" | md5sum | cut -d' ' -f1; }
upload() { py far tcp upload $VIP 9 $data_dir/1m; }

same "wide links: download" "$(download)" "$sum"
same "wide links: upload" "$(upload)" "$sum"
for _ in 1 2 3; do
	m=$((600 + RANDOM % 800))
	narrow $m 1500
	before=$(counter icmp_fwd)
	same "MTU $m at the client's side: download" "$(download)" "$sum"
	check "the real server was told by translated errors" counter_above icmp_fwd "$before"
	m=$((600 + RANDOM % 800))
	narrow 1500 $m
	before=$(counter icmp_rev)
	same "MTU $m at the real server's side: upload" "$(upload)" "$sum"
	check "the client was told by translated errors" counter_above icmp_rev "$before"
done

narrow 1500 1500
lb ip link set front mtu 1000
cl ip link set eth0 mtu 1000
before=$(counter too_big)
same "download, the balancer's own link is the narrow one" "$(download)" "$sum"
check "the balancer told the real server: too_big" counter_above too_big "$before"
lb ip link set front mtu 1500
cl ip link set eth0 mtu 1500

py far packet trace $VIP 53 6 >"$tmp/trace"
sed 's/^/# /' "$tmp/trace"
same "traceroute by UDP: each hop answers, then the real server" \
	"$(awk '{ print ($2 == "type" ? $3 : $2) }' "$tmp/trace" | xargs)" "11 11 11 11 11 answer"
check "the balancer counted its own as ttl" test "$(counter ttl)" -gt 0
check "no address of a real server's network is shown to the client" fails grep -E '10\.0\.[256]\.' "$tmp/trace"
check "a closed UDP port of the real server: the client is refused" py far udp unreachable $VIP 54
