#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who still believes in a connection that lvsx has no flow of is told so, as the host tells the
# clients of a service of stock IPVS.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 35

cases=(ack data fin fin_bare data_bare none options rst rst_ack ack_wrong data_wrong)
answers() { py cl reset answers $VIP 80 "${cases[@]}"; }
# grows_by REASON NUMBER COMMAND...
grows_by() {
	local before got
	before=$(counter "$1")
	"${@:3}"
	sleep 0.3
	got=$(($(counter "$1") - before))
	((got == $2)) || { echo "$1 grew by $got"; return 1; }
}

topo_up
server r1 reset serve 80
server r1 udp echo 53 r1
vs -A -t $SVC -s rr
vs -a -t $SVC -r $R1:80 -m
stock=$(answers)
note "stock: ${stock//$'\n'/; }"
same "stock: the host answers all but an RST and what is damaged" "$(grep -c ' seq ' <<<"$stock") $(grep -c nothing <<<"$stock")" "7 4"

lvsx_insert
adm -P -t $SVC -z $L1
fullnat_service -u $VIP:53 rr
fullnat_real -u $VIP:53 $R1:53
same "FullNAT: the same, to the byte" "$(answers)" "$stock"
check "answers are counted" grows_by reset 7 answers
check "and so is what is not to be answered" grows_by no_flow 4 answers
# Stock schedules it like a SYN, and the real server resets it.
same "SYN and ACK without a flow" "$(py cl reset answers $VIP 80 synack)" "synack: R seq 7000 ack 0 of 40 bytes from $VIP:80"

for source in 127.0.0.1 0.0.0.0 224.0.0.5 255.255.255.255 10.0.1.255 10.0.1.1 10.0.2.1 $VIP $L1; do
	check "never to $source" grows_by reset 0 py cl reset from $VIP 80 "$source"
done
set_sysctl lb net.ipv4.conf.front.rp_filter=1
check "nor to whom reverse path filtering refuses" grows_by reset 0 py cl reset from $VIP 80 10.0.2.77
set_sysctl lb net.ipv4.conf.front.rp_filter=0 net.ipv4.conf.all.rp_filter=0
check "which it does not when it is off" grows_by reset 1 py cl reset from $VIP 80 10.0.2.77

# A VIP that is no address of this host: routed to it and on, or nowhere.
cl ip route add $VIP via 10.0.1.1
lb ip addr del $VIP/32 dev lo
same "a VIP that is not the host's: the same" "$(answers)" "$stock"
lb ip route add unreachable $VIP
same "one that the host has no way to: the same" "$(answers)" "$stock"
check "and never to a martian" grows_by reset 0 py cl reset from $VIP 80 127.0.0.1
lb ip route del unreachable $VIP
lb ip addr add $VIP/32 dev lo
cl ip route del $VIP

# What a real server still sends: the host answers at its own address.
same "a real server's segment without a flow" "$(py r1 reset late $L1 30000 80)" "R seq 7000 ack 0 of 40 bytes from $L1:30000"
same "a real server's datagram without a flow" "$(py r1 reset late $L1 30000 53 udp)" "icmp 3/3 from $L1"

# idle_out BYTES [SECONDS]: a connection that carries so much and then nothing; how it ends for the client,
# and then for the real server.
port=8000
idle_out() {
	rm -f "$tmp/serve"
	spawn_on r1 /usr/bin/python3 -I -S "$net_dir/tools/reset.py" serve $port >"$tmp/serve"
	wait_for 10 grep -q ready "$tmp/serve"
	fullnat_service -t $VIP:$port rr
	fullnat_real -t $VIP:$port $R1:$port
	py cl reset fetch $VIP $port "$1" "${2:-8}" | xargs
	wait_for 3 grep -q end "$tmp/serve" || true
	grep end "$tmp/serve" || echo "end: nothing"
	stop "$spawned"
	fullnat_gone -t $VIP:$port
}
vs --set 3 120 300
sleep 1 # as long as lvsx may take to see that
told="idle end: Connection reset by peer
end: Connection reset by peer"
same "idle for too long: both ends are told" "$(idle_out 10)" "$told"
port=8001
same "when the last second carried megabytes, too" "$(idle_out 20000000)" "$told"
same "that is counted" "$(counter flow_told) $(counter flow_untold)" "2 0"
cl nft -f - <<-NFT
	table ip stateful {
		chain in {
			type filter hook input priority 0
			ct state invalid drop
		}
	}
NFT
port=8002
same "a client behind a stateful firewall is told, too" "$(idle_out 10)" "$told"
cl nft delete table ip stateful

adm --set-reset off
check "--set-reset off is shown" eval "adm -L --lvsx | grep -q 'idle out are not told' && adm -L --lvsx --json | jq -e '.[-1].reset == false'"
check "and saved" eval "adm -S -n | grep -qx -- '--set-reset off'"
port=8003
same "then nobody is told before he speaks" "$(idle_out 10 6)" "idle end: nothing
end: nothing"
adm --set-reset on

# Bounded: so many a second, a quarter of them at once.
echo 4 >/sys/module/lvsx/parameters/reset_rate
before=$(counter reset)
check "more in a second than may be: the rest is silence" grows_by reset_limit 99 py cl reset from $VIP 80 $CLIENT ack 100
same "but one is answered" "$(($(counter reset) - before))" 1
sleep 1
check "100 with a wrong checksum are not answered" grows_by no_flow 100 py cl reset from $VIP 80 $CLIENT ack_wrong 100
check "and leave the answer to who comes then" grows_by reset 1 py cl reset from $VIP 80 $CLIENT ack
before="$(counter flow_told) $(counter flow_untold)"
server r1 tcp echo 7
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7
hold 30 7
check "30 connections idle out" wait_for 15 flow_gone 7
note "told and untold before: $before, now: $(counter flow_told) $(counter flow_untold)"
all=$(($(counter flow_told) + $(counter flow_untold)))
same "all are counted" "$((all - ${before% *} - ${before#* }))" 30
within "a few of them are told" "$(($(counter flow_told) - ${before% *}))" 1 8
stop "$spawned"
