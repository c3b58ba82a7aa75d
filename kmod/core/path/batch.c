// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups in bursts, see batch.h. Memory is asked in each packet's turn: asking for all at the end
 * of a step lets the CPU wait there with nothing else to do.
 */
#include "core/env.h"

#define LANES 8

typedef u64 lanes __attribute__((vector_size(LANES * sizeof(u64)), may_alias));
#define SIP_WORD lanes
#include "batch.h"

static_assert(LVSX_BATCH % LANES == 0, "whole vectors");

/*
 * The hashes of IPv4 tuples, LANES at a time, and the numbers of their buckets. Of lanes that no
 * packet has, whatever comes out.
 */
static LVSX_WIDE void hash_pairs(const struct lvsx_table *t, const lanes *addrs, const lanes *ends,
				 lanes *hash, lanes *bucket, u32 n)
{
	const lanes zero = { 0 }, mask = zero + t->bucket_mask, buckets = zero + t->buckets;
	u32 i;

	for (i = 0; i < n; i++) {
		lanes number;
		struct sip s;

		sip_begin(&s, &t->seed, &addrs[i]);
		sip_absorb(&s, &ends[i]);
		sip_end(&s);
		hash[i] = s.a;
		number = s.a & mask;
		bucket[i] = number & (mask >> 1 | (lanes)(number < buckets));
	}
}

static __always_inline void hash_ip4(const struct lvsx_table *t, struct lvsx_batch *b, bool fetch)
{
	u64 bucket[LVSX_BATCH] LVSX_LINE_ALIGNED;
	const struct lvsx_arena arena = t->arena;
	void *const *block = t->bucket_block;
	const u32 n = b->n;
	u32 i;

	hash_pairs(t, (const lanes *)b->addrs, (const lanes *)b->ends, (lanes *)b->hash,
		   (lanes *)bucket, (n + LANES - 1) / LANES);
	for (i = 0; i < n; i++) {
		b->at[i] = lvsx_bucket_in(block, &arena, (u32)bucket[i]);
		if (fetch)
			prefetch(b->at[i]);
	}
}

static void hash_ip6(const struct lvsx_table *t, struct lvsx_batch *b, bool fetch)
{
	u32 i;

	for (i = 0; i < b->n; i++) {
		b->hash[i] = lvsx_tuple_hash(b->tuple[i], &t->seed);
		b->at[i] = lvsx_bucket_of(t, (u32)b->hash[i]);
		if (fetch)
			prefetch(b->at[i]);
	}
}

static __always_inline void hash_all(const struct lvsx_table *t, struct lvsx_batch *b, bool fetch)
{
	if (likely(t->words == 1))
		hash_ip4(t, b, fetch);
	else
		hash_ip6(t, b, fetch);
}

void lvsx_batch_hash(const struct lvsx_table *t, struct lvsx_batch *b)
{
	hash_all(t, b, true);
}

void lvsx_batch_hash_only(const struct lvsx_table *t, struct lvsx_batch *b)
{
	hash_all(t, b, false);
}

/*
 * The half in this bucket that may be it, and memory is asked for it; NULL: none. The tag of
 * an empty place may mislead, and so may another half's: then lvsx_batch_find() looks properly.
 */
static __always_inline struct lvsx_half *guess(const struct lvsx_arena *arena, bool wide,
					       const struct lvsx_bucket *bucket, u64 hash)
{
	u64 places = lvsx_bucket_match(bucket, (u32)hash);
	struct lvsx_half *half;
	u32 ref;

	if (unlikely(!places))
		return NULL;
	ref = bucket->ref[lvsx_bucket_pop(&places)];
	if (unlikely(!ref))
		return NULL;
	half = lvsx_line(arena, ref);
	prefetch(half);
	if (wide)
		prefetch((u8 *)half + LVSX_LINE);
	return half;
}

static __always_inline void guess_all(const struct lvsx_table *t, struct lvsx_batch *b, bool wide)
{
	const struct lvsx_arena arena = t->arena;
	const u32 n = b->n;
	u32 late = 0, i;

	for (i = 0; i < n; i++) {
		const struct lvsx_bucket *bucket = b->at[i];
		struct lvsx_half *half = guess(&arena, wide, bucket, b->hash[i]);

		b->at[i] = half;
		if (unlikely(!half && bucket->next)) {
			b->behind[late].bucket = lvsx_line(&arena, bucket->next);
			b->behind[late].i = i;
			prefetch(b->behind[late++].bucket);
		}
	}
	b->late = late;
}

void lvsx_batch_guess(const struct lvsx_table *t, struct lvsx_batch *b)
{
	if (likely(t->words == 1))
		guess_all(t, b, false);
	else
		guess_all(t, b, true);
}

void lvsx_batch_guess_again(const struct lvsx_table *t, struct lvsx_batch *b)
{
	u32 n, i;

	for (n = 0; n < b->late; n++) {
		i = b->behind[n].i;
		b->at[i] = guess(&t->arena, t->words != 1, b->behind[n].bucket, b->hash[i]);
	}
}
