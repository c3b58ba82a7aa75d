#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# lvsx's own choices against IPVS's schedulers: the same clients and the same services, first in stock
# IPVS, then in FullNAT. A client is an address and a port, and sends one datagram.
. "$(dirname "$(realpath "$0")")/topology.sh"

# name, scheduler with its flags, options of r1, r2, r3, and what must be the same: where each client
# goes, or how many each real server gets (where IPVS begins a cycle of wrr depends on the past).
cases='
rr			rr		-w_1 -w_1 -w_1		each
rr_weights		rr		-w_5 -w_0 -w_1		each
rr_threshold		rr		-w_1_-x_4 -w_1 -w_1	each
rr_nobody		rr		-w_0 -w_0 -w_0		each
wrr			wrr		-w_3 -w_1 -w_2		sums
wrr_divisor		wrr		-w_200 -w_0 -w_100	sums
wrr_equal		wrr		-w_7 -w_7 -w_7		sums
wrr_threshold		wrr		-w_2_-x_4 -w_1 -w_1	sums
lc			lc		-w_1 -w_9 -w_3		each
lc_weight_0		lc		-w_0 -w_1 -w_1		each
lc_threshold		lc		-w_1 -w_1_-x_3 -w_1	each
wlc			wlc		-w_3 -w_1 -w_2		each
wlc_weight_0		wlc		-w_3 -w_0 -w_2		each
wlc_threshold		wlc		-w_5_-x_6_-y_2 -w_1 -w_2	each
sh			sh		-w_1 -w_1 -w_1		each
sh_weights		sh		-w_3 -w_1 -w_2		each
sh_port			sh_-b_sh-port	-w_1 -w_2 -w_1		each
sh_weight_0		sh		-w_1 -w_0 -w_1		each
sh_fallback		sh_-b_sh-fallback,sh-port	-w_1 -w_0 -w_1_-x_3	each
mh			mh		-w_1 -w_1 -w_1		each
mh_port			mh_-b_mh-port	-w_1 -w_2 -w_1		each
mh_fallback		mh_-b_mh-fallback,mh-port	-w_1 -w_1_-x_3 -w_2	each
'
names=() each=() sums=()
while read -r name _ _ _ _ what; do
	[[ $name ]] || continue
	names+=("$name")
	[[ $what = each ]] && each+=("$name") || sums+=("$name")
done <<<"$cases"
plan $((${#names[@]} + 4))
number=24	# datagrams: whole cycles of every case with weights
sources=$(echo 10.0.1.{11..18})

topo_up
for source in $sources; do ip -n lvsx-cl addr add "$source/24" dev eth0; done

has() { [[ $1 != mh* ]] || modprobe -q ip_vs_mh; }

# services FIRST-PORT: the cases, a port each.
services() {
	local port=$1 name sched r1 r2 r3
	while read -r name sched r1 r2 r3 _; do
		[[ $name ]] || continue
		port=$((port + 1))
		has "$name" || continue
		cat <<-E
			-A -u $VIP:$port -s ${sched//_/ }
			-a -u $VIP:$port -r $R1:53 -m ${r1//_/ }
			-a -u $VIP:$port -r $R2:53 -m ${r2//_/ }
			-a -u $VIP:$port -r $R3:53 -m ${r3//_/ }
		E
	done <<<"$cases" >"$tmp/services"
	vs -R <"$tmp/services"
	! lvsx_loaded || sed -n 's/^-A -u \([^ ]*\) .*/\1/p' "$tmp/services" |
		while read -r service; do adm -P -u "$service" -z $L1; done
}
# send CPU FIRST-PORT
send() {
	# shellcheck disable=SC2046
	cl taskset -c "$1" /usr/bin/python3 -I -S "$net_dir/tools/udp.py" send $VIP "$sources" $number \
		$(seq $(($2 + 1)) $(($2 + ${#names[@]})))
}
# "PORT CLIENT REAL" of all connections, sorted.
stocks() { vs -Lnc | awk '$1 == "UDP" { sub(/.*:/, "", $5); sub(/:.*/, "", $6); print $5, $4, $6 }' | sort; }
ours() { flows | jq -r '.[] | "\(.vip.port) \(.client.address):\(.client.port) \(.real.address)"' | sort; }
# of LIST PORT: client and real server; summed: how many each real server has.
of() { awk -v p="$2" '$1 == p { print $2, $3 }' "$1"; }
summed() { of "$1" "$2" | awk '{ n[$2]++ } END { for (r in n) print r ":" n[r] }' | sort | xargs; }
# "PORT REAL NUMBER" of inactive connections as ipvsadm counts them, and as there are.
counted() { vs -Ln | awk '$1 == "UDP" { sub(/.*:/, "", $2); port = $2 } $1 == "->" && $6 ~ /[1-9]/ { sub(/:.*/, "", $2); print port, $2, $6 }' | sort; }
there_are() { awk '{ n[$1 " " $3]++ } END { for (r in n) print r, n[r] }' "$tmp/ours" | sort; }
counts_equal() { diff <(counted) <(there_are); }

services 1000
send 0 1000
stocks >"$tmp/stock"
vs -C
lvsx_insert
services 2000
send 0 2000
ours >"$tmp/ours"

i=0
for name in "${names[@]}"; do
	i=$((i + 1)) stock=$((1000 + i)) ours=$((2000 + i))
	has "$name" || { skip "$name" "this kernel has no ip_vs_mh"; continue; }
	[[ $name = rr_nobody || $(of "$tmp/stock" $stock) ]] || { note "stock IPVS has no connection of $name"; false; }
	if [[ " ${each[*]} " = *" $name "* ]]; then
		same "$name: every client where stock sends it" "$(of "$tmp/ours" $ours)" "$(of "$tmp/stock" $stock)"
	else
		same "$name: as many as stock sends" "$(summed "$tmp/ours" $ours)" "$(summed "$tmp/stock" $stock)"
	fi
done
wait_for 15 counts_equal >/dev/null || true
same "ipvsadm counts these connections, a tick later" "$(counted)" "$(there_are)"

if (($(nproc) > 1)); then
	# Another CPU begins elsewhere; over whole cycles that makes no difference.
	services 3000
	send 1 3000
	ours >"$tmp/ours"
	for name in rr wrr wrr_divisor; do
		i=1
		while [[ ${names[i - 1]} != "$name" ]]; do i=$((i + 1)); done
		same "$name on another CPU: as many as stock sends" "$(summed "$tmp/ours" $((3000 + i)))" "$(summed "$tmp/stock" $((1000 + i)))"
	done
else
	for name in rr wrr wrr_divisor; do skip "$name on another CPU" "one CPU only"; done
fi
