// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups in bursts, see batch.h. While it waits for the translation of an address that it is to
 * prefetch, a CPU goes on for a few hundred instructions at most; so the prefetches of a step stand
 * close together, and all else is done before.
 */
#include "batch.h"

#define LANES 8

typedef u64 lanes __attribute__((vector_size(LANES * sizeof(u64)), may_alias));
#define SIP_WORD lanes
#include "sip.h"

static_assert(LVSX_BATCH % LANES == 0, "whole vectors");

union some {
	lanes wide[LVSX_BATCH / LANES];
	u64 one[LVSX_BATCH];
};

/* The hashes of IPv4 tuples, LANES at a time, and the numbers of their buckets. */
static LVSX_WIDE void hash_pairs(const struct lvsx_table *t, const union some *addrs,
				 const union some *last, lanes *hash, union some *bucket, u32 n)
{
	const lanes zero = { 0 }, mask = zero + t->bucket_mask, buckets = zero + t->buckets;
	u32 i;

	for (i = 0; i < n; i++) {
		lanes number;
		struct sip s;

		sip_begin(&s, &t->seed, &addrs->wide[i]);
		sip_absorb(&s, &last->wide[i]);
		sip_end(&s);
		hash[i] = s.a;
		number = s.a & mask;
		bucket->wide[i] = number & (mask >> 1 | (lanes)(number < buckets));
	}
}

static void hash_ip4(const struct lvsx_table *t, struct lvsx_batch *b)
{
	union some addrs, last, bucket;
	u32 i;

	for (i = 0; i < b->n; i++) {
		const struct lvsx_tuple *tuple = b->tuple[i];

		addrs.one[i] = sip_pair(tuple->saddr[0], tuple->daddr[0]);
		last.one[i] = sip_last(tuple, SIP_LENGTH_IPV4);
	}
	for (; i % LANES; i++) {
		addrs.one[i] = 0;
		last.one[i] = 0;
	}
	hash_pairs(t, &addrs, &last, (lanes *)b->hash, &bucket, i / LANES);
	for (i = 0; i < b->n; i++)
		b->at[i] = lvsx_bucket_at(t, (u32)bucket.one[i]);
}

void lvsx_batch_hash(const struct lvsx_table *t, struct lvsx_batch *b)
{
	u32 i;

	if (likely(t->words == 1)) {
		hash_ip4(t, b);
	} else {
		for (i = 0; i < b->n; i++) {
			b->hash[i] = lvsx_tuple_hash(b->tuple[i], &t->seed);
			b->at[i] = lvsx_bucket_of(t, (u32)b->hash[i]);
		}
	}
	for (i = 0; i < b->n; i++)
		prefetch(b->at[i]);
}

/* lvsx_bucket_match() with what a CPU has for it; then the places are in order. */
#if defined(__SSE2__) && !defined(__KERNEL__)
typedef s16 tags __attribute__((vector_size(16), may_alias));
typedef u64 pair __attribute__((vector_size(16)));

static __always_inline u64 match(const struct lvsx_bucket *b, u64 hash)
{
	const tags zero = { 0 }, pattern = zero + (s16)((u32)hash >> 16);
	const tags low = *(const tags *)b->tag;
	const pair rest = { b->word[2], 0 };
	const tags high = (tags)rest;

	return (u32)__builtin_ia32_pmovmskb128(__builtin_ia32_packsswb128(low == pattern,
									  high == pattern)) &
	       ((1 << LVSX_BUCKET_SLOTS) - 1);
}

static __always_inline u32 pop(u64 *places)
{
	u32 place = __builtin_ctzll(*places);

	*places &= *places - 1;
	return place;
}
#else
#define match(b, hash) lvsx_bucket_match(b, (u32)(hash))
#define pop(places) lvsx_bucket_pop(places)
#endif

/* The first half in this bucket that may be it, NULL: none. */
static __always_inline struct lvsx_half *guess(const struct lvsx_table *t,
					       const struct lvsx_bucket *bucket, u64 hash)
{
	u64 places = match(bucket, hash);

	while (likely(places)) {
		u32 ref = bucket->ref[pop(&places)];

		if (likely(ref))
			return lvsx_line(&t->arena, ref);
	}
	return NULL;
}

void lvsx_batch_guess(const struct lvsx_table *t, struct lvsx_batch *b)
{
	const struct lvsx_bucket *next[LVSX_BATCH];
	u32 misses = 0, i;

	for (i = 0; i < b->n; i++) {
		const struct lvsx_bucket *bucket = b->at[i];

		b->at[i] = guess(t, bucket, b->hash[i]);
		if (unlikely(!b->at[i] && bucket->next))
			next[misses++] = lvsx_line(&t->arena, bucket->next);
	}
	for (i = 0; i < b->n; i++)
		prefetch(b->at[i]);
	if (t->words != 1)
		for (i = 0; i < b->n; i++)
			prefetch((u8 *)b->at[i] + LVSX_LINE);
	for (i = 0; i < misses; i++)
		prefetch(next[i]);
}
