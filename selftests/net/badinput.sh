#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Whatever is wrong with a request: one sentence, a non-zero exit code, and nothing has changed.
. "$(dirname "$(realpath "$0")")/topology.sh"
noise=${LVSX_NOISE_SECONDS:-5}
admin=$lib_top/build/bin/lvsxadm
guard
no_set="there is no such ipset: create it first (ipset create)"
modprobe -q ip_set || no_set="this kernel has no ipset (ip_set.ko): list addresses instead"
not_local="the address is not local: add it to this host first (ip addr add ADDRESS/32 dev DEVICE), or let -F DEVICE --add-address do that"
no_answer="no real server can answer to a loopback, multicast, broadcast or zero address: give one that this host has on a network"
is_vip="an address of the range is the VIP of a FullNAT service: give one that is nothing else"
no_right="permission denied: run it as root, or with CAP_NET_ADMIN in this network namespace"

# The words, and below them the sentence.
LOCAL_VIP=$L1:81
mapfile -t wrong <<-E
	-P -t $SVC
		-P|--add-laddr needs -z|--laddr LOCAL
	-P -z
		-z needs a value
	-P -t $SVC -z 10.0.2.300
		'10.0.2.300' is no address: expected one such as 192.0.2.1 or 2001:db8::1
	-P -t $SVC -z nonsense
		'nonsense' is no address: expected one such as 192.0.2.1 or 2001:db8::1
	-P -t $SVC -z 192.0.2.1
		$not_local
	-P -t $SVC -z 192.0.2.1 --add-address
		--add-address needs -F DEVICE: the device that is to have the address
	-P -t $SVC -z 192.0.2.1 --add-address -F nodevice0
		there is no network device 'nodevice0' here: give one that 'ip link' shows, or leave -F out
	-Q -t $SVC -z 192.0.2.1 --add-address -F back
		--add-address does not go with -Q|--del-laddr
	-P -t $SVC -z 10.1.255.254-10.2.0.1 --add-address -F back
		$is_vip
	-P -t $SVC -z 0.0.0.0
		$no_answer
	-P -z 127.0.0.1
		$no_answer
	-P -t $SVC -z 127.0.0.1-127.0.0.9
		$no_answer
	-P -t $SVC -z 224.0.0.1
		$no_answer
	-P -z 10.0.2.255
		$no_answer
	-P -t $SVC -z 255.255.255.255
		$no_answer
	-P -t $SVC -z $VIP
		$is_vip
	-P -z $VIP
		$is_vip
	-P -t $VIP:82 -z $VIP
		$is_vip
	-P -t $LOCAL_VIP -z $VIP
		$is_vip
	-P -t $LOCAL_VIP -z 10.0.2.103
		the service's VIP is a local address: delete that first (lvsxadm -Q), or use another
	--adopt -t $LOCAL_VIP
		the service's VIP is a local address: delete that first (lvsxadm -Q), or use another
	-a -t $LOCAL_VIP -r $R2:80 -b
		the service's VIP is a local address: delete that first (lvsxadm -Q), or use another
	-A -u $L1:54 -s rr --conn-timeout 60
		UDP $L1:54 is added to IPVS, but lvsx did not take its timeout: the service's VIP is a local address: delete that first (lvsxadm -Q), or use another
	-P -t $SVC -z $L1
		an address of the range is a local address of it already: nothing was added
	-P -t $SVC -z $L2-$L1
		'$L2-$L1' runs backwards: $L2 is above $L1
	-P -t $SVC -z $L2-10.0.40.1
		'$L2-10.0.40.1' is more than 1024 addresses, the most that a service or the default pool may have
	-P -t $SVC -z 10.0.0.0/8
		'10.0.0.0/8' is more than 1024 addresses, the most that a service or the default pool may have
	-P -t $SVC -z 10.77.0.0/22
		it would have more than 1024 local addresses: add fewer
	-P -t $SVC -z 10.0.2.0/33
		'10.0.2.0/33' is no prefix: expected ADDRESS/LENGTH, such as 192.0.2.0/28 or 2001:db8::/120
	-P -t $SVC -z 2001:db8::1
		TCP $SVC and local address 2001:db8::1 are not of the same address family
	-P -t $VIP:65536 -z $L2
		'65536' is no port: expected a number from 0 to 65535 or a name of /etc/services
	-P -t $VIP:-1 -z $L2
		'-1' is no port: expected a number from 0 to 65535 or a name of /etc/services
	-P -t $VIP: -z $L2
		'' is no port: expected a number from 0 to 65535 or a name of /etc/services
	-P -t nowhere.invalid:80 -z $L2
		'nowhere.invalid' is no address and no known host: expected one such as 192.0.2.1 or 2001:db8::1
	-P -f 0 -z $L2
		'0' is no firewall mark: expected a number from 1 to 4294967295
	-P -f 4294967296 -z $L2
		'4294967296' is no firewall mark: expected a number from 1 to 4294967295
	-P -t $SVC -u $SVC -z $L2
		-t|--tcp-service and -u|--udp-service exclude each other: give one
	-P -t $SVC -z $L2 -F nodevice0
		there is no network device 'nodevice0' here: give one that 'ip link' shows, or leave -F out
	-P -t $SVC -z $L2 surplus
		unexpected argument 'surplus': see lvsxadm -h
	-P -t $SVC -z $L2 -w 3
		-w|--weight does not go with -P|--add-laddr
	-Q -t $SVC -z $L2
		an address of the range is not a local address of it: nothing was removed
	-Q -t $VIP:81 -z $L1
		lvsx does not handle this service: see lvsxadm -L --lvsx
	-a -t $VIP:81 -r $R1:80 -b
		IPVS has no service TCP $VIP:81: add it first with -A
	-a -t $SVC -r $R1:80 -b
		TCP $SVC already has the real server $R1:80: change it with -e
	-a -t $SVC -b
		-a|--add-server needs -r|--real-server REAL
	-a -t $SVC -r $R2:80 -b -m
		-b|--fullnat and -m|--masquerading exclude each other: give one
	-a -t $SVC -r $R2:80 -b -w -1
		'-1' is no weight: expected a number from 0 to 2147483647
	-a -t $SVC -r $R2:80 -b -w 65536000000
		'65536000000' is no weight: expected a number from 0 to 2147483647
	-d -t $SVC -r $R2:80
		TCP $SVC has no real server $R2:80
	-e -t $SVC -r $R2:80 -b
		TCP $SVC has no real server $R2:80
	-A -t $SVC -s rr
		TCP $SVC already exists: change it with -E
	-A -t $VIP:90 -s nonesuch
		IPVS does not have the scheduler 'nonesuch' for TCP $VIP:90: see -s and the module ip_vs_nonesuch
	-A -t $VIP:90 -s rr -p --pe nonesuch
		IPVS does not have the scheduler 'rr' or the persistence engine 'nonesuch' for TCP $VIP:90: see -s, --pe and the modules ip_vs_rr and ip_vs_pe_nonesuch
	-a -t $SVC -r $R2:80 -b -x 5 -y 7
		IPVS refused weight 1 and thresholds 5 and 7 for real server $R2:80 of TCP $SVC: the lower threshold must not be above the upper one, and no weight above 2147483647
	-A -t $VIP:90 -s rr --quic
		--quic is a word of DPVS, not of lvsx: QUIC's connection IDs are not read; -p keeps a client on its real server when its port changes
	-A -s rr
		-A|--add-service needs a service: -t, -u or --sctp-service ADDRESS:PORT, or -f MARK
	-E -t $VIP:90 -s rr
		IPVS has no service TCP $VIP:90: add it first with -A
	-D -t $VIP:90
		IPVS has no service TCP $VIP:90: add it first with -A
	--set-default perhaps
		'perhaps' is neither on nor off: expected one of these
	--set-reset 1
		'1' is neither on nor off: expected one of these
	--forget
		--forget needs a service: -t, -u or --sctp-service ADDRESS:PORT, or -f MARK
	--forget -t $VIP:90
		lvsx does not handle this service: see lvsxadm -L --lvsx
	-U -t $SVC
		-U|--add-blklst needs -k|--blklst CLIENT
	-U -t $SVC -k nonsense
		'nonsense' is no address: expected one such as 192.0.2.1 or 2001:db8::1
	-U -t $SVC -k 10.0.2.9-10.0.2.1
		'10.0.2.9-10.0.2.1' runs backwards: 10.0.2.9 is above 10.0.2.1
	-U -t $SVC -k 2001:db8::1
		TCP $SVC and client address 2001:db8::1 are not of the same address family
	-U -t $SVC -k ipset:
		'ipset:' is no ipset: expected a name of 1 to 31 characters
	-U -t $SVC -k ipset:nonesuch
		$no_set
	-U -t $SVC -2 10.0.2.9
		-2|--whtlst does not go with -U|--add-blklst
	-U -t $VIP:81 -k 10.0.2.9
		lvsx does not handle this service: see lvsxadm -L --lvsx
	-V -t $SVC -k 10.0.2.9
		it is not on this list: give an entry as it was added
	-V -t $SVC -k ipset:nonesuch
		$no_set
	-O -t $SVC -k 10.0.2.9
		-k|--blklst does not go with -O|--add-whtlst
	-Y -t $SVC -2 10.0.2.9
		it is not on this list: give an entry as it was added
	--conn-timeout 60
		--conn-timeout needs a service: -t, -u or --sctp-service ADDRESS:PORT, or -f MARK
	--conn-timeout -1 -t $SVC
		'-1' is no timeout: expected a number from 0 to 1814400
	--conn-timeout 1814401 -t $SVC
		'1814401' is no timeout: expected a number from 0 to 1814400
	--conn-timeout 60 -t $VIP:81
		lvsx does not handle this service: see lvsxadm -L --lvsx
	--ingress-on
		--ingress-on needs a value
	--ingress-on nodevice0
		there is no such device in this network namespace
	--ingress-on a-name-that-is-too-long
		'a-name-that-is-too-long' is no name of a device: expected 1 to 15 characters
	--ingress-off back
		no such device has the early hook
	--frobnicate
		'--frobnicate' is no command: expected one first, such as -a, -P or -L; see lvsxadm -h
	-A -D -t $SVC
		-D|--delete-service after -A|--add-service: one command at a time
E
plan $((${#wrong[@]} / 2 + 9))

topo_up
lvsx_insert
fullnat_service -t $SVC rr
fullnat_real -t $SVC $R1:80
vs -A -t $LOCAL_VIP -s rr
vs -A -t $VIP:82 -s rr
vs -A -t 10.1.255.255:80 -s rr
adm --adopt -t 10.1.255.255:80
lb ip route add local 10.77.0.0/16 dev lo
state() { vs -Sn; adm -G --json; adm -L --json; lb ip -4 -o addr; }
before=$(state)

for ((i = 0; i < ${#wrong[@]}; i += 2)); do
	read -ra words <<<"${wrong[i]}"
	check "lvsxadm ${wrong[i]}: ${wrong[i + 1]}" refused "${wrong[i + 1]}" "${words[@]}"
done
vs -D -u $L1:54

check "without CAP_NET_ADMIN: adding" refused_by "$no_right" \
	lb setpriv --bounding-set -net_admin --inh-caps -net_admin "$admin" -P -t $SVC -z $L2
check "without CAP_NET_ADMIN: listing connections, which shows clients" refused_by "$no_right" \
	lb setpriv --bounding-set -net_admin --inh-caps -net_admin "$admin" -L -c
check "as root of a user namespace of one's own" refused_by "$no_right" lb unshare -Ur "$admin" -P -t $SVC -z $L2
check "in another network namespace, where that is no local address" refused_by "$not_local" cl "$admin" -P -z $L2
same "nothing has changed by all that" "$(state)" "$before"
check "messages by hand: each refused with its sentence" py lb genl wrong
same "nothing has changed by them" "$(state)" "$before"
check "noise for $noise s does no harm" lb "$(tool netlink_fuzz)" "$noise" "$RANDOM"
lvsx_remove
check "without the module: the sentence says so" refused \
	"the lvsx module is not loaded: run 'modprobe lvsx'" -G
