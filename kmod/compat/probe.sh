#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# probe.sh INCLUDE-FOLDER: prints -DLVSX_PROBED, and -DLVSX_HAVE_… for each thing that the kernel's
# headers have in its newer form. When a thing is there in neither form, or a header is missing,
# prints one sentence and fails: a guess would build a module that reads the wrong bytes.
set -eu

include=${1:?usage: probe.sh INCLUDE-FOLDER}
found=

die() { echo "$*"; exit 1; }

has() { [ -r "$include/$1" ] && grep -Eqz "$2" "$include/$1"; }

# probe NAME HEADER NEW OLD [OLD-HEADER]: NEW and OLD are extended regular expressions over a whole file.
probe() {
	[ -r "$include/${5:-$2}" ] ||
		die "no $include/${5:-$2}; expected the headers of the kernel to build for (package linux-headers)"
	if has "$2" "$3"; then
		found="$found -DLVSX_HAVE_$1"
	elif ! has "${5:-$2}" "$4"; then
		die "$include/$2 has neither form of what compat/probe.sh calls $1;" \
			"this kernel is laid out in a way that lvsx does not know yet, so it would not work"
	fi
}

s='[[:space:]]+'

# struct ip_vs_dest: connections are counted as active and total, or as active and inactive.
probe TOTALCONNS net/ip_vs.h "atomic_t${s}totalconns;" "atomic_t${s}inactconns;"
# struct ip_vs_dest: "available" is a bit of cflags, or of flags.
probe DEST_CFLAGS net/ip_vs.h "unsigned long${s}cflags;" "define${s}IP_VS_DEST_F_AVAILABLE${s}" \
	uapi/linux/ip_vs.h
# struct ip_vs_dest: the lower threshold in force is kept, or computed at each use.
probe L_THRESHOLD_VAL net/ip_vs.h "__u32${s}l_threshold_val;" "__u32${s}l_threshold;"
# struct netns_ipvs: the sum of all services is pointed at, or lies inside.
probe TOT_STATS_PTR net/ip_vs.h "struct ip_vs_stats_rcu${s}\*tot_stats;" "struct ip_vs_stats${s}tot_stats;"
# struct netns_ipvs: services are counted by family in an array, or in two fields.
probe NUM_SERVICES_AF net/ip_vs.h "atomic_t${s}num_services\[" "int${s}num_services;"
# ip_route_input_noref() takes a dscp_t, or the type of service.
probe ROUTE_INPUT_DSCP net/route.h "${s}ip_route_input_noref\([^)]*dscp_t dscp" \
	"${s}ip_route_input_noref\([^)]*u8 tos"
# The device of a route is read by a function, or from the field.
probe DST_DEV_RCU net/dst.h "[ *]dst_dev_rcu\(" "struct net_device${s}\*dev;"
# TCP sockets are looked up in the namespace's table, or in one that is named.
probe LOOKUP_BY_NET net/inet_hashtables.h "${s}\*__inet_lookup_established\(const struct net \*net,${s}const __be32" \
	"${s}\*__inet_lookup_established\((const )?struct net \*net,${s}struct inet_hashinfo"
# A work queue must ask for items to run where they were queued, or always does so.
probe WQ_PERCPU linux/workqueue.h "${s}WQ_PERCPU${s}=" "${s}WQ_UNBOUND${s}="
# A NIC's key and indirection table are read into a structure, or by three pointers.
probe RXFH_PARAM linux/ethtool.h "\(\*get_rxfh\)\(struct net_device \*, struct ethtool_rxfh_param \*\)" \
	"\(\*get_rxfh\)\(struct net_device \*, u32 \*indir, u8 \*key,"
# The fields that a NIC hashes have a call of their own, or are asked for like its filters.
probe RXFH_FIELDS linux/ethtool.h "\(\*get_rxfh_fields\)\(struct net_device \*," "\(\*get_rxnfc\)\(struct net_device \*,"
# What a receive queue is stands in a header of its own, or with the devices.
probe RX_QUEUE_H net/netdev_rx_queue.h "struct netdev_rx_queue \{" "struct netdev_rx_queue \{" linux/netdevice.h
# Some devices want a lock of their own around calls of their driver, or rtnl is enough for all.
probe DEV_LOCK net/netdev_lock.h "${s}netdev_lock_ops\(" "struct net_device \{" linux/netdevice.h
# Operations of generic netlink are handed to pre_doit() split by what they do, or as they were registered.
probe GENL_SPLIT_OPS net/genetlink.h "\(\*pre_doit\)\(const struct genl_split_ops \*" \
	"\(\*pre_doit\)\(const struct genl_ops \*"

echo "-DLVSX_PROBED$found"
