/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Look-ups for a world whose packets come in bursts. Each takes steps, and in each of them memory
 * is asked for what the next one reads, so do a step for the whole burst before the next. Owner's
 * CPU, as lvsx_flow_find().
 */
#ifndef LVSX_BATCH_H
#define LVSX_BATCH_H

#include "core/table/bucket.h"
#include "core/pkt/siphash.h"

#define LVSX_BATCH 64

struct lvsx_batch {
	u32 n;		/* packets, at most LVSX_BATCH */
	u32 late;	/* how many of @behind */
	void *at[LVSX_BATCH];	/* what the next step reads: a bucket, then perhaps a half */
	const struct lvsx_tuple *tuple[LVSX_BATCH];	/* all of the table's family */
	/* IPv4: the two words that are hashed */
	u64 addrs[LVSX_BATCH] LVSX_LINE_ALIGNED;
	u64 ends[LVSX_BATCH] LVSX_LINE_ALIGNED;
	u64 hash[LVSX_BATCH] LVSX_LINE_ALIGNED;	/* of each, from lvsx_batch_hash() on */
	struct {
		const struct lvsx_bucket *bucket;
		u32 i;
	} behind[LVSX_BATCH];	/* chained buckets that are to be looked at, too, and for whom */
};

/* Packet @i of the burst: its tuple, which stays where it is. */
static __always_inline void lvsx_batch_set(struct lvsx_batch *b, u32 i, const struct lvsx_tuple *t,
					   u8 words)
{
	b->tuple[i] = t;
	if (words == 1) {
		b->addrs[i] = sip_pair(t->saddr[0], t->daddr[0]);
		b->ends[i] = sip_last(t, SIP_LENGTH_IPV4);
	}
}

/* First step, @n and all packets filled in: hashes. */
void lvsx_batch_hash(const struct lvsx_table *t, struct lvsx_batch *b);

/*
 * The same, but memory is to be asked by the caller, packet by packet, while it does something else
 * that is long: for flows that are about to be made.
 */
void lvsx_batch_hash_only(const struct lvsx_table *t, struct lvsx_batch *b);

static __always_inline void lvsx_batch_fetch(const struct lvsx_batch *b, u32 i)
{
	prefetch(b->at[i]);
}

/* Second step: a guess which half it will be. */
void lvsx_batch_guess(const struct lvsx_table *t, struct lvsx_batch *b);

/* Third step: another, for what stands in chained buckets. May be left out. */
void lvsx_batch_guess_again(const struct lvsx_table *t, struct lvsx_batch *b);

static_assert(offsetof(struct lvsx_half, sport) == 0 && offsetof(struct lvsx_half, dport) == 2 &&
	      offsetof(struct lvsx_half, proto) == 4, "as the lower 40 bits of sip_ends()");

/* Is it the half of packet @i of IPv4? */
static __always_inline bool lvsx_batch_fits(const struct lvsx_batch *b, u32 i,
					    const struct lvsx_half *half)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return !((lvsx_load64(half->addr) ^ b->addrs[i]) |
		 (lvsx_load64(half) ^ b->ends[i]) << (64 - 40));
#else
	return lvsx_half_matches_as(half, b->tuple[i], 1);
#endif
}

/*
 * Last step, packet by packet: what lvsx_flow_find() says now of packet @i. Flows may have come and
 * gone since the steps before.
 */
static __always_inline struct lvsx_half *
lvsx_batch_find(struct lvsx_table *t, const struct lvsx_batch *b, u32 i)
{
	struct lvsx_half *half = (struct lvsx_half *)b->at[i];

	if (likely(half && (t->words == 1 ? lvsx_batch_fits(b, i, half) :
					    lvsx_half_matches_as(half, b->tuple[i], 4)) &&
		   half->line))
		return half;
	if (likely(!half && lvsx_bucket_alone(lvsx_bucket_of(t, (u32)b->hash[i]), (u32)b->hash[i])))
		return NULL;
	return lvsx_flow_find(t, b->tuple[i], b->hash[i]);
}

#endif
