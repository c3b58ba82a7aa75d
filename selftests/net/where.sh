#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# --where says which real server a new connection would get: it is asked, the connection is made, and
# both are compared, with every scheduler that the kernel has. Asking changes nothing.
. "$(dirname "$(realpath "$0")")/topology.sh"

# Schedulers, with their flags, and the options of the three real servers. With -x_1 a real server is at its
# threshold after one connection.
told='
rr		rr				-w_1 -w_1 -w_1
rr_weight_0	rr				-w_0 -w_1 -w_1
wrr		wrr				-w_3 -w_1 -w_2
lc		lc				-w_1 -w_1 -w_1_-x_1
wlc		wlc				-w_3 -w_1 -w_2_-x_1
sed		sed				-w_3 -w_1 -w_2
nq		nq				-w_1 -w_1 -w_1_-x_1
fo		fo				-w_1 -w_1 -w_2_-x_1
ovf		ovf				-w_1 -w_3 -w_2
dh		dh				-w_1 -w_1 -w_1
sh		sh				-w_1 -w_2 -w_1
sh_port		sh_-b_sh-port			-w_1 -w_2 -w_1
mh		mh				-w_1 -w_2 -w_1
mh_port		mh_-b_mh-port			-w_1 -w_2 -w_1
sh_persistent	sh_-p_60			-w_1 -w_1 -w_1
wlc_persistent	wlc_-p_60			-w_3 -w_1 -w_2
twos_one	twos				-w_0 -w_1 -w_0
lblcr_one	lblcr				-w_0 -w_1 -w_0
'
hidden='twos lblc lblcr rr_persistent'
stock='lc sh'
names=()
while read -r name _; do [[ ! $name ]] || names+=("$name"); done <<<"$told"
plan $((${#names[@]} + $(wc -w <<<"$hidden $stock") + 15))
sources=$(echo 10.0.1.{11..13})

topo_up
for source in $sources; do ip -n lvsx-cl addr add "$source/24" dev eth0; done
lvsx_insert
has() { modprobe -q "ip_vs_${1%%_*}"; }

# service NAME PORT SCHEDULER R1 R2 R3: of lvsx's, or, PORT below 3000, stock's.
service() {
	vs -R <<-E
		-A -u $VIP:$2 -s ${3//_/ }
		-a -u $VIP:$2 -r $R1:53 -m ${4//_/ }
		-a -u $VIP:$2 -r $R2:53 -m ${5//_/ }
		-a -u $VIP:$2 -r $R3:53 -m ${6//_/ }
	E
	(($2 < 3000)) || adm -P -u $VIP:"$2" -z $L1
}
where() { adm --where "$1:20000" $VIP:"$2" --json; }
why() { where "$@" | jq -r '.[0].why'; }
# on CPU: the address that an answer tells for a connection that comes to this CPU.
on() { jq -r --argjson cpu "$1" '.[0] | (.real // (.picks[] | select(.cpu_first <= $cpu and $cpu <= .cpu_last) | .real)).address'; }
send() { cl taskset -c 0 /usr/bin/python3 -I -S "$net_dir/tools/udp.py" send $VIP "$1" 1 "$2"; }
flow_of() { flows | jq -r --arg client "$1" "[.[] | select(.vip.port == $2 and .client.address == \$client)][0] | \"\(.cpu) \(.real.address)\""; }
# All that asking could change.
state() { vs -Ln; vs -Lnc | sed 's/^\(...\) [0-9:]* /\1 /'; vs -Ln --stats --exact; adm -L --counters --all; adm -L --flows --json | jq 'map(del(.left_ms))'; }

# compare NAME PORT: each client asks, comes, and has what was said.
compare() {
	local client cpu real answer wrong=()
	for client in $sources; do
		where "$client" "$2" >"$tmp/before"
		where "$client" "$2" >"$tmp/answer"
		cmp -s "$tmp/before" "$tmp/answer" || wrong+=("$client: asked twice, two answers")
		send "$client" "$2"
		read -r cpu real < <(flow_of "$client" "$2")
		answer=$(on "$cpu" <"$tmp/answer")
		[[ $answer = "$real" ]] || wrong+=("$client: said $answer, has $real on CPU $cpu: $(jq -c '.[0] | .why, .picks' "$tmp/answer")")
	done
	printf '%s\n' "${wrong[@]}"
	((!${#wrong[@]}))
}

port=3000
while read -r name scheduler r1 r2 r3; do
	[[ $name ]] || continue
	port=$((port + 1))
	has "$name" || { skip "$name" "this kernel has no ip_vs_${name%%_*}"; continue; }
	service "$name" $port "$scheduler" "$r1" "$r2" "$r3"
	check "$name: what is said comes true" compare "$name" $port
done <<<"$told"

# What would be another answer the next time is not told.
for name in $hidden; do
	port=$((port + 1))
	has "$name" || { skip "$name" "this kernel has no ip_vs_${name%%_*}"; continue; }
	service "$name" $port "${name/_persistent/_-p_60}" -w_1 -w_1 -w_1
	same "$name: nothing is guessed" "$(where 10.0.1.11 $port | jq -c '.[0] | .real, .picks, (.servers | length)' | xargs)" "null [] 3"
done

last=$port
port=2000
for name in $stock; do
	port=$((port + 1))
	service "$name" $port "$name" -w_1 -w_1 -w_1
	answer=$(where 10.0.1.11 $port | jq -r '.[0] | "\(.fullnat) \(.real.address)"')
	send 10.0.1.11 $port
	same "$name in stock IPVS: what is said comes true" "$answer" \
		"false $(vs -Lnc | awk -v to=":$port\$" '$5 ~ to { sub(/:.*/, "", $6); print $6; exit }')"
done
service rr 2010 rr -w_1 -w_1 -w_1
check "rr in stock IPVS: whose turn it is does not show" grep -Fx "the scheduler rr takes turns, and the kernel does not show whose turn it is" <(why 10.0.1.11 2010)
service rr 2011 rr -w_0 -w_1 -w_0
same "but who is the only one does" "$(where 10.0.1.11 2011 | jq -r '.[0] | .real.address, .why' | xargs)" "$R2 no other real server can be chosen"

# Persistence remembers: the same client goes there again whatever the scheduler says of others.
service memory 3100 rr_-p_60 -w_1 -w_1 -w_1
send 10.0.1.11 3100
same "a client that persistence remembers" "$(where 10.0.1.11 3100 | jq -r '.[0].found') $(adm --where 10.0.1.11:999 $VIP:3100 --json | jq -r '.[0] | .found, .real.address' | xargs)" \
	"flow persistence $(flow_of 10.0.1.11 3100 | cut -d' ' -f2)"

service ways 3101 wlc -w_1 -w_1 -w_1
vs -d -u $VIP:3101 -r $R3:53
vs -a -u $VIP:3101 -r $R3 -g -w 9
same "one that is not masquerading: lvsx would drop it" "$(where 10.0.1.11 3101 | jq -r '.[0] | .real, .why' | xargs)" \
	"null $R3:3101 is chosen (the scheduler wlc finds it the least busy), but FullNAT takes masquerading real servers only: lvsx drops it"
before=$(counter not_masq)
send 10.0.1.11 3101
same "and does" "$(($(counter not_masq) - before))" 1

service nobody 3102 sh -w_0 -w_0 -w_0
same "nobody can be chosen" "$(why 10.0.1.11 3102)" "no real server can be chosen"
service drains 3103 rr -w_1 -w_1 -w_1
adm --drain -u $VIP:3103 >/dev/null
same "a service that drains" "$(why 10.0.1.11 3103)" "the service drains: new connections are refused"
adm --undrain -u $VIP:3103
adm -U -u $VIP:3103 -k 10.0.1.11
same "a client on the deny list" "$(why 10.0.1.11 3103)" "the client is on the deny list (10.0.1.11)"
check "its neighbour is not" grep -F "the scheduler rr takes turns" <(why 10.0.1.12 3103)
adm -O -u $VIP:3103 -2 10.0.1.13
same "nor on the allow list, where there is one" "$(why 10.0.1.12 3103)" "the client is not on the allow list"
if modprobe -q ip_set && lb ipset create known hash:ip counters; then
	lb ipset add known 10.0.1.13
	adm -U -u $VIP:3103 -k ipset:known
	same "an ipset is asked" "$(why 10.0.1.13 3103)" "the client is on the deny list (ipset:known)"
	same "and does not count it" "$(lb ipset list known | awk '/^10/ { print $3 }')" 0
	send 10.0.1.13 3103
	same "a packet it does" "$(lb ipset list known | awk '/^10/ { print $3 }')" 1
	adm -V -u $VIP:3103 -k ipset:known
else
	for _ in 1 2 3; do skip "ipsets" "no ip_set.ko in this kernel"; done
fi

# Once more for all: the tick has nothing left to tell, and what is printed before and after is the same.
sleep 3
state >"$tmp/before"
for ((p = 3001; p <= last; p++)); do where 10.0.1.50 $p >/dev/null 2>&1 || true; done
for p in 2001 2002 2010 2011 3100 3101 3102 3103; do where 10.0.1.50 $p >/dev/null; done
state >"$tmp/after"
check "asking has changed nothing" diff "$tmp/before" "$tmp/after"
lvsx_remove
check "without the module it says so" grep -F "the scheduler lc cannot be asked: the module lvsx, which does so, is not loaded" <(why 10.0.1.12 2001)
