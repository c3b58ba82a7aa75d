# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The three hosts, each a network namespace. Sourced by the scripts of this folder.
#
#	client 10.0.1.2 ─── 10.0.1.1 balancer 10.0.2.1 ─── switch ─┬─ r1 10.0.2.2
#	                    VIP 10.0.1.100       locals            ├─ r2 10.0.2.3
#	                                         10.0.2.100-103    ├─ r3 10.0.2.4, default route: the balancer
#	                                                           └─ dead gateway 10.0.2.254
#
# The default route of r1 and r2 is a gateway that forwards nothing: what a real server sends to the
# client's own address is lost, so only FullNAT works. LVSX_BALANCER=init puts the balancer into the
# initial namespace. T=2 before a function's name means a second set of hosts with the same addresses.
. "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../lib.sh"
net_dir=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

CLIENT=10.0.1.2 VIP=10.0.1.100 R1=10.0.2.2 R2=10.0.2.3 R3=10.0.2.4
L1=10.0.2.100 L2=10.0.2.101
SVC=$VIP:80 STOCK=10.0.1.101
T=${T:-}
net_patience=${LVSX_PATIENCE:-1} # how many times slower than a quiet machine this is: `all` measures it
all_hosts=(cl lb r1 r2 r3 gw sw)

# in_ns NAME COMMAND...; one short name a host.
in_ns() { local ns=$1; shift; nsenter --net="/run/netns/lvsx$T-$ns" "$@"; }
cl() { in_ns cl "$@"; }
r1() { in_ns r1 "$@"; }
r2() { in_ns r2 "$@"; }
r3() { in_ns r3 "$@"; }
gw() { in_ns gw "$@"; }
sw() { in_ns sw "$@"; }
lb() { if [[ ${LVSX_BALANCER:-} = init ]]; then "$@"; else in_ns lb "$@"; fi; }

# spawn_on HOST COMMAND...: nsenter becomes the command, so that $spawned is its process id.
spawn_on() {
	local host=$1
	shift
	if [[ $host = lb && ${LVSX_BALANCER:-} = init ]]; then spawn "$@"; else spawn nsenter "--net=/run/netns/lvsx$T-$host" "$@"; fi
}

# sysctls of one host: set HOST KEY=VALUE...
set_sysctl() { local host=$1; shift; "$host" sysctl -qw "$@"; }

# A real server's leg on the switch: host, its address, its default gateway.
topo_real() {
	ip link add "$1" netns "lvsx$T-sw" type veth peer name eth0 netns "lvsx$T-$1"
	ip -n "lvsx$T-sw" link set "$1" master br0 up
	ip -n "lvsx$T-$1" -b - <<-E
		addr add $2/24 dev eth0
		link set lo up
		link set eth0 up
		${3:+route add default via $3}
	E
}

topo_up() {
	local ns lb=(netns "lvsx$T-lb") n=(-n "lvsx$T-lb")
	topo_gone
	# A script that was killed may have left it.
	[[ $T ]] || ! lvsx_loaded || lvsx_remove
	at_end eval "T=$T topo_down"
	for ns in "${all_hosts[@]}"; do ip netns add "lvsx$T-$ns"; done
	[[ ${LVSX_BALANCER:-} != init ]] || lb=(netns 1) n=()
	ip link add eth0 netns "lvsx$T-cl" type veth peer name front "${lb[@]}"
	ip link add lb netns "lvsx$T-sw" type veth peer name back "${lb[@]}"
	ip -n "lvsx$T-cl" -b - <<-E
		addr add $CLIENT/24 dev eth0
		link set lo up
		link set eth0 up
		route add default via 10.0.1.1
	E
	ip -n "lvsx$T-sw" -b - <<-E
		link add br0 type bridge
		link set br0 up
		link set lb master br0 up
	E
	ip "${n[@]}" -b - <<-E
		addr add 10.0.1.1/24 dev front
		addr add 10.0.2.1/24 dev back
		addr add $VIP/32 dev lo
		addr add $L1/32 dev back
		addr add $L2/32 dev back
		addr add 10.0.2.102/32 dev back
		addr add 10.0.2.103/32 dev back
		link set lo up
		link set front up
		link set back up
	E
	topo_real r1 $R1 10.0.2.254
	topo_real r2 $R2 10.0.2.254
	topo_real r3 $R3 10.0.2.1
	topo_real gw 10.0.2.254 ''
	modprobe ip_vs
	set_sysctl lb net.ipv4.ip_forward=1
	wait_for 10 lb ping -c 1 -W 1 $R1 && wait_for 10 cl ping -c 1 -W 1 10.0.1.1
}

topo_gone() {
	local ns
	[[ ${LVSX_BALANCER:-} != init ]] || { ip link del front; ip link del back; ip addr del $VIP/32 dev lo; ipvsadm -C; } 2>/dev/null || true
	for ns in "${all_hosts[@]/#/lvsx$T-}"; do
		[[ -e /run/netns/$ns ]] || continue
		ip netns pids "$ns" | xargs -r kill 2>/dev/null || true
		ip netns del "$ns"
	done
}

# Namespaces are taken down in the background; what follows wants them gone.
topo_down() {
	topo_gone
	! lvsx_loaded || lvsx_remove
}

lvsx_loaded() { grep -q '^lvsx ' /proc/modules; }

# lvsx_insert [PARAMETER=VALUE...]
lvsx_insert() {
	[[ -e ${LVSX_KO:-} ]] || { note "no module at '${LVSX_KO:-}' (LVSX_KO); build it first"; return 1; }
	modprobe ip_vs && insmod "$LVSX_KO" ${lvsx_words:+"$lvsx_words"}
}

# lvsx_words: a module parameter.
# A rmmod that hangs is a failure, not the end of the run.
lvsx_remove() { timeout $((60 * net_patience)) rmmod lvsx; }

# Stock IPVS and its schedulers; what still holds a reference makes it fail.
ipvs_remove() { awk '$1 ~ /^ip_vs_/ { print $1 }' /proc/modules | xargs -r rmmod && rmmod ip_vs; }

adm() { lb "$lib_top/build/bin/lvsxadm" "$@"; }
vs() { lb ipvsadm "$@"; }

# refused_by SENTENCE COMMAND...: it fails and says this sentence, on standard error and nothing else.
refused_by() {
	local sentence=$1 rc=0
	shift
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null || rc=$?
	cat "$tmp/out" "$tmp/err"
	# 255 is what ipvsadm has, 126 to 254 are the shell's words for what could not run or was killed.
	((rc == 255 || rc > 0 && rc < 126)) || { echo "exit code $rc"; return 1; }
	[[ ! -s $tmp/out && $(<"$tmp/err") = "lvsxadm: $sentence" ]] || { echo "expected on standard error: $sentence"; return 1; }
}
refused() { refused_by "$1" adm "${@:2}"; } # SENTENCE WORDS...

# The ordinary set-up: topology, lvsx, web servers r1 and r2 behind SVC with local address L1.
fullnat_up() {
	topo_up
	lvsx_insert
	web r1
	web r2
	fullnat_service -t $SVC rr
	fullnat_real -t $SVC $R1:80
	fullnat_real -t $SVC $R2:80
}
fullnat_service() { vs -A "$1" "$2" -s "$3" "${@:4}" && adm -P "$1" "$2" -z $L1; }
# Local addresses outlive an IPVS service: they are lvsx's configuration.
fullnat_gone() { vs -D "$1" "$2" && adm --forget "$1" "$2"; }
# A UDP service with r1 as its only real server, which sends back what it gets.
fullnat_echo() { server r1 udp echo 53 r1 && fullnat_service -u $VIP:53 rr && fullnat_real -u $VIP:53 $R1:53; }
fullnat_real() { vs -a "$1" "$2" -r "$3" -m "${@:4}"; }

# One number of a reason's counter in the balancer.
counter_above() { (($(counter "$1") > $2)); }
counter() { adm -L --counters --all --json | jq -r --arg n "$1" "[.[] | select(.name == \$n) | .value][0]"; }

# The flows to a VIP's port: state and seconds left of the first, and whether there is none.
flows() { adm -L --flows --json; }
flow_count() { flows | jq "[.[] | select(.vip.port == $1)] | length"; }
flow_state() { flows | jq -r "[.[] | select(.vip.port == $1)][0].state"; }
flow_left() { flows | jq -r "[.[] | select(.vip.port == $1)][0].left_ms / 1000 | floor"; }
flow_gone() { [[ $(flow_count "$1") = 0 ]]; }
flow_state_is() { [[ $(flow_state "$1") = "$2" ]]; }

# stats PROTO-OPTION SVC: "Conns InPkts OutPkts InBytes OutBytes" as the unmodified tool shows them.
stats() { vs -L -n --stats --exact "$1" "$2" | awk -v s="$2" '$2 == s { print $3, $4, $5, $6, $7 }'; }

# The estimator copies the per-CPU counters every 2 s: two equal readings that far apart are final.
stats_settled() {
	local last now end=$((SECONDS + 15))
	now=$(stats "$@")
	while ((SECONDS < end)); do
		last=$now
		sleep 2.2
		now=$(stats "$@")
		[[ $now != "$last" ]] || break
	done
	echo "$now"
}

# "InPkts OutPkts" of all services together, settled.
stats_all() {
	local last='' now end=$((SECONDS + 15))
	while now=$(vs -L -n --stats --exact | awk '$1 ~ /^(TCP|UDP|FWM)$/ { i += $4; o += $5 } END { print i + 0, o + 0 }'); [[ $now != "$last" ]] && ((SECONDS < end)); do
		last=$now
		sleep 2.2
	done
	echo "$now"
}

# conns ACTIVE|INACTIVE PROTO-OPTION SVC: summed over the real servers. They come by tick: wait for them.
conns() {
	vs -L -n "$2" "$3" | awk -v c="$([[ $1 = ACTIVE ]] && echo 5 || echo 6)" '$1 == "->" && $2 ~ /[0-9]:/ { n += $c } END { print n + 0 }'
}
conns_are() { [[ $(conns "$1" "$3" "$4") = "$2" ]]; }

# reals_are "ADDRESS:PORT ..." PROTO-OPTION SVC: exactly these real servers, in this order.
reals_are() { [[ $(vs -L -n "$2" "$3" | awk '$1 == "->" && $2 ~ /[0-9]:/ { print $2 }' | sort | xargs) = "$1" ]]; }

# keepalived in the balancer, health checks only.
keepalived_start() {
	spawn_on lb keepalived --dont-fork --log-console --log-detail --check -f "$1" \
		"--pid=$tmp/ka.pid" "--checkers_pid=$tmp/ka.checkers" >"$tmp/keepalived.log" 2>&1
	keepalived_pid=$spawned
}
keepalived_stop() { stop "$keepalived_pid"; }

# data_file MIB: made once a boot, served by every web server as /MIBm.
data_dir=/tmp/lvsx-data
data_file() {
	mkdir -p $data_dir
	[[ -s $data_dir/$1m ]] || { head -c "$1M" /dev/urandom >"$data_dir/new.$$" && mv "$data_dir/new.$$" "$data_dir/$1m"; }
}
data_sum() { md5sum <"$data_dir/$1m" | cut -d' ' -f1; }

# web HOST [PORT]: nginx; /id tells the host's name. Its process id is in ${web_pid[HOST]}.
declare -A web_pid=()
web() {
	local dir=$tmp/web$T.$1.${2:-80}
	mkdir -p "$dir" $data_dir
	cat >"$dir/conf" <<-E
		daemon off; pid $dir/pid; worker_processes 1; error_log $dir/log;
		events { worker_connections 8192; }
		http {
			log_format peer "\$remote_addr"; access_log $dir/peers peer; keepalive_timeout 600; keepalive_requests 100000;
			client_body_temp_path $dir/b; proxy_temp_path $dir/p; fastcgi_temp_path $dir/f;
			uwsgi_temp_path $dir/u; scgi_temp_path $dir/s;
			server {
				listen ${2:-80} backlog=4096;
				root $data_dir;
				location = /id { return 200 "$1\n"; }
			}
		}
	E
	spawn_on "$1" nginx -p "$dir" -e "$dir/log" -c "$dir/conf"
	# shellcheck disable=SC2034 # for the scripts
	web_pid[$1]=$spawned
	wait_for 20 in_ns "$1" curl -sf -m 5 -o /dev/null "http://127.0.0.1:${2:-80}/id"
}

# The addresses that a web server saw as its clients, but for itself.
web_peers() { sort -u "$tmp/web$T.$1.${2:-80}/peers" | grep -v '^127\.' | xargs; }

# get PATH [CURL OPTION...]: from the client, by way of the VIP.
get() { cl ${on_cpu:+taskset -c "$on_cpu"} curl -sS -m "${get_seconds:-$((30 * net_patience))}" "http://${get_from:-$SVC}/$1" "${@:2}"; }
ids_are() { [[ $(get_ids "$2") = "$1" ]]; } # "NAME:NUMBER ..." NUMBER
get_id_from() { get_from=$1 get id "${@:2}"; }
get_sum() { get "$@" | md5sum | cut -d' ' -f1; }

# get_ids N: ask N times, each on its own connection; "name count" lines. From one CPU, as each has its
# own turns.
get_ids() {
	local i
	for ((i = 0; i < $1; i++)); do on_cpu=0 get id || echo error; done | sort | uniq -c | awk '{ printf "%s%s:%s", sep, $2, $1; sep = " " }'
}

# talk ADDRESS PORT: the client opens one connection to an echo server; talk_line WORD says a word on
# it and waits for the echo; talk_close ends it. TALK= names a second one.
declare -A talk_fd=() talk_pid=()
talk() {
	local name=${TALK:-0} fd
	rm -f "$tmp/talk.$name"
	mkfifo "$tmp/talk.$name"
	# Opened for both: neither side waits for the other.
	exec {fd}<>"$tmp/talk.$name"
	: >"$tmp/talk.$name.out"
	spawn_on cl /usr/bin/python3 -I -S "$net_dir/tools/tcp.py" talk "$1" "$2" <&"$fd" >"$tmp/talk.$name.out" 2>&1
	talk_fd[$name]=$fd talk_pid[$name]=$spawned
	wait_for 15 grep -q connected "$tmp/talk.$name.out"
}
talk_line() {
	local name=${TALK:-0}
	echo "$1" >&"${talk_fd[$name]}"
	wait_for "${2:-5}" grep -qx "$1" "$tmp/talk.$name.out" || { cat "$tmp/talk.$name.out"; return 1; }
}
talk_close() { stop "${talk_pid[${TALK:-0}]}"; }

# beside_up: lvsx, $STOCK for stock services beside, and hosts for packets made byte by byte. The client's 10.0.1.50
# is nobody, so that only a tool answers for it; it and the real server r3 have the sums of their frames worked
# out, and no check of sources is in the way.
beside_up() {
	local leg
	topo_up
	lvsx_insert
	lb ip addr add $STOCK/32 dev lo
	lb ip neigh replace 10.0.1.50 lladdr "$(cl ip -j link show eth0 | jq -r '.[0].address')" dev front
	for leg in cl:eth0 r3:eth0 lb:front lb:back; do
		set_sysctl ${leg%:*} net.ipv4.icmp_ratelimit=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf."${leg#*:}".rp_filter=0
		${leg%:*} ethtool -K "${leg#*:}" tx off tso off gso off >/dev/null
	done
}
# beside NAME TOOL ARGUMENT...: a check: that tool plays to $STOCK and $VIP, shows what came of it, and is content.
beside() {
	local rc=0
	/usr/bin/python3 -I -S "$net_dir/tools/$2.py" $STOCK $VIP "${@:3}" >"$tmp/fates" 2>&1 || rc=$?
	sed 's/^/# /' "$tmp/fates"
	same "$1" "$rc" 0
}

# tool NAME: a compiled helper of tools/, built when it is missing or old.
tool() {
	local bin=$lib_top/build/selftests/$1 src=$net_dir/tools/$1.c
	[[ $bin -nt $src ]] || { mkdir -p "${bin%/*}" && gcc -O2 -Wall -o "$bin.$$" "$src" && mv "$bin.$$" "$bin"; } >&2
	echo "$bin"
}

# py HOST TOOL ARGUMENT...; py_spawn the same in the background, with its output in $tmp/HOST.TOOL.
py() { in_ns "$1" /usr/bin/python3 -I -S "$net_dir/tools/$2.py" "${@:3}"; }
py_spawn() {
	py_out=$tmp/$1.$2.$RANDOM
	spawn_on "$1" /usr/bin/python3 -I -S "$net_dir/tools/$2.py" "${@:3}" >"$py_out" 2>&1
}
# server HOST TOOL ARGUMENT...: one that says "ready".
server() { py_spawn "$@" && wait_for 20 grep -q ready "$py_out"; }

# hold N [PORT [SECONDS]]: N connections of the client that stay open; what came of it is in $held.
# SIGTERM to $spawned aborts them, SIGINT closes them.
hold() {
	py_spawn cl tcp hold $VIP "${2:-80}" "$1" "${3:-3}"
	wait_for 60 grep -q opened "$py_out"
	# shellcheck disable=SC2034 # for the script
	held=$(<"$py_out")
}
