#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# What lvsxadm says when the kernel fails it half way: strace makes one of its messages to the kernel
# fail, and the sentence must tell what is done already and what is not. And what it says when a module
# is missing, when its output cannot be written or its input be read. The exit code is in $rc.
. "$(dirname "$(realpath "$0")")/../net/topology.sh"
plan 89

topo_up
lvsx_insert

# failing_at N SENTENCE WORDS...: the Nth message cannot be sent; this is said, and nothing else.
failing_at() {
	local when=$1 sentence=$2
	shift 2
	says "$sentence" lb strace -o /dev/null -e trace=sendmsg -e "inject=sendmsg:error=ENOBUFS:when=$when" \
		"$lib_top/build/bin/lvsxadm" "$@"
}
refused() { says "$1" adm "${@:2}"; } # SENTENCE WORDS...
says() { # SENTENCE COMMAND...: this one sentence, and nothing on standard output
	rc=0
	"${@:2}" >"$tmp/out" 2>"$tmp/err" || rc=$?
	echo "exit code $rc"
	cat "$tmp/out" "$tmp/err"
	[[ $rc != 0 && ! -s $tmp/out && $(<"$tmp/err") = "lvsxadm: $1" ]]
}
# What cannot be written: what it prints goes to a device that is full.
unwritten() {
	rc=0
	adm "$@" >/dev/full 2>"$tmp/err" || rc=$?
	echo "exit code $rc"
	cat "$tmp/err"
	[[ $rc = 1 && $(<"$tmp/err") = "lvsxadm: the output could not be written: No space left on device" ]]
}
marked() { adm -L --lvsx --json | jq 'map(select(.service.port == 80)) | length'; }
unsent="the request could not be sent: Out of memory"

# A service, deleted in IPVS but not in lvsx: messages are find IPVS, delete, find lvsx, forget.
adm -A -t $SVC -s rr
adm --adopt -t $SVC
keeps="TCP $SVC is deleted in IPVS, but lvsx keeps what it was told of it: $unsent"
check "-D: lvsx is not reached, which is not as if it were not loaded" failing_at 3 "$keeps" -D -t $SVC
same "something was done" "$rc" 255
adm -A -t $SVC -s rr
check "-D: what lvsx keeps" failing_at 4 "$keeps" -D -t $SVC
same "IPVS has it no more" "$(vs -S -n)" ""
same "lvsx knows it still" "$(marked)" 1
check "--forget ends that" adm --forget -t $SVC
same "lvsx knows it no more" "$(marked)" 0
check "-D: nothing is done where IPVS is not reached" failing_at 2 "$unsent" -D -t $SVC
check "-D: nor where it cannot be looked for" failing_at 1 "$unsent" -D -t $SVC
same "nothing was done" "$rc" 2

# The whole table: find IPVS, flush, find lvsx, its services, its setting, ...
adm -A -t $SVC -s rr
adm -P -t $SVC -z $L1
check "-C: lvsx's part is left" failing_at 6 "IPVS's table is cleared, but not lvsx's: $unsent" -C
same "IPVS's part is not" "$(vs -S -n)" ""
same "lvsx's is all there" "$(adm -G -t $SVC --json | jq length)" 1
check "-C again clears that" adm -C
same "lvsx's is gone" "$(adm -G --json | jq length)" 0

# Find IPVS, zero; find lvsx, zero.
check "-Z: lvsx's counters are left" failing_at 4 "IPVS's counters are zeroed, but not lvsx's: $unsent" -Z
same "something was done" "$rc" 255

# Lines of a restore: find IPVS, add; delete.
printf '%s\n' "-A -t $SVC -s rr" "-D -t $SVC" >"$tmp/lines"
check "-R: its second line" failing_at 3 "line 2 (-D -t $SVC): $unsent" -R <"$tmp/lines"
same "something was done" "$rc" 255
adm -D -t $SVC
check "-R: its first line" failing_at 2 "line 1 (-A -t $SVC -s rr): $unsent" -R <"$tmp/lines"
same "nothing was done" "$rc" 2
check "-R: a folder" refused "line 1 could not be read: Is a directory" -R </etc
same "nothing was done" "$rc" 2

# A service and its timeout: find IPVS, lvsx; add, mark, the timeout.
check "-A --conn-timeout: the timeout is left" failing_at 5 \
	"TCP $SVC is added to IPVS, but lvsx did not take its timeout: $unsent" -A -t $SVC -s rr --conn-timeout 60
same "something was done" "$rc" 255
adm -D -t $SVC
adm -A -t $SVC -s rr
check "-E --conn-timeout: lvsx does not handle it" refused \
	"TCP $SVC is changed in IPVS, but lvsx did not take its timeout: lvsx does not handle this service: see lvsxadm -L --lvsx" \
	-E -t $SVC -s wrr --conn-timeout 60
check "-E --conn-timeout 0: there is none to end" adm -E -t $SVC -s rr --conn-timeout 0
adm -D -t $SVC

# A real server that IPVS refuses: find IPVS, the service; find lvsx, the service; mark, add, take the
# mark back.
adm -A -t $SVC -s rr
check "-a -b: IPVS is not reached" failing_at 6 "$unsent" -a -t $SVC -r $R1:80 -b
same "no mark is left" "$(marked)" 0
adm -a -t $SVC -r $R1:80 -m
already="TCP $SVC already has the real server $R1:80: change it with -e"
check "-a -b: IPVS refuses" refused "$already" -a -t $SVC -r $R1:80 -b
same "no mark is left" "$(marked)" 0
adm -P -t $SVC -z $L1
check "-a -b: IPVS refuses, where local addresses make it FullNAT" refused "$already" -a -t $SVC -r $R1:80 -b
adm -Q -t $SVC -z $L1
same "no mark is left" "$(marked)" 0
check "-a -b: and the mark cannot be taken back" failing_at 7 \
	"$already; and TCP $SVC stays marked as FullNAT: $unsent" -a -t $SVC -r $R1:80 -b
same "the mark is left" "$(marked)" 1

check "-P -F: no such device" refused \
	"there is no network device 'nonesuch' here: give one that 'ip link' shows, or leave -F out" \
	-P -t $SVC -z $L2 -F nonesuch
check "-P: no such service" refused "IPVS has no service TCP $VIP:81: add it first with -A" -P -t $VIP:81 -z $L2
check "--adopt: no such service" refused "IPVS has no service TCP $VIP:81: add it first with -A" --adopt -t $VIP:81
check "--forget: of a service that lvsx does not know" refused \
	"lvsx does not handle this service: see lvsxadm -L --lvsx" --forget -t $VIP:81

# Lists of services that nobody has. One that only lvsx has is known.
for words in -G -B -W "-L --flows" -L; do
	# shellcheck disable=SC2086 # words
	check "$words: no such service" refused "IPVS has no service TCP $VIP:81: add it first with -A" $words -t $VIP:81
	same "$words: no such list" "$rc" 1
done
check "-L --lvsx: lvsx does not know it" refused \
	"lvsx was told nothing about TCP $VIP:81: lvsxadm -L --lvsx lists what it was told" -L --lvsx -t $VIP:81
same "-L --lvsx: no such list" "$rc" 1
vs -D -t $SVC
for words in -B -W "-L --flows"; do
	# shellcheck disable=SC2086 # words
	same "$words: of a service that lvsx alone has" "$(adm $words -t $SVC --json)" "[]"
done

# Output: of one buffer, and of many.
adm -A -t $SVC -s rr
for ((i = 1; i <= 200; i++)); do echo "-a -t $SVC -r 10.0.2.$i -m"; done | adm -R
for words in "-L --timeout" "-L --counters" "-L --counters --all --json" "-Ln" "-L --json" "-S -n" "-h"; do
	# shellcheck disable=SC2086 # words
	check "$words: cannot be written" unwritten $words
done
same "nothing was changed by it" "$(adm -S -n | wc -l)" 202

# Without the modules.
topo_up
absent="the lvsx module is not loaded: run 'modprobe lvsx'"
for words in "-P -z $L1" "-G" "-L --flows" "-L --counters" "-L --lvsx" "--adopt -t $SVC" "-A -t $SVC -s rr --conn-timeout 60"; do
	# shellcheck disable=SC2086 # words
	check "$words: without lvsx" refused "$absent" $words
	same "nothing was done" "$rc" 2
done
same "IPVS has nothing either" "$(vs -S -n)" ""
check "-A: IPVS alone" adm -A -t $SVC -s rr
check "-Z: IPVS alone" adm -Z
check "-D: IPVS alone" adm -D -t $SVC
vs -C
ipvs_remove
# Nor can it be loaded: by lvsxadm, or by the kernel that it asks for IPVS.
at_end sysctl -qw kernel.modprobe="$(sysctl -n kernel.modprobe)"
sysctl -qw kernel.modprobe=/bin/false
no_ipvs() {
	# shellcheck disable=SC2016 # for the inner shell
	lb unshare -m bash -c 'mount --bind /bin/false "$(realpath /sbin/modprobe)" && exec "$@"' - "$lib_top/build/bin/lvsxadm" "$@"
}
for words in -L -C -S "-A -t $SVC"; do
	# shellcheck disable=SC2086 # words
	check "$words: without IPVS" says "IPVS is not loaded: run 'modprobe ip_vs'" no_ipvs $words
	same "nothing was done" "$rc" 2
done
check "-L: it is loaded" adm -L
