/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fast path, which nearly all packets take: plain packets of an established flow in this CPU's
 * own table that need no more than a translation and do not change the flow's state:
 *
 *	parse → look up → check → account → track → translate → send
 *
 * It is in line in each receive function, over a few primitives of that I/O, so that a struct
 * lvsx_pkt stays in registers as long as nobody else takes its address. Nothing is written before
 * the packet is sure to leave; until then lvsx_path() can take it over.
 */
#ifndef LVSX_FASTPATH_H
#define LVSX_FASTPATH_H

#include "track.h"
#include "xlate.h"
#include "core/pkt/parse.h"
#include "core/table/bucket.h"

/**
 * struct lvsx_fast_io - an I/O's primitives, all in line: a compile-time constant
 * @ready: may the packet leave at once? The next hop is cached and valid, the packet fits, the TTL
 *	suffices; sets pkt->nexthop.
 * @writable: make the first @len bytes, which are readable, writable; may move pkt->data
 * @account: count the packet for its real server; false: the real server is gone
 * @send: send the packet, which is translated
 *
 * Context: Softirq.
 */
struct lvsx_fast_io {
	bool (*ready)(struct lvsx_pkt *pkt, const struct lvsx_half *half);
	bool (*writable)(struct lvsx_pkt *pkt, u32 len);
	bool (*account)(struct lvsx_pkt *pkt, const struct lvsx_half *half, bool rev);
	void (*send)(struct lvsx_pkt *pkt, bool rev);
};

/**
 * lvsx_fastpath_takes() - does the fast path take such a packet?
 * @hdr: headers of a plain packet
 *
 * Return: false for TCP packets that open, close or reset.
 */
static __always_inline bool lvsx_fastpath_takes(struct lvsx_hdr hdr)
{
	return likely(!(hdr.tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_FIN | LVSX_TCP_RST)));
}

/**
 * lvsx_fastpath_serves() - does the fast path serve such a flow?
 * @half: the half that the packet matches
 *
 * Context: Owner's CPU.
 * Return: true if the flow is established and not to be ended.
 */
static __always_inline bool lvsx_fastpath_serves(const struct lvsx_half *half)
{
	u8 state = READ_ONCE(half->state);

	/* data_race(): a byte, read once. */
	return likely(!(data_race(half->flags) & LVSX_HALF_END) &&
		      (state == LVSX_STATE_ESTABLISHED || state == LVSX_STATE_UDP));
}

/* The half that a plain packet matches; NULL: none, or not for the fast path. */
static __always_inline struct lvsx_half *lvsx_fastpath_find(const struct lvsx_table *t,
							    struct lvsx_hdr hdr)
{
	const struct sip_ip4 key = sip_ip4(hdr.addrs, hdr.ports, hdr.proto);
	struct lvsx_half *half;
	u32 hash;

	if (unlikely(!lvsx_fastpath_takes(hdr)))
		return NULL;
	hash = (u32)sip_hash_ip4(key, &t->seed);
	half = lvsx_bucket_first(&t->arena, lvsx_bucket_of(t, hash), hash);
	return likely(half && lvsx_half_is_plain(half, key) && lvsx_fastpath_serves(half)) ?
	       half : NULL;
}

/**
 * lvsx_fastpath_forward() - the fast path after the look-up
 * @io: the I/O's primitives
 * @pkt: the packet, after lvsx_parse_set()
 * @half: the half that it matches
 *
 * Context: Softirq, owner's CPU.
 * Return: true if it was sent; false: nothing has happened to it.
 */
static __always_inline bool lvsx_fastpath_forward(const struct lvsx_fast_io *io,
						  struct lvsx_pkt *pkt, struct lvsx_half *half)
{
	/* This bit never changes. */
	const bool rev = data_race(half->flags) & LVSX_HALF_REV;

	if (unlikely(!io->ready(pkt, half) || !io->writable(pkt, lvsx_xlate_span(pkt)) ||
		     !io->account(pkt, half, rev)))
		return false;
	lvsx_track_seen(pkt, half);
	lvsx_xlate(pkt, half);
	lvsx_note(pkt, rev ? LVSX_REASON_REV : LVSX_REASON_FWD);
	io->send(pkt, rev);
	return true;
}

/**
 * lvsx_fastpath() - the fast path after parsing
 * @io: the I/O's primitives
 * @pkt: the packet, as the I/O filled it in
 * @hdr: its headers, of a plain packet
 * @t: this CPU's table
 *
 * Context: Softirq, owner's CPU.
 * Return: true if it was sent; false: it is for lvsx_path_plain(), nothing has happened to it.
 */
static __always_inline bool lvsx_fastpath(const struct lvsx_fast_io *io, struct lvsx_pkt *pkt,
					  struct lvsx_hdr hdr, const struct lvsx_table *t)
{
	struct lvsx_half *half = lvsx_fastpath_find(t, hdr);

	if (unlikely(!half))
		return false;
	lvsx_parse_set(pkt, hdr);
	return lvsx_fastpath_forward(io, pkt, half);
}

#endif
