#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Who may connect to a service: deny and allow lists of addresses and ipsets, and how long who is in may
# idle. All of it is saved and restored, and ends with --forget.
. "$(dirname "$(realpath "$0")")/topology.sh"
plan 38

fullnat_up
server r1 tcp echo 7
fullnat_service -t $VIP:7 rr
fullnat_real -t $VIP:7 $R1:7
listed() { adm "$1" --json | jq -r '.[] | (.ipset // (.clients | .first + "-" + .last))' | xargs; }
established() { flows | jq "[.[] | select(.vip.port == 7 and .state == \"ESTABLISHED\") | .left_ms / 1000 | floor] | $1"; }
none_established() { [[ $(established length) = 0 ]]; }
shut_out() { fails get id -m 2; }
denied=$(counter denied)

talk $VIP 7
check "a client on the deny list" adm -U -t $VIP:7 -k $CLIENT
check "keeps the connection that it has" talk_line one
check "and gets no other" fails cl timeout 2 bash -c "exec 3<>/dev/tcp/$VIP/7"
check "which is counted" counter_above denied "$denied"
denied=$(counter denied) reset=$(counter reset)
py cl packet send ack,fin $VIP 7
check "what belongs to no connection is denied it, too" wait_for 5 counter_above denied $((denied + 1))
spawn_on lb "$lib_top/build/bin/lvsxadm" --drain -t $VIP:7 >"$tmp/drain" 2>&1 # waits for the open one
sleep 0.5
py cl packet send syn $VIP 7
check "and when the service is drained" wait_for 5 counter_above denied $((denied + 2))
stop "$spawned"
same "none of it is answered" "$(counter reset)" "$reset"
same "another service goes on" "$(get id | cut -c1)" r
same "the list has it" "$(listed -B)" "$CLIENT-$CLIENT"
check "it is there once only" refused "it is on this list already" -U -t $VIP:7 -k $CLIENT
check "taken off" adm -V -t $VIP:7 -k $CLIENT
check "once only, too" refused "it is not on this list: give an entry as it was added" -V -t $VIP:7 -k $CLIENT
check "it can connect" eval "TALK=two talk $VIP 7"

adm -O -t $SVC -2 192.0.2.0/24
check "who is not on the allow list is refused" shut_out
check "which is counted" counter_above not_allowed 0
adm -O -t $SVC -2 10.0.1.1-10.0.1.9
same "who is can connect" "$(get id | cut -c1)" r
adm -U -t $SVC -k 10.0.1.0/30
check "the deny list comes first" shut_out
adm -V -t $SVC -k 10.0.1.0/30
same "the allow list has two entries" "$(listed -W)" "10.0.1.1-10.0.1.9 192.0.2.0-192.0.2.255"

# Without the program that loads modules it is a kernel without ip_set.ko.
no_ipset() {
	local loader rc=0
	loader=$(sysctl -n kernel.modprobe)
	awk '$1 ~ /^ip_set/ { print $1 }' /proc/modules | xargs -r rmmod
	sysctl -qw kernel.modprobe=/bin/false
	refused "this kernel has no ipset (ip_set.ko): list addresses instead" -U -t $SVC -k ipset:nonesuch || rc=1
	sysctl -qw "kernel.modprobe=$loader"
	return $rc
}
check "an ipset, in a kernel that has none" no_ipset
if lb modprobe -q ip_set_hash_net; then
	check "an ipset that is not there" refused \
		"there is no such ipset: create it first (ipset create)" -U -t $SVC -k ipset:nonesuch
	lb ipset create bad hash:ip
	check "an ipset can be denied" adm -U -t $SVC -k ipset:bad
	same "who is not in it can connect" "$(get id | cut -c1)" r
	lb ipset add bad $CLIENT
	check "who is in it cannot" shut_out
	check "it cannot be destroyed" fails lb ipset destroy bad
	lb ipset create other hash:ip
	lb ipset swap bad other
	same "what it is swapped with counts then" "$(listed -B) $(get id | cut -c1)" "bad r"
	lb ipset create good hash:net,port
	lb ipset add good 10.0.1.0/24,tcp:81
	adm -Y -t $SVC -2 10.0.1.1-10.0.1.9
	adm -O -t $SVC -2 ipset:good
	check "of a set of nets and ports the port is the service's" shut_out
	lb ipset add good 10.0.1.0/24,tcp:80
	same "client and port fit" "$(get id | cut -c1)" r
else
	for _ in 1 2 3 4 5 6 7 8; do skip "ipsets" "no ip_set.ko in this kernel"; done
fi

# As many lines of one list as there may be.
full() { local i; for ((i = 0; i < 1024; i++)); do echo "-U -t $VIP:7 -k 192.0.$((i / 256)).$((i % 256))"; done; }
check "a list of 1024 entries" adm -R < <(full)
check "has no place for another" refused \
	"the list has 1024 entries, the most there can be: use an ipset" -U -t $VIP:7 -k 192.0.4.0
full | sed 's/^-U/-V/' | adm -R

check "a timeout of its own" adm --conn-timeout 8 -t $VIP:7
same "is not for flows that are there" "$(($(established min) > 60))" 1
talk_close
TALK=two talk_close
check "both are closed" wait_for 15 none_established
TALK=three talk $VIP 7
within "but for new ones" "$(established max)" 1 8
check "it ends by it" wait_for 20 none_established

adm -S -n >"$tmp/saved"
adm -C
same "-C takes the lists away" "$(listed -B)$(listed -W)" ""
check "-R restores them" adm -R <"$tmp/saved"
check "all of it" cmp "$tmp/saved" <(adm -S -n)
adm --forget -t $SVC
same "--forget takes a service's lists away" "$(adm -B -t $SVC --json | jq length)$(adm -W -t $SVC --json | jq length)" 00
lvsx_remove
