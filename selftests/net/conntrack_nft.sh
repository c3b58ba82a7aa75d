#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Beside the host's firewall, as documented: what FullNAT takes is seen by hooks before priority -310
# and by packet sockets, and by no later hook or conntrack. Strict reverse path filtering holds.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 12

fullnat_up
lb nft -f - <<-NFT
	table ip fw {
		chain early {
			type filter hook prerouting priority -350
			ip daddr $VIP tcp dport 80 counter comment "early"
		}
		chain late {
			type filter hook prerouting priority 0
			ip daddr $VIP tcp dport 80 counter comment "late"
			ct state new counter
		}
		chain input {
			type filter hook input priority 0
			ip daddr $VIP counter comment "late"
		}
		chain forward {
			type filter hook forward priority 0
			counter comment "late"
		}
		chain output {
			type filter hook output priority 0
			ip daddr { $R1, $R2 } tcp dport 80 counter comment "late"
		}
		chain post {
			type filter hook postrouting priority 0
			ip daddr { $R1, $R2 } tcp dport 80 counter comment "late"
		}
	}
NFT
packets() { lb nft -j list table ip fw | jq "[.. | .rule? | select(.comment? == \"$1\") | .expr[] | .counter? // empty | .packets] | add"; }

for dev in front back; do
	spawn_on lb tcpdump -nlU -i $dev tcp port 80 >"$tmp/$dev" 2>"$tmp/$dev.err"
	wait_for 20 grep -q "listening on" "$tmp/$dev.err"
done
same "it serves" "$(get_ids 4)" "r1:2 r2:2"
within "a hook at -350 sees the client's packets" "$(packets early)" 16 100
same "no later hook sees any" "$(packets late)" 0
same "conntrack knows nothing of it" "$(lb conntrack -L -d $VIP 2>/dev/null | wc -l)" 0
check "tcpdump sees the client's side, both ways" wait_for 5 eval "grep -q '> $VIP.80:' $tmp/front && grep -q '$VIP.80 >' $tmp/front"
check "and the real server's, both ways" wait_for 5 eval "grep -q '$L1.*> $R1.80:' $tmp/back && grep -q '$R1.80 > $L1' $tmp/back"

lb nft add rule ip fw input ip daddr $VIP drop
check "a drop in the input chain does not hold for it" get id -m 5
lb nft add rule ip fw early ip daddr $VIP tcp dport 80 drop
check "a drop at -350 does" fails get id -m 2
lb nft delete table ip fw
set_sysctl lb net.ipv4.vs.conntrack=1
check "with IPVS's conntrack=1 it serves" get id -m 5

# The way back to this client is not the way it came: strict reverse path filtering drops it, as it does stock's.
set_sysctl lb net.ipv4.vs.conntrack=0 net.ipv4.conf.all.rp_filter=1 net.ipv4.conf.front.rp_filter=1
ip link add second netns lvsx-cl type veth peer name second netns lvsx-lb
cl ip addr add 10.0.9.2/24 dev second
cl ip link set second up
lb ip addr add 10.0.9.1/24 dev second
lb ip link set second up
cl ip route add $VIP/32 via 10.0.1.1 dev eth0
before=$(counter martian)
check "strict rp_filter holds for first packets" fails get id -m 3 --interface 10.0.9.2
check "and is counted" counter_above martian "$before"
set_sysctl lb net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.front.rp_filter=0
check "without it, it serves" wait_for 10 get id -m 3 --interface 10.0.9.2
