#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Replies reach the CPU of their flow: local ports assigned by a network card's receive-side scaling.
# The card stands between the balancer and the switch. Needs the guest of selftests/vm/nic.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 23
cpus=$(nproc)
((cpus > 1)) || skip_rest "one CPU only"
modprobe -q virtio_net || true

# The name of a card by its address, in this namespace.
card() { ip -j link | jq -r --arg mac "02:00:00:00:00:0$1" '.[] | select(.address == $mac) | .ifname'; }
both_cards() { [[ $(card 1) && $(card 2) ]]; }
wait_for 10 both_cards ||
	skip_rest "no card with receive-side scaling here; selftests/vm/nic makes one"
# Out of the way of the topology's names.
ip link set "$(card 1)" name many && ip link set "$(card 2)" name one

# The cards' wire instead of the veth between balancer and switch.
topo_wire() {
	ip -n lvsx-sw link del lb
	ip link set one netns lvsx-sw
	ip -n lvsx-sw link set one master br0 up
	ip link set many netns lvsx-lb name back
	ip -n lvsx-lb -b - <<-E
		addr add 10.0.2.1/24 dev back
		addr add $L1/32 dev back
		addr add $L2/32 dev back
		link set back up
	E
	wait_for 20 lb ping -c 1 -W 1 $R1
}

# burst SOCKETS: from every CPU so many clients, each on a flow of its own that stays on that CPU.
# Leaves in $percent how many of a hundred replies met their flow on another CPU. No client's port is
# used twice: it would find its first flow, which belongs to the CPU that it came from then.
sport=2000
burst() {
	local cpu rev remote
	rev=$(counter rev) remote=$(counter remote)
	for ((cpu = 0; cpu < cpus; cpu++)); do
		cl taskset -c $cpu /usr/bin/python3 -I -S "$net_dir/tools/udp.py" ask $VIP 53 64 4 "$1" $sport >>"$tmp/burst" || return 1
		sport=$((sport + $1))
	done
	rev=$(($(counter rev) - rev)) remote=$(($(counter remote) - remote))
	percent=$(((100 * remote + rev / 2) / rev)) counted="$remote of $rev replies met their flow on another CPU"
}
# Not only a few, while it is learned where the queues arrive.
burst_is_home() { burst 12 && ((percent <= 1)); }
rss_device() { adm -L --json | jq -r '.[] | select(.service == null) | .rss_device'; }
rss_says() { adm -L --json | jq -r '.[] | select(.service == null) | .rss'; }
rss_word() { echo "$1" >/sys/module/lvsx/parameters/rss; }

# home NAME: once it has been learned, at most one reply of a hundred strays. A queue's move is believed
# after four rounds with replies; on a busy machine a burst takes long. A download that was opened before the
# change is counted, too, and strays until it ends: then it is asked again.
home() {
	local answered=yes
	wait_for 150 burst_is_home || true
	for _ in 1 2 3; do
		burst 100 || answered=no
		if ((percent <= 1)) || ! kill -0 "${getting:-none}" 2>/dev/null; then break; fi
	done
	same "$1: every client is answered" $answered yes
	note "$1: $counted"
	within "$1: replies reach the CPU of their flow" "$percent" 0 1
}

topo_up
topo_wire
# The emulated card's hash steers only when it is handed up, too.
lb ethtool -K back rxhash on
lvsx_insert
fullnat_echo
web r1
fullnat_service -t $SVC rr
fullnat_real -t $SVC $R1:80
server r1 tcp closer 9
fullnat_service -t $VIP:9 rr
fullnat_real -t $VIP:9 $R1:9
server r2 tcp echo 7
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R2:7

rss_word 0
wait_for 10 eval 'rss_says | grep -q "switched off"'
burst 100
note "round-robin: $counted"
within "by round-robin all but one of $cpus stray" "$percent" $((100 * (cpus - 1) / cpus - 15)) $((100 * (cpus - 1) / cpus + 15))
same "and no card is named" "$(rss_device)" null

# Opened while ports are assigned round-robin; they live through all that follows.
for i in 1 2 3 4 5 6 7 8; do TALK=$i talk $VIP 7; done
still_talking() { local i; for i in 1 2 3 4 5 6 7 8; do TALK=$i talk_line "$1$i" || return 1; done; }
check "connections open" still_talking plain
rss_word 1
home "by the card's hash"
same "the card is named" "$(rss_device)" back
note "lvsxadm: $(rss_says)"
check "connections from before go on" still_talking hash

data_file 4
sum=$(data_sum 4)
(for i in 1 2 3 4 5 6; do get_sum 4m --limit-rate 2M; done) >"$tmp/sums" &
getting=$!
weights=()
for ((i = 0; i < cpus; i++)); do weights+=($((i % 3 + 1))); done
lb ethtool -X back weight "${weights[@]}"
home "after another indirection table"
check "connections from before go on" still_talking table

key=$(for ((i = 0; i < 40; i++)); do printf ':%02x' $(((i * 73 + 41) % 256)); done)
lb ethtool -X back hkey "${key#:}"
home "after another key"
check "connections from before go on" still_talking key
wait "$getting" || true
same "downloads that went on meanwhile arrived whole" "$(sort -u "$tmp/sums") $(wc -l <"$tmp/sums")" "$sum 6"

# Each queue's interrupt goes to the next CPU.
mapfile -t irqs < <(grep -E 'virtio[0-9]+-input' /proc/interrupts | sed 's/^ *\([0-9]*\):.*/\1/' | head -n "$cpus")
i=0
for irq in "${irqs[@]}"; do
	i=$((i + 1))
	echo $((i % cpus)) >"/proc/irq/$irq/smp_affinity_list"
done
burst 12
check "interrupts went elsewhere: replies stray" test "$percent" -gt 50
home "after the interrupts moved"

# New connections all the while that the table changes.
(
	for i in 1 2 3 4 5 6; do
		sleep 2
		lb ethtool -X back hkey "$(printf '%02x' "$i")${key:3}" 2>/dev/null || true
	done
) &
changing=$!
# Each CPU's clients: connections in turn that the server closes, until the last change is made.
opening() {
	while kill -0 "$changing" 2>/dev/null; do
		cl taskset -c "$1" /usr/bin/python3 -I -S "$net_dir/tools/tcp.py" short $VIP 9 50
	done
}
opened=()
for ((cpu = 0; cpu < cpus; cpu++)); do
	opening $cpu >"$tmp/opened.$cpu" &
	opened+=($!)
done
wait "${opened[@]}" || true
note "$(cat "$tmp"/opened.* | awk '{ n += $2; if ($4 > m) m = $4 } END { print n, "connections while the key changed six times, the slowest took", m, "ms" }')"
same "none of them failed" "$(cat "$tmp"/opened.* | awk '{ print $1, $2, NF }' | sort -u)" "good 50 4"
check "connections from before go on" still_talking keys

# Fewer queues than CPUs: the others have ports all the same.
lb ethtool -X back equal 1
wait_for 10 eval 'burst 12 && burst 12'
check "one queue: every client is answered" burst 50
note "one queue: $counted"
within "its CPU's replies are home, the others' are not" "$percent" $((100 * (cpus - 1) / cpus - 15)) $((100 * (cpus - 1) / cpus + 15))
same "nothing was dropped for want of a flow or a port" "$(counter no_flow) $(counter no_port)" "0 0"
same "IPVS counted every packet" "$(stats_all)" "$(counter fwd) $(counter rev)"
