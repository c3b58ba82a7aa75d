/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One tracepoint, lvsx:lvsx_packet: a packet's addresses, its verdict and why. Those of a forwarded
 * packet are the ones that it came with.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM lvsx

#if !defined(LVSX_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define LVSX_TRACE_H

#include <linux/tracepoint.h>
#include "core/pkt/packet.h"

/* So that programs that read the format see numbers beside the names. */
#define LVSX_TRACE_ENUM(id, name, help) TRACE_DEFINE_ENUM(LVSX_REASON_##id);
LVSX_REASONS(LVSX_TRACE_ENUM)
TRACE_DEFINE_ENUM(LVSX_REASON_MAX);
TRACE_DEFINE_ENUM(LVSX_FORWARD);
TRACE_DEFINE_ENUM(LVSX_PASS);
TRACE_DEFINE_ENUM(LVSX_DROP);

#define LVSX_TRACE_REASON(id, name, help) { LVSX_REASON_##id, name },

TRACE_EVENT(lvsx_packet,
	TP_PROTO(const struct lvsx_pkt *pkt, int verdict),
	TP_ARGS(pkt, verdict),
	TP_STRUCT__entry(
		__array(__u8, saddr, 4)
		__array(__u8, daddr, 4)
		__field(u16, sport)
		__field(u16, dport)
		__field(u8, proto)
		__field(u8, verdict)
		__field(u8, reason)
		__field(u32, bytes)
	),
	TP_fast_assign(
		memcpy(__entry->saddr, pkt->tuple.saddr, sizeof(__entry->saddr));
		memcpy(__entry->daddr, pkt->tuple.daddr, sizeof(__entry->daddr));
		__entry->sport = ntohs(pkt->tuple.sport);
		__entry->dport = ntohs(pkt->tuple.dport);
		__entry->proto = pkt->tuple.proto;
		__entry->verdict = verdict;
		__entry->reason = pkt->reason;
		__entry->bytes = pkt->total;
	),
	TP_printk("proto=%u %pI4:%u > %pI4:%u bytes=%u verdict=%s reason=%s",
		  __entry->proto, __entry->saddr, __entry->sport, __entry->daddr, __entry->dport,
		  __entry->bytes,
		  __print_symbolic(__entry->verdict, { LVSX_FORWARD, "forward" },
				   { LVSX_PASS, "pass" }, { LVSX_DROP, "drop" }),
		  __print_symbolic(__entry->reason, LVSX_REASONS(LVSX_TRACE_REASON)
				   { LVSX_REASON_MAX, "none" }))
);

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
