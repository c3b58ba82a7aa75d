// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups in bursts, see batch.h. While it waits for the translation of an address that it is to
 * prefetch, a CPU goes on for a few hundred instructions at most; so the prefetches of a step stand
 * close together, and all else is done before.
 */
#include "batch.h"
#include "bucket.h"

#define LANES 8

typedef u64 lanes __attribute__((vector_size(LANES * sizeof(u64))));
#define SIP_WORD lanes
#include "sip.h"

static_assert(LVSX_BATCH % LANES == 0, "whole vectors");

/* The hashes of IPv4 tuples, LANES at a time. */
static LVSX_WIDE void hash_pairs(const struct lvsx_seed *seed, const lanes *addrs, const lanes *last,
				 lanes *hash, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		struct sip s;

		sip_begin(&s, seed, &addrs[i]);
		sip_absorb(&s, &last[i]);
		sip_end(&s);
		hash[i] = s.a;
	}
}

static void hash_ip4(const struct lvsx_seed *seed, struct lvsx_batch *b)
{
	union {
		lanes wide[LVSX_BATCH / LANES];
		u64 one[LVSX_BATCH];
	} addrs, last, hash;
	u32 i;

	for (i = 0; i < b->n; i++) {
		const struct lvsx_tuple *t = b->tuple[i];

		addrs.one[i] = sip_pair(t->saddr[0], t->daddr[0]);
		last.one[i] = sip_last(t, SIP_LENGTH_IPV4);
	}
	for (; i % LANES; i++) {
		addrs.one[i] = 0;
		last.one[i] = 0;
	}
	hash_pairs(seed, addrs.wide, last.wide, hash.wide, i / LANES);
	memcpy(b->hash, hash.one, b->n * sizeof(*hash.one));
}

void lvsx_batch_hash(const struct lvsx_table *t, struct lvsx_batch *b)
{
	u32 i;

	if (likely(t->words == 1))
		hash_ip4(&t->seed, b);
	else
		for (i = 0; i < b->n; i++)
			b->hash[i] = lvsx_tuple_hash(b->tuple[i], &t->seed);
	for (i = 0; i < b->n; i++)
		b->at[i] = lvsx_bucket_of(t, (u32)b->hash[i]);
	for (i = 0; i < b->n; i++)
		prefetch(b->at[i]);
}

/* The first half in this bucket that may be it, NULL: none. */
static __always_inline struct lvsx_half *guess(const struct lvsx_table *t,
					       const struct lvsx_bucket *bucket, u64 hash)
{
	u64 places = lvsx_bucket_match(bucket, (u32)hash);

	while (likely(places)) {
		u32 ref = bucket->ref[lvsx_bucket_pop(&places)];

		if (likely(ref))
			return lvsx_line(&t->arena, ref);
	}
	return NULL;
}

void lvsx_batch_guess(const struct lvsx_table *t, struct lvsx_batch *b)
{
	const struct lvsx_bucket *next[LVSX_BATCH];
	u32 late[LVSX_BATCH], misses = 0, i;

	for (i = 0; i < b->n; i++) {
		const struct lvsx_bucket *bucket = b->at[i];

		b->at[i] = guess(t, bucket, b->hash[i]);
		if (unlikely(!b->at[i] && bucket->next)) {
			next[misses] = lvsx_line(&t->arena, bucket->next);
			late[misses++] = i;
		}
	}
	for (i = 0; i < misses; i++)
		prefetch(next[i]);
	for (i = 0; i < b->n; i++)
		prefetch(b->at[i]);
	if (t->words != 1)
		for (i = 0; i < b->n; i++)
			prefetch((u8 *)b->at[i] + LVSX_LINE);
	for (i = 0; i < misses; i++) {
		b->at[late[i]] = guess(t, next[i], b->hash[late[i]]);
		prefetch(b->at[late[i]]);
	}
}

struct lvsx_half *lvsx_batch_find(struct lvsx_table *t, const struct lvsx_batch *b, u32 i)
{
	struct lvsx_half *half = b->at[i];

	if (likely(half && lvsx_half_matches(half, b->tuple[i]) && half->line))
		return half;
	return lvsx_flow_find(t, b->tuple[i], b->hash[i]);
}
