/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * lvsx control language: generic netlink family "lvsx", version 1.
 *
 * Every command acts on the network namespace of the socket that sent it and needs
 * CAP_NET_ADMIN there, reading included (flows show client addresses). A refused command
 * changes nothing and carries one sentence in the extended ack.
 *
 * LVSX_CMD_LOCAL_ADD, LVSX_CMD_LOCAL_DEL
 *	LVSX_A_SERVICE		nested, which service; absent: the namespace's default pool
 *	LVSX_A_LOCAL		nested, required
 *		LVSX_LOCAL_A_FIRST	first address
 *		LVSX_LOCAL_A_LAST	last address of a range, absent: FIRST alone
 *	Adds or removes local addresses: the source addresses that real servers see. All of the
 *	range or none of it. A service with local addresses of its own is FullNAT.
 *
 * LVSX_CMD_LOCAL_GET (dump)
 *	LVSX_A_SERVICE		only this service's; absent: all, the default pool included
 *	answers, one message an address:
 *	LVSX_A_SERVICE		absent for the default pool
 *	LVSX_A_LOCAL		FIRST, PORTS_TOTAL, PORTS_USED, FULLEST, CONFLICTS
 *
 * LVSX_CMD_SERVICE_SET
 *	LVSX_A_SERVICE		the service's identity and one of FULLNAT, TIMEOUT, DRAIN, required
 *	TIMEOUT: flows of this service that are made from now on may idle that long once they are
 *	established, or if they are UDP's; 0: as IPVS's timeouts (`ipvsadm --set`) say. A service
 *	with a timeout of its own is FullNAT, like one with local addresses, until it is 0 again.
 *	FULLNAT: marks a service as FullNAT (1) or takes the mark away (0). A marked service without
 *	local addresses of its own uses the default pool. Without the mark a service is FullNAT as
 *	long as it has local addresses of its own, or while DEFAULT_ON or IPVS's flag 3 make it so.
 *	NOW (with FULLNAT 1): connections that stock IPVS has of it do not go on there, as long as
 *	it has local addresses and is not drained.
 *
 *	DRAIN: new connections of this service are refused (1), and the client is told; open ones go
 *	on. It is no configuration: it goes with the service or the module.
 *
 * LVSX_CMD_SERVICE_DEL
 *	LVSX_A_SERVICE		forget the mark, the timeout, all local addresses and both lists of
 *				this service
 *
 * LVSX_CMD_SERVICE_GET (dump)
 *	answers, one message a service that lvsx knows of:
 *	LVSX_A_SERVICE		identity, FULLNAT (1: handled by lvsx), MARKED (1: by SERVICE_SET),
 *				LOCALS (own addresses), TIMEOUT, DRAIN, FLOWS (live)
 *
 * LVSX_CMD_ACCESS_ADD, LVSX_CMD_ACCESS_DEL
 *	LVSX_A_SERVICE		one that lvsx handles, required
 *	LVSX_A_ACCESS		nested, required
 *		LVSX_ACCESS_A_LIST	which list, required
 *		LVSX_ACCESS_A_FIRST	first client address
 *		LVSX_ACCESS_A_LAST	last address of a range, absent: FIRST alone
 *		LVSX_ACCESS_A_SET	the name of an ipset, instead of FIRST and LAST
 *	Adds or removes an entry. A client on the deny list can open no connection to the service,
 *	and where there is an allow list only clients on that can. Open connections stay. A service
 *	with either list is FullNAT, like one with local addresses of its own, until both are empty.
 *
 * LVSX_CMD_ACCESS_GET (dump)
 *	LVSX_A_SERVICE		only this service's; absent: all
 *	answers, one message an entry:
 *	LVSX_A_SERVICE, LVSX_A_ACCESS
 *
 * LVSX_CMD_SETTING_SET, LVSX_CMD_SETTING_GET
 *	LVSX_A_SETTING		nested: every LVSX_SET_A_* that is present is set (those that are
 *				only answered are refused) / all are answered
 *
 * LVSX_CMD_FLOW_GET (dump)
 *	LVSX_A_SERVICE		only this service's flows; absent: all
 *	answers, one message a flow:
 *	LVSX_A_FLOW
 *
 * LVSX_CMD_FLOW_GET (not a dump)
 *	LVSX_A_FLOW		PROTOCOL, CLIENT, CLIENT_PORT, VIP and VIP_PORT, all required
 *	answers the flow of this connection, found by its hash however many there are; ENOENT: none
 *	LVSX_A_FLOW
 *
 * LVSX_CMD_COUNTER_GET (dump)
 *	answers, one message a reason:
 *	LVSX_A_COUNTER		nested NAME, HELP, VALUE
 *
 * LVSX_CMD_COUNTER_ZERO
 *	Counters, and the CONFLICTS of local addresses, read from now on start at zero.
 *
 * LVSX_CMD_WHERE
 *	LVSX_A_FLOW		PROTOCOL, CLIENT, CLIENT_PORT, VIP and VIP_PORT, all required
 *	answers what a first packet of this connection would meet, without a firewall mark, and
 *	whatever connections there are; nothing is taken, counted or changed by asking:
 *	LVSX_A_SERVICE		the service of lvsx's that it belongs to; absent: none
 *	LVSX_A_WHERE		nested
 *		LVSX_WHERE_A_REASON	the counter's name, if it would not be sent to a real server
 *				by lvsx; absent: it would, or it is stock IPVS's
 *		LVSX_WHERE_A_HOW	how a real server would be chosen
 *		LVSX_WHERE_A_SCHEDULER	by which scheduler
 *		LVSX_WHERE_A_PICK	nested, one for each run of CPUs that would choose the same:
 *				CPU_FIRST, CPU_LAST, REAL, REAL_PORT, and REASON if lvsx would then
 *				drop it. CPUs that are off are in no run.
 *
 * A service's identity is FAMILY + PROTOCOL + ADDRESS + PORT, or FAMILY + FWMARK. Addresses are 4
 * or 16 bytes and, like ports, in network byte order; all other numbers are in host order.
 */
#ifndef _UAPI_LINUX_LVSX_H
#define _UAPI_LINUX_LVSX_H

#include <linux/types.h>

#define LVSX_GENL_NAME		"lvsx"
#define LVSX_GENL_VERSION	1

/* Most local addresses that one service, or the default pool, may have. */
#define LVSX_LOCALS_MAX		1024

/* The longest timeout of a service's own, in seconds: three weeks. */
#define LVSX_TIMEOUT_MAX	1814400

/* Most entries of one deny or allow list; an ipset is one entry, whatever it holds. */
#define LVSX_ACCESS_MAX		1024

enum lvsx_cmd {
	LVSX_CMD_UNSPEC,
	LVSX_CMD_LOCAL_ADD,
	LVSX_CMD_LOCAL_DEL,
	LVSX_CMD_LOCAL_GET,
	LVSX_CMD_SERVICE_SET,
	LVSX_CMD_SERVICE_DEL,
	LVSX_CMD_SERVICE_GET,
	LVSX_CMD_SETTING_SET,
	LVSX_CMD_SETTING_GET,
	LVSX_CMD_FLOW_GET,
	LVSX_CMD_COUNTER_GET,
	LVSX_CMD_COUNTER_ZERO,
	LVSX_CMD_ACCESS_ADD,
	LVSX_CMD_ACCESS_DEL,
	LVSX_CMD_ACCESS_GET,
	LVSX_CMD_WHERE,
	__LVSX_CMD_MAX,
};
#define LVSX_CMD_MAX (__LVSX_CMD_MAX - 1)

/* Top level. */
enum lvsx_attr {
	LVSX_A_UNSPEC,
	LVSX_A_SERVICE,		/* nested lvsx_svc_attr */
	LVSX_A_LOCAL,		/* nested lvsx_local_attr */
	LVSX_A_SETTING,		/* nested lvsx_set_attr */
	LVSX_A_FLOW,		/* nested lvsx_flow_attr */
	LVSX_A_COUNTER,		/* nested lvsx_counter_attr */
	LVSX_A_ACCESS,		/* nested lvsx_access_attr */
	LVSX_A_WHERE,		/* nested lvsx_where_attr */
	__LVSX_A_MAX,
};
#define LVSX_A_MAX (__LVSX_A_MAX - 1)

enum lvsx_svc_attr {
	LVSX_SVC_A_UNSPEC,
	LVSX_SVC_A_FAMILY,	/* u16: AF_INET or AF_INET6 */
	LVSX_SVC_A_PROTOCOL,	/* u16: IPPROTO_TCP or IPPROTO_UDP */
	LVSX_SVC_A_ADDRESS,	/* 4 or 16 bytes, network order: the VIP */
	LVSX_SVC_A_PORT,	/* be16; 0: every port (as in IPVS, persistent services only) */
	LVSX_SVC_A_FWMARK,	/* u32, instead of PROTOCOL, ADDRESS and PORT; not 0 */
	LVSX_SVC_A_FULLNAT,	/* u8: 0 or 1 */
	LVSX_SVC_A_LOCALS,	/* u32: local addresses of its own */
	LVSX_SVC_A_FLOWS,	/* u64: live flows */
	LVSX_SVC_A_PAD,
	LVSX_SVC_A_TIMEOUT,	/* u32: seconds that an established flow may idle; 0: IPVS's */
	LVSX_SVC_A_MARKED,	/* u8, only answered: marked, whatever else makes it FullNAT */
	LVSX_SVC_A_DRAIN,	/* u8: 1: new connections are refused; answered also if all are */
	/*
	 * flag, beside FULLNAT 1: connections that stock IPVS has of the service are taken over,
	 * and those that cannot be are ended
	 */
	LVSX_SVC_A_NOW,
	__LVSX_SVC_A_MAX,
};
#define LVSX_SVC_A_MAX (__LVSX_SVC_A_MAX - 1)

enum lvsx_local_attr {
	LVSX_LOCAL_A_UNSPEC,
	LVSX_LOCAL_A_FIRST,	/* 4 or 16 bytes, network order */
	LVSX_LOCAL_A_LAST,	/* 4 or 16 bytes, network order; not below FIRST */
	/* u64: ports of this address, towards the real servers in use, of the CPUs that use them */
	LVSX_LOCAL_A_PORTS_TOTAL,
	LVSX_LOCAL_A_PORTS_USED,	/* u64: of these, held by live flows */
	LVSX_LOCAL_A_CONFLICTS,	/* u64: times that no port was free here */
	LVSX_LOCAL_A_PAD,
	/* u32: thousandths in use of a CPU's ports to one real server, where these are most */
	LVSX_LOCAL_A_FULLEST,
	LVSX_LOCAL_A_GONE,	/* u8: 1: it is no address of this host any more */
	__LVSX_LOCAL_A_MAX,
};
#define LVSX_LOCAL_A_MAX (__LVSX_LOCAL_A_MAX - 1)

enum lvsx_set_attr {
	LVSX_SET_A_UNSPEC,
	/* u8: 1: every masquerading service is FullNAT, with the default pool */
	LVSX_SET_A_DEFAULT_ON,
	/* string, only answered: the network card by whose hash ports are assigned; absent: none */
	LVSX_SET_A_RSS_DEVICE,
	/* string, only answered: a sentence on how ports are assigned to CPUs, and why so */
	LVSX_SET_A_RSS,
	/*
	 * string: a device at whose ingress established packets are to be sent on; answered: all
	 * such devices, a space between
	 */
	LVSX_SET_A_INGRESS,
	/* string, never answered: a device that is not to do so any more */
	LVSX_SET_A_INGRESS_OFF,
	/* u8: 1 (as it is at first): both ends of an open connection are told when it idles out */
	LVSX_SET_A_RESET,
	LVSX_SET_A_LOCALS,	/* u32, only answered: local addresses in the default pool */
	/* u8: 1: new connections of every service are refused */
	LVSX_SET_A_DRAIN,
	/* u64, only answered: all live flows */
	LVSX_SET_A_FLOWS,
	LVSX_SET_A_PAD,
	__LVSX_SET_A_MAX,
};
#define LVSX_SET_A_MAX (__LVSX_SET_A_MAX - 1)

enum lvsx_flow_attr {
	LVSX_FLOW_A_UNSPEC,
	LVSX_FLOW_A_FAMILY,	/* u16 */
	LVSX_FLOW_A_PROTOCOL,	/* u16 */
	LVSX_FLOW_A_STATE,	/* string, IPVS's names: "ESTABLISHED", "UDP", … */
	LVSX_FLOW_A_CPU,	/* u32: the owner */
	LVSX_FLOW_A_LEFT_MS,	/* u32: milliseconds until it expires if it stays idle */
	LVSX_FLOW_A_CLIENT,	/* 4 or 16 bytes, network order */
	LVSX_FLOW_A_CLIENT_PORT,	/* be16 */
	LVSX_FLOW_A_VIP,	/* 4 or 16 bytes, network order */
	LVSX_FLOW_A_VIP_PORT,	/* be16 */
	LVSX_FLOW_A_LOCAL,	/* 4 or 16 bytes, network order */
	LVSX_FLOW_A_LOCAL_PORT,	/* be16 */
	LVSX_FLOW_A_REAL,	/* 4 or 16 bytes, network order */
	LVSX_FLOW_A_REAL_PORT,	/* be16 */
	__LVSX_FLOW_A_MAX,
};
#define LVSX_FLOW_A_MAX (__LVSX_FLOW_A_MAX - 1)

enum lvsx_counter_attr {
	LVSX_COUNTER_A_UNSPEC,
	LVSX_COUNTER_A_NAME,	/* string, the reason's name */
	LVSX_COUNTER_A_HELP,	/* string, one sentence */
	LVSX_COUNTER_A_VALUE,	/* u64: packets */
	LVSX_COUNTER_A_PAD,
	__LVSX_COUNTER_A_MAX,
};
#define LVSX_COUNTER_A_MAX (__LVSX_COUNTER_A_MAX - 1)

enum lvsx_list {
	LVSX_LIST_DENY,
	LVSX_LIST_ALLOW,
	__LVSX_LIST_MAX,
};
#define LVSX_LIST_MAX (__LVSX_LIST_MAX - 1)

enum lvsx_access_attr {
	LVSX_ACCESS_A_UNSPEC,
	LVSX_ACCESS_A_LIST,	/* u8: enum lvsx_list */
	LVSX_ACCESS_A_FIRST,	/* 4 or 16 bytes, network order */
	LVSX_ACCESS_A_LAST,	/* 4 or 16 bytes, network order; not below FIRST */
	LVSX_ACCESS_A_SET,	/* string: an ipset's name */
	__LVSX_ACCESS_A_MAX,
};
#define LVSX_ACCESS_A_MAX (__LVSX_ACCESS_A_MAX - 1)

/* How a real server is chosen for a new connection. */
enum lvsx_how {
	/* not known: a call of IPVS's scheduler would change its state, or draw lots */
	LVSX_HOW_UNKNOWN,
	LVSX_HOW_NOBODY,	/* no real server can be chosen */
	LVSX_HOW_ONLY,		/* only one can be chosen */
	LVSX_HOW_TURN,		/* by lvsx's own rule, from the cursor of each CPU */
	LVSX_HOW_ASKED,		/* IPVS's scheduler was called, which changes nothing in it */
	LVSX_HOW_UNSEEN,	/* its real servers are not in the hash where lvsx can look */
	__LVSX_HOW_MAX,
};
#define LVSX_HOW_MAX (__LVSX_HOW_MAX - 1)

enum lvsx_where_attr {
	LVSX_WHERE_A_UNSPEC,
	LVSX_WHERE_A_REASON,	/* string: a counter's name */
	LVSX_WHERE_A_HOW,	/* u8: enum lvsx_how; absent: REASON comes before the choice */
	LVSX_WHERE_A_SCHEDULER,	/* string: IPVS's name of it */
	LVSX_WHERE_A_PICK,	/* nested lvsx_pick_attr, any number of times */
	__LVSX_WHERE_A_MAX,
};
#define LVSX_WHERE_A_MAX (__LVSX_WHERE_A_MAX - 1)

enum lvsx_pick_attr {
	LVSX_PICK_A_UNSPEC,
	LVSX_PICK_A_CPU_FIRST,	/* u32 */
	LVSX_PICK_A_CPU_LAST,	/* u32; not below CPU_FIRST */
	LVSX_PICK_A_REAL,	/* 4 or 16 bytes, network order */
	LVSX_PICK_A_REAL_PORT,	/* be16 */
	LVSX_PICK_A_REASON,	/* string: a counter's name */
	__LVSX_PICK_A_MAX,
};
#define LVSX_PICK_A_MAX (__LVSX_PICK_A_MAX - 1)

#endif /* _UAPI_LINUX_LVSX_H */
