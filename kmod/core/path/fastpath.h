/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fast path: what nearly all packets take. A plain packet of a flow in this CPU's own table, to
 * which no more is to be done than to translate it, and which changes no state of the flow:
 *
 *	parse → look up → check → account → track → translate → send
 *
 * It is in line in each receive function, over a few primitives of that I/O, so that a struct
 * lvsx_pkt whose address goes nowhere else stays in registers. Nothing is written before the packet
 * is sure to leave, so that lvsx_path() may see it otherwise.
 */
#ifndef LVSX_FASTPATH_H
#define LVSX_FASTPATH_H

#include "track.h"
#include "xlate.h"
#include "core/pkt/parse.h"
#include "core/table/bucket.h"

/* An I/O's primitives, all in line: a constant that is known when this is compiled. */
struct lvsx_fast_io {
	/*
	 * May it leave at once? The next hop is known and takes it, the hop limit lasts. Readies
	 * pkt->nexthop.
	 */
	bool (*ready)(struct lvsx_pkt *pkt, const struct lvsx_half *half);

	/* Make the first @len bytes, which are readable, writable; may move pkt->data. */
	bool (*writable)(struct lvsx_pkt *pkt, u32 len);

	/* Count it for its real server, as lvsx_host_account(); false: that is no more. */
	bool (*account)(struct lvsx_pkt *pkt, const struct lvsx_half *half, bool rev);

	/* It is translated. */
	void (*send)(struct lvsx_pkt *pkt, bool rev);
};

/* May the fast path have this plain packet, as far as that alone says? */
static __always_inline bool lvsx_fastpath_takes(struct lvsx_hdr hdr)
{
	return likely(!(hdr.tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_FIN | LVSX_TCP_RST)));
}

/* And as far as the flow says that it belongs to? */
static __always_inline bool lvsx_fastpath_serves(const struct lvsx_half *half)
{
	u8 state = READ_ONCE(half->state);

	/* A byte, read once. */
	return likely(!(data_race(half->flags) & LVSX_HALF_END) &&
		      (state == LVSX_STATE_ESTABLISHED || state == LVSX_STATE_UDP));
}

/* The half of this plain packet, if the fast path may have it; else NULL. */
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

/* From the look-up on; lvsx_parse_set() of a plain packet. False: nothing has happened to it. */
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

/* All of it but the parsing. */
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
