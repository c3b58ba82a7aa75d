/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a packet was forwarded, passed or dropped: the only list of reasons. The enum, the counters,
 * lvsxadm's text, the metrics and the table in Documentation/counters.md are made from it.
 * X(ENUM TAIL, "text name", "help")
 */
#ifndef LVSX_REASON_H
#define LVSX_REASON_H

#define LVSX_REASONS(X) \
	/* sent on */ \
	X(FWD,		"fwd",		"translated and sent to a real server") \
	X(REV,		"rev",		"translated and sent to a client") \
	X(ICMP_FWD,	"icmp_fwd",	"ICMP error translated and sent to a real server") \
	X(ICMP_REV,	"icmp_rev",	"ICMP error translated and sent to a client") \
	/* not ours: the host sees the packet untouched */ \
	X(PASS_OTHER,	"pass_other",	"no FullNAT service and no flow: left to the host") \
	X(PASS_PROTO,	"pass_proto",	"neither TCP, UDP nor an ICMP error: left to the host") \
	X(PASS_STOCK,	"pass_stock",	"belongs to a connection that stock IPVS has: left to it") \
	X(PASS_HOST,	"pass_host",	"TCP connection that this host itself has, older than the service: left to it") \
	X(PASS_NOT_MASQ, "pass_not_masq", "service has no masquerading real server: left to stock IPVS") \
	/* malformed */ \
	X(BAD_IP,	"bad_ip",	"IP header truncated, too long or of a wrong version; IP options wrong or refused") \
	X(BAD_L4,	"bad_l4",	"TCP, UDP or ICMP header truncated or with an impossible length") \
	X(BAD_ICMP,	"bad_icmp",	"ICMP error for a flow, with a wrong checksum or too short a quote") \
	X(FRAGMENT,	"fragment",	"fragment that could not be reassembled") \
	X(TTL,		"ttl",		"hop limit used up, sender told by ICMP") \
	/* no service for it */ \
	X(RESET,	"reset",	"TCP without SYN and without a flow: answered with RST") \
	X(RESET_LIMIT,	"reset_limit",	"the same, but more in a second than are answered") \
	X(NO_FLOW,	"no_flow",	"the same, not to be answered: RST, wrong checksum, source refused by routing") \
	X(MARTIAN,	"martian",	"source that the host's own input routing refuses, or an address of lvsx's") \
	X(NO_REAL,	"no_real",	"scheduler found no real server: none, weight 0 or over threshold") \
	X(NOT_MASQ,	"not_masq",	"scheduler chose a real server that is not masquerading") \
	X(STOCK_DROP,	"stock_drop",	"refused by IPVS: drop_packet or overload") \
	X(DRAINING,	"draining",	"first packet to a service that is drained: client told by RST or ICMP") \
	X(DENIED,	"denied",	"client is on the service's deny list") \
	X(NOT_ALLOWED,	"not_allowed",	"client is not on the service's allow list") \
	X(REAL_GONE,	"real_gone",	"real server was removed: the client's packet waits for it or for the timeout") \
	/* out of something */ \
	X(NO_LOCAL,	"no_local",	"FullNAT service without a local address") \
	X(NO_PORT,	"no_port",	"every port of every local address is in use towards this real server") \
	X(NO_MEMORY,	"no_memory",	"no memory for a flow, a port pool or the packet's header") \
	/* the way out */ \
	X(NO_ROUTE,	"no_route",	"no route to the real server or to the client") \
	X(TOO_BIG,	"too_big",	"larger than the path's MTU and must not be split; sender told by ICMP") \
	X(POLICY,	"policy",	"real server's answer refused by an IPsec policy of this host") \
	X(LRO,		"lro",		"merged by the NIC beyond repair: switch it off (ethtool -K DEV lro off)") \
	/* flows, not packets */ \
	X(FLOW_NEW,	"flow_new",	"flows made") \
	X(FLOW_EXPIRED,	"flow_expired",	"flows that ended by their timeout") \
	X(FLOW_TOLD,	"flow_told",	"open TCP flows of these, whose ends were asked to give up, too") \
	X(FLOW_UNTOLD,	"flow_untold",	"open TCP flows of these, whose ends were not told: too many in a second") \
	X(FLOW_REOPENED, "flow_reopened", "closed flows replaced by a new SYN of the same client port") \
	X(FLOW_NODEST,	"flow_nodest",	"flows ended because their real server was removed (expire_nodest_conn)") \
	X(FLOW_RECYCLED, "flow_recycled", "closed flows ended early because their local port was needed") \
	X(REMOTE,	"remote",	"packets that met their flow on another CPU")

enum lvsx_reason {
#define LVSX_REASON_ENUM(id, name, help) LVSX_REASON_##id,
	LVSX_REASONS(LVSX_REASON_ENUM)
#undef LVSX_REASON_ENUM
	LVSX_REASON_MAX,
};

#endif
