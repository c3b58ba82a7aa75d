#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whatever is wrong with a request: one sentence, a non-zero exit code, and nothing has changed.
. "$(dirname "$(realpath "$0")")/topology.sh"
noise=${LVSX_NOISE_SECONDS:-5}

mapfile -t wrong <<-E
	-P -t $SVC
	-P -z
	-P -t $SVC -z 10.0.2.300
	-P -t $SVC -z nonsense
	-P -t $SVC -z 192.0.2.1
	-P -t $SVC -z 0.0.0.0
	-P -t $SVC -z 224.0.0.1
	-P -t $SVC -z 255.255.255.255
	-P -t $SVC -z $L1
	-P -t $SVC -z $L2-$L1
	-P -t $SVC -z $L2-10.0.40.1
	-P -t $SVC -z 10.0.0.0/8
	-P -t $SVC -z 10.0.2.0/33
	-P -t $SVC -z 2001:db8::1
	-P -t $VIP:65536 -z $L2
	-P -t $VIP:-1 -z $L2
	-P -t $VIP: -z $L2
	-P -t nowhere.invalid:80 -z $L2
	-P -f 0 -z $L2
	-P -f 4294967296 -z $L2
	-P -t $SVC -u $SVC -z $L2
	-P -t $SVC -z $L2 -F nodevice0
	-P -t $SVC -z $L2 surplus
	-P -t $SVC -z $L2 -w 3
	-Q -t $SVC -z $L2
	-Q -t $VIP:81 -z $L1
	-a -t $VIP:81 -r $R1:80 -b
	-a -t $SVC -r $R1:80 -b
	-a -t $SVC -b
	-a -t $SVC -r $R2:80 -b -m
	-a -t $SVC -r $R2:80 -b -w -1
	-a -t $SVC -r $R2:80 -b -w 65536000000
	-d -t $SVC -r $R2:80
	-e -t $SVC -r $R2:80 -b
	-A -t $SVC -s rr
	-A -t $VIP:90 -s nonesuch
	-A -s rr
	-E -t $VIP:90 -s rr
	-D -t $VIP:90
	--set-default perhaps
	--forget
	--forget -t $VIP:90
	-U -t $SVC
	-U -t $SVC -k nonsense
	-U -t $SVC -k 10.0.2.9-10.0.2.1
	-U -t $SVC -k 2001:db8::1
	-U -t $SVC -k ipset:
	-U -t $SVC -k ipset:nonesuch
	-U -t $SVC -2 10.0.2.9
	-U -t $VIP:81 -k 10.0.2.9
	-V -t $SVC -k 10.0.2.9
	-O -t $SVC -k 10.0.2.9
	-Y -t $SVC -2 10.0.2.9
	--conn-timeout 60
	--conn-timeout -1 -t $SVC
	--conn-timeout 1814401 -t $SVC
	--conn-timeout 60 -t $VIP:81
	--ingress-on
	--ingress-on nodevice0
	--ingress-on a-name-that-is-too-long
	--ingress-off back
	--frobnicate
	-A -D -t $SVC
E
plan $((${#wrong[@]} + 9))

topo_up
lvsx_insert
fullnat_service -t $SVC rr
fullnat_real -t $SVC $R1:80
state() { vs -Sn; adm -G --json; adm -L --json; }
before=$(state)

# refused COMMAND...: it fails and says one line.
refused() {
	local rc=0
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null || rc=$?
	cat "$tmp/out" "$tmp/err"
	# 255 is what ipvsadm has, 126 to 254 are the shell's words for what could not run or was killed.
	((rc == 255 || rc > 0 && rc < 126)) || { echo "exit code $rc"; return 1; }
	[[ ! -s $tmp/out ]] || { echo "it went to standard output"; return 1; }
	[[ $(wc -l <"$tmp/err") = 1 ]] || { echo "expected one line"; return 1; }
	grep -qE '^[^ ]+: .* .* ' "$tmp/err" || { echo "expected a sentence"; return 1; }
	! grep -qiE 'could not be read|errno|unknown error' "$tmp/err" || { echo "says nothing to its reader"; return 1; }
}
refused_without() {
	! adm -G >"$tmp/out" 2>"$tmp/err" && grep -iE "lvsx.*(module|loaded|insert|modprobe)" "$tmp/err" && (($(wc -l <"$tmp/err") == 1))
}
for line in "${wrong[@]}"; do
	read -ra words <<<"$line"
	check "lvsxadm $line" refused adm "${words[@]}"
	sed 's/^/# /' "$tmp/err"
done

admin=$lib_top/build/bin/lvsxadm
check "without CAP_NET_ADMIN: adding" refused lb setpriv --bounding-set -net_admin --inh-caps -net_admin "$admin" -P -t $SVC -z $L2
check "without CAP_NET_ADMIN: listing connections, which shows clients" \
	refused lb setpriv --bounding-set -net_admin --inh-caps -net_admin "$admin" -L -c
check "as root of a user namespace of one's own" refused lb unshare -Ur "$admin" -P -t $SVC -z $L2
check "in another network namespace, where that is no local address" refused cl "$admin" -P -t $SVC -z $L2
same "nothing has changed by all that" "$(state)" "$before"
check "messages by hand: each refused with a sentence" py lb genl wrong
same "nothing has changed by them" "$(state)" "$before"
check "noise for $noise s does no harm" lb "$(tool netlink_fuzz)" "$noise" "$RANDOM"
lvsx_remove
check "without the module: the sentence says so" refused_without
