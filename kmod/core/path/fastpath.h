/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The road of nearly all packets once more, as short as it can be: a plain packet of a flow in this
 * CPU's own table, in which it changes no state. It is made of the pieces of the road itself, but
 * all in line, so that a struct lvsx_pkt whose address goes nowhere else stays in registers.
 *
 * lvsx_known_find() writes nothing, so a world may still have lvsx_path() see the packet until it
 * has called lvsx_known_carry(). In between it does what lvsx_env_route() would.
 */
#ifndef LVSX_FASTPATH_H
#define LVSX_FASTPATH_H

#include "core/table/bucket.h"
#include "core/pkt/parse.h"
#include "core/pkt/siphash.h"
#include "track.h"
#include "xlate.h"

/* Two adjacent addresses as sip_pair() has them, and two ports as sip_last() does. */
static __always_inline u64 lvsx_known_pair(const void *p, size_t at)
{
	u64 v = lvsx_load64((const u8 *)p + at);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = v << 32 | v >> 32;
#endif
	return v;
}

static __always_inline u32 lvsx_known_ports(const void *p, size_t at)
{
	u32 v = lvsx_load_ports(p, at);

#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = v << 16 | v >> 16;
#endif
	return v;
}

static_assert(offsetof(struct lvsx_ip4, daddr) == offsetof(struct lvsx_ip4, saddr) + 4 &&
	      (int)LVSX_DST - LVSX_SRC == 1, "addresses adjoin");

/* The half whose tag and tuple fit, where it is the first of its bucket whose tag does. */
static __always_inline bool lvsx_known_look(const struct lvsx_table *t, u64 addrs, u32 ports,
					    u8 proto, struct lvsx_half **found)
{
	const u64 last = ports | (u64)proto << 32 | (u64)SIP_LENGTH_IPV4 << 56;
	const u32 hash = (u32)sip_two(addrs, last, &t->seed);
	const struct lvsx_bucket *b = lvsx_bucket_of(t, hash);
	u64 places = lvsx_bucket_match(b, hash);
	struct lvsx_half *half;
	u32 ref;

	if (unlikely(!places))
		return false;
	ref = b->ref[lvsx_bucket_pop(&places)];
	if (unlikely(!ref))
		return false;
	half = (struct lvsx_half *)lvsx_line(&t->arena, ref);
	*found = half;
	return likely(!((lvsx_known_pair(half, offsetof(struct lvsx_half, addr)) ^ addrs) |
			(lvsx_known_ports(half, offsetof(struct lvsx_half, sport)) ^ ports) |
			(u64)(half->proto ^ proto)));
}

/*
 * The half of this packet, which lvsx_parse_plain() has seen. False: not for this road. Flags and
 * state are bytes that other CPUs write; the compiler may read them where it needs them.
 */
static __always_inline bool lvsx_known_find(const struct lvsx_table *t, const struct lvsx_pkt *pkt,
					    struct lvsx_half **found)
{
	const struct lvsx_ip4 *ip = (const struct lvsx_ip4 *)pkt->data;
	u8 state;

	if (unlikely(pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_FIN | LVSX_TCP_RST)))
		return false;
	if (unlikely(!lvsx_known_look(t, lvsx_known_pair(ip, offsetof(struct lvsx_ip4, saddr)),
				      lvsx_known_ports(ip, sizeof(*ip)), ip->proto, found) ||
		     data_race((*found)->flags) & LVSX_HALF_END))	/* a byte */
		return false;
	state = READ_ONCE((*found)->state);
	return likely(state == LVSX_STATE_ESTABLISHED || state == LVSX_STATE_UDP);
}

/* Track and translate, where lvsx_xlate_span(pkt) may be written. It is to be sent, and counted. */
static __always_inline void lvsx_known_carry(struct lvsx_pkt *pkt, struct lvsx_half *half)
{
	if (unlikely(pkt->now - READ_ONCE(half->last_seen) >= LVSX_SEEN_STEP_MS))
		lvsx_track_seen(pkt, half);
	lvsx_xlate(pkt, half);
}

#endif
