#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Handing over from stock IPVS what never pauses: by the operator's word, and unasked where stock
# had it for a moment only.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 38

# The real server r3 has its default route by the balancer, so stock serves it; r1 does not.
hears() { # WORD [SECONDS]: the last stream that was begun is answered with it
	: >"$py_out"
	wait_for "${2:-3}" grep -qxa "$1" "$py_out"
}
deaf() { ! hears . 1 && [[ ! -s $py_out ]]; }
real_of() { flows | jq -r "[.[] | select(.vip.port == $1)][0].real.address"; }
stock_has() { vs -Lnc | grep -q "^$1 .* $VIP:$2 "; } # PROTO PORT
forgotten() { [[ -z $(r3 ss -Htn state established "( sport = :$1 )") ]]; }
ended() { grep -q '^end:' "$1"; }
# stock_service PROTO-OPTION VIP-PORT REAL-PORT [WORD...]: stock's, with the real server r3.
stock_service() { vs -A "$1" "$VIP:$2" -s rr "${@:4}" && vs -a "$1" "$VIP:$2" -r "$R3:$3" -m; }

topo_up
lvsx_insert
server r3 udp echo 53 r3
server r3 tcp echo 7
server r1 udp echo 53 r1
stock_service -u 53 53
stock_service -t 7 7
talk $VIP 7
py_spawn cl udp stream $VIP 53 20053
stream=$spawned
check "stock IPVS serves a stream and a connection" eval "hears r3 && talk_line one"

# Without a local address nothing can be taken over: what works goes on.
check "handed over without a local address" \
	eval "adm --adopt --now -u $VIP:53 && adm --adopt --now -t $VIP:7"
check "they go on in stock" eval "hears r3 && talk_line two"
check "and are forgotten" eval "adm --forget -u $VIP:53 && adm --forget -t $VIP:7"
adm -P -z $L1
adm --adopt -u $VIP:53
adm --adopt -t $VIP:7
check "adopted anew, they go on in stock" eval "hears r3 && talk_line three"
check "counted as pass_stock" counter_above pass_stock 0
same "no flow is there" "$(flow_count 53)" 0
adm --drain -u $VIP:53 >/dev/null
adm --adopt --now -u $VIP:53
check "one that is drained goes on in stock, too" eval "hears r3 && [[ $(flow_count 53) = 0 ]]"
adm --undrain -u $VIP:53
check "adopted now, the stream goes on" hears r3
same "as a flow to the same real server" "$(flow_count 53) $(real_of 53)" "1 $R3"
check "said twice, it goes on" eval "adm --adopt --now -u $VIP:53 && hears r3"
same "as that flow" "$(flow_count 53)" 1
stop "$stream"

# TCP: both ends are told, and what comes next is FullNAT.
adm --adopt --now -t $VIP:7
check "the open connection ends" fails talk_line four 3
check "by a reset" grep -q 'reset by peer' "$tmp/talk.0.out"
check "its real server is told, too" wait_for 3 forgotten 7
TALK=new talk $VIP 7
check "and the client connects anew" eval "TALK=new talk_line five"
same "by lvsx" "$(flow_count 7)" 1

# One that has nothing to say but a keep-alive now and then: an RST of its number does not end it.
server r3 reset serve 8
serve_out=$py_out
stock_service -t 8 8
py_spawn cl reset keep $VIP 8 20
wait_for 10 grep -q idle "$py_out"
adm --adopt --now -t $VIP:8
check "an idle connection ends with its next keep-alive" wait_for 10 ended "$py_out"
same "by a reset" "$(grep end: "$py_out")" "end: Connection reset by peer"
check "and at its real server" wait_for 3 ended "$serve_out"
same "by a reset, too" "$(grep end: "$serve_out")" "end: Connection reset by peer"

# In mid-stream, with much under way.
server r3 tcp sum 9
stock_service -t 9 9
data_file 64
set_sysctl cl net.ipv4.tcp_wmem='4096 16384 32768'
r3 tc qdisc add dev eth0 root netem delay 20ms
py_spawn cl tcp upload $VIP 9 $data_dir/64m
upload_out=$py_out
wait_for 10 fails forgotten 9
sleep 0.5
adm --adopt --now -t $VIP:9
check "an upload ends" wait_for 5 grep -q 'reset by peer\|Broken pipe' "$upload_out"
check "and at its real server" wait_for 3 forgotten 9
r3 tc qdisc del dev eth0 root
same "the next arrives whole" "$(py cl tcp upload $VIP 9 $data_dir/64m)" "$(data_sum 64)"
same "as a flow" "$(flow_count 9)" 1

# A persistent one keeps its template; a service of all ports leaves alone what is another's.
stock_service -u 56 53 -p 300
py_spawn cl udp stream $VIP 56 20056
check "a stream of a persistent service" hears r3
adm --adopt --now -u $VIP:56
check "goes on" hears r3
same "as a flow of its one connection" "$(flow_count 56) $(conns INACTIVE -u $VIP:56)" "1 1"
check "with its template" eval "vs -Lnc | grep -q '^UDP .* $CLIENT:0 *$VIP:56 '"
stop "$spawned"
stock_service -t 10 7
TALK=other talk $VIP 10
stock_service -t 0 0 -p 300
adm --adopt --now -t $VIP:0
check "a connection of another service goes on beside one of all ports" \
	eval "TALK=other talk_line six"
adm --forget -t $VIP:0
vs -D -t $VIP:0

# keepalived first, FullNAT later: the stream has stock's entry, and its real server cannot answer
# that.
vs -A -u $VIP:54 -s rr
vs -a -u $VIP:54 -r $R1:53 -m
py_spawn cl udp stream $VIP 54 20054
default_out=$py_out
check "stock IPVS has a stream that it cannot serve" wait_for 5 stock_has UDP 54
vs -A -u $VIP:55 -s rr
vs -a -u $VIP:55 -r $R1:53 -m
py_spawn cl udp stream $VIP 55 20055
stream=$spawned
wait_for 5 stock_has UDP 55
adm -P -u $VIP:55 -z $L1
check "nor does a local address of its own serve another" eval "deaf && [[ $(flow_count 55) = 0 ]]"
adm --adopt --now -u $VIP:55
check "handed over it is served" hears r1
same "by lvsx" "$(flow_count 55)" 1
stop "$stream"
server r1 tcp echo 58
vs -A -t $VIP:58 -s rr
vs -a -t $VIP:58 -r $R1:58 -m
py_spawn cl tcp hold $VIP 58 1 15
opened_out=$py_out
wait_for 5 stock_has TCP 58
py_out=$default_out
adm --set-default on
check "with FullNAT by default it is served" hears r1 5
same "by lvsx" "$(flow_count 54)" 1
check "and so is a connection whose SYN stock had" wait_for 15 grep -qx 'opened 1' "$opened_out"

# The module goes and comes while it hands over.
stock_service -u 59 53
py_spawn cl udp stream $VIP 59 20059 0.01
for round in 1 2 3 all; do
	[[ $round != all ]] || break
	TALK=$round talk $VIP 7
	adm --adopt --now -u $VIP:59
	adm --adopt --now -t $VIP:7
	lvsx_remove || break
	lvsx_insert
	hears r3 || break
	adm -P -z $L1
done
same "the module goes right after the word, three times" "$round" all
