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

/* What becomes of a packet; the tracepoint shows these numbers. */
enum lvsx_verdict {
	LVSX_NEXT,	/* go on to the next step */
	LVSX_FORWARD,	/* translated: send it to the next hop */
	LVSX_PASS = 3,	/* not ours: untouched to whoever comes next */
	LVSX_DROP,	/* counted under pkt->reason */
};

enum lvsx_pkt_flag {
	LVSX_PKT_PARTIAL = 1,	/* checksum offload: the L4 field holds the pseudo header's sum */
	LVSX_PKT_ICMP_ERROR = 2,	/* set by parse: tuple is the quoted packet's, reversed */
	LVSX_PKT_FRAGMENT = 4,	/* set by parse: fragment of a datagram, without ports */
	LVSX_PKT_WRITABLE = 8,	/* all readable bytes are writable, too */
	LVSX_PKT_IO = LVSX_PKT_PARTIAL | LVSX_PKT_WRITABLE,	/* those set by the I/O */
};

struct lvsx_bucket;
struct lvsx_half;
struct lvsx_io;
struct lvsx_table;

/**
 * struct lvsx_pkt - a packet on its way through the data path
 * @data: the IP header; changes with io->pull() and io->writable()
 * @len: bytes readable at @data; changes likewise
 * @total: bytes of the whole packet, IP header included
 * @now: milliseconds, wraps
 * @mark: firewall mark, 0: none
 * @cpu: the CPU that works on it
 * @family: protocol that it arrived as, enum lvsx_family
 * @flags: enum lvsx_pkt_flag
 * @io: operations on its kind of frame
 * @frame: the frame: struct sk_buff, struct rte_mbuf, …
 * @instance: the host's own: struct lvsx_net, …
 * @counters: this CPU's, LVSX_REASON_MAX of them
 * @end: length of the IP packet; bytes beyond are padding
 * @l4: offset of the TCP, UDP or ICMP header
 * @inner: ICMP error: offset of the quoted IP header
 * @inner_l4: ICMP error: offset of the quoted TCP or UDP header
 * @inner_end: ICMP error: end of what will be rewritten of the quoted headers
 * @tcp_flags: enum lvsx_tcp_flag
 * @reason: why it was passed or dropped; after parsing, what was wrong
 * @tuple: of the packet as it is on the wire; see lvsx_parse_any() for ICMP errors
 * @hash: of @tuple
 * @nexthop: the I/O's own: what io->route() found, NULL: nothing
 * @half: the half that it matches
 * @bucket: where @hash belongs in this CPU's table
 * @owner: the table that @half is in
 */
struct lvsx_pkt {
	/* filled in by the I/O */
	u8 *data;
	u32 len;
	u32 total;
	u32 now;
	u32 mark;
	u16 cpu;
	u8 family;
	u8 flags;
	const struct lvsx_io *io;
	void *frame;
	void *instance;
	u64 *counters;

	/* filled in by parse */
	u32 end;
	u16 l4;
	u16 inner;
	u16 inner_l4;
	u16 inner_end;
	u8 tcp_flags;
	u8 reason;
	struct lvsx_tuple tuple;
	u64 hash;

	/* filled in by path */
	void *nexthop;
	struct lvsx_half *half;
	struct lvsx_bucket *bucket;
	struct lvsx_table *owner;
};

/**
 * lvsx_tcp_span() - length of a TCP segment in sequence numbers (RFC 9293 §3.4)
 * @pkt: the packet, parsed
 *
 * Return: Bytes of payload, and one each for SYN and FIN.
 */
static inline u32 lvsx_tcp_span(const struct lvsx_pkt *pkt)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);

	return pkt->end - pkt->l4 - (tcp->doff >> 4) * 4 + !!(tcp->flags & LVSX_TCP_SYN) +
	       !!(tcp->flags & LVSX_TCP_FIN);
}

/* A packet's end: its verdict, counted under its reason. */
static inline int lvsx_end(struct lvsx_pkt *pkt, int verdict, enum lvsx_reason reason)
{
	pkt->reason = reason;
	pkt->counters[reason]++;
	return verdict;
}

/**
 * lvsx_drop() - drop a packet
 * @pkt: the packet
 * @reason: counted, and kept in @pkt
 *
 * Return: LVSX_DROP.
 */
static inline int lvsx_drop(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	return lvsx_end(pkt, LVSX_DROP, reason);
}

/**
 * lvsx_pass() - leave a packet to the host, untouched
 * @pkt: the packet
 * @reason: counted, and kept in @pkt
 *
 * Return: LVSX_PASS.
 */
static inline int lvsx_pass(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	return lvsx_end(pkt, LVSX_PASS, reason);
}

/**
 * lvsx_forward() - forward a packet, which has been translated
 * @pkt: the packet
 * @reason: counted, and kept in @pkt
 *
 * Return: LVSX_FORWARD.
 */
static inline int lvsx_forward(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	return lvsx_end(pkt, LVSX_FORWARD, reason);
}

/**
 * lvsx_note() - count an event that is not the packet's end
 * @pkt: the packet
 * @reason: what happened
 */
static inline void lvsx_note(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	pkt->counters[reason]++;
}

#endif
