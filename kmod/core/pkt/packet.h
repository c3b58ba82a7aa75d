/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One packet: where its bytes are, what parse.c found in them, and what became of it. Lives on the
 * stack of the I/O's receive function.
 */
#ifndef LVSX_PACKET_H
#define LVSX_PACKET_H

#include "core/reason.h"
#include "tuple.h"
#include "wire.h"

/* The tracepoint shows these numbers. */
enum lvsx_verdict {
	LVSX_NEXT,	/* go on to the next step */
	LVSX_FORWARD,	/* translated: send it to the next hop */
	LVSX_PASS = 3,	/* not ours: untouched to whoever comes next */
	LVSX_DROP,	/* counted under pkt->reason */
};

enum lvsx_pkt_flag {
	LVSX_PKT_PARTIAL = 1,	/* checksum offload: the L4 field holds the pseudo header's sum */
	LVSX_PKT_ICMP_ERROR = 2,	/* set by parse: tuple is the quoted packet's, reversed */
	LVSX_PKT_FRAGMENT = 4,	/* set by parse: the rest of a datagram, has no ports */
	LVSX_PKT_WRITABLE = 8,	/* what is readable may be written to without asking */
	LVSX_PKT_IO = LVSX_PKT_PARTIAL | LVSX_PKT_WRITABLE,	/* what the I/O says of it */
};

struct lvsx_bucket;
struct lvsx_half;
struct lvsx_io;
struct lvsx_table;

struct lvsx_pkt {
	/* filled in by the I/O; @data and @len change with pull() and writable() */
	u8 *data;	/* the IP header */
	u32 len;	/* bytes readable at @data */
	u32 total;	/* bytes of the whole packet, IP header included */
	u32 now;	/* milliseconds, wraps */
	u32 mark;	/* fwmark, 0: none */
	u16 cpu;
	u8 family;	/* that it was handed up as: enum lvsx_family */
	u8 flags;	/* enum lvsx_pkt_flag */
	const struct lvsx_io *io;
	void *frame;	/* struct sk_buff, struct rte_mbuf, … */
	void *instance;	/* the host's own: struct lvsx_net, … */
	u64 *counters;	/* LVSX_REASON_MAX of this CPU */

	/* filled in by parse */
	u32 end;	/* bytes of the IP packet; what lies behind is padding */
	u16 l4;		/* offset of the TCP, UDP or ICMP header */
	u16 inner;	/* ICMP error: offset of the quoted IP header */
	u16 inner_l4;	/* ICMP error: offset of the quoted TCP or UDP header */
	u16 inner_end;	/* ICMP error: end of what will be rewritten of the quoted headers */
	u8 tcp_flags;
	u8 reason;	/* why it was passed or dropped, or, after parse, what was wrong */
	struct lvsx_tuple tuple;
	u64 hash;	/* of tuple */

	/* filled in by path */
	void *nexthop;	/* the I/O's own: what route() readied, NULL: nothing */
	struct lvsx_half *half;
	struct lvsx_bucket *bucket;	/* of this CPU's table: where hash belongs */
	struct lvsx_table *owner;	/* the table that half lives in */
};

/* How many sequence numbers a parsed TCP packet takes up (RFC 9293 §3.4). */
static inline u32 lvsx_tcp_span(const struct lvsx_pkt *pkt)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);

	return pkt->end - pkt->l4 - (tcp->doff >> 4) * 4 + !!(tcp->flags & LVSX_TCP_SYN) +
	       !!(tcp->flags & LVSX_TCP_FIN);
}

/* What may become of a packet. Each counts. */
static inline int lvsx_end(struct lvsx_pkt *pkt, int verdict, enum lvsx_reason reason)
{
	pkt->reason = reason;
	pkt->counters[reason]++;
	return verdict;
}

static inline int lvsx_drop(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	return lvsx_end(pkt, LVSX_DROP, reason);
}

static inline int lvsx_pass(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	return lvsx_end(pkt, LVSX_PASS, reason);
}

static inline int lvsx_forward(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	return lvsx_end(pkt, LVSX_FORWARD, reason);
}

/* Something that happened on the way. */
static inline void lvsx_note(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	pkt->counters[reason]++;
}

#endif
