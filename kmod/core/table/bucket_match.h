/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which places of a bucket have a given tag, all compared at once: lvsx_bucket_match() and
 * lvsx_bucket_pop(), once for each width of vectors. The kernel uses none.
 */
#ifndef LVSX_BUCKET_MATCH_H
#define LVSX_BUCKET_MATCH_H

#include "flow.h"

#if defined(__AVX2__) && !defined(__KERNEL__) && !defined(LVSX_NO_VECTORS)
typedef s16 lvsx_tags __attribute__((vector_size(32), may_alias));
typedef char lvsx_tag_bytes __attribute__((vector_size(32)));

/* The load reads the bytes behind the tags, too. Two bits a place. */
static __always_inline u64 lvsx_bucket_match(const struct lvsx_bucket *b, u32 hash)
{
	const lvsx_tags zero = { 0 }, pattern = zero + (s16)(hash >> 16);
	const lvsx_tag_bytes same =
		(lvsx_tag_bytes)(*(const lvsx_tags *)(const void *)b->tag == pattern);

	return (u32)__builtin_ia32_pmovmskb256(same) & ((1u << 2 * LVSX_BUCKET_SLOTS) - 1);
}

static __always_inline u32 lvsx_bucket_pop(u64 *places)
{
	u32 bit = __builtin_ctzll(*places);

	*places &= ~(3ull << bit);
	return bit / 2;
}
#elif defined(__SSE2__) && !defined(__KERNEL__) && !defined(LVSX_NO_VECTORS)
typedef s16 lvsx_tags __attribute__((vector_size(16), may_alias));
typedef u64 lvsx_tag_pair __attribute__((vector_size(16)));

static __always_inline u64 lvsx_bucket_match(const struct lvsx_bucket *b, u32 hash)
{
	const lvsx_tags zero = { 0 }, pattern = zero + (s16)(hash >> 16);
	const lvsx_tags low = *(const lvsx_tags *)(const void *)b->tag;
	const lvsx_tag_pair rest = { b->word[2], 0 };
	const lvsx_tags high = (lvsx_tags)rest;

	return (u32)__builtin_ia32_pmovmskb128(__builtin_ia32_packsswb128(low == pattern,
									  high == pattern)) &
	       ((1u << LVSX_BUCKET_SLOTS) - 1);
}

static __always_inline u32 lvsx_bucket_pop(u64 *places)
{
	u32 place = __builtin_ctzll(*places);

	*places &= *places - 1;
	return place;
}
#else
#define LVSX_LANES 0x0001000100010001ull

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define LVSX_LAST_LANES 0xffffffffull		/* the tags in the last word */
#else
#define LVSX_LAST_LANES (0xffffffffull << 32)
#endif

/* Lanes that are zero, by subtraction: may report one too many above a true one. */
static __always_inline u64 lvsx_bucket_zeros(u64 x)
{
	return (x - LVSX_LANES) & ~x & LVSX_LANES << 15;
}

/**
 * lvsx_bucket_match() - places of a bucket whose tag is that of a hash
 * @b: the bucket
 * @hash: low half of the hash
 *
 * A tag is a hint: the half must be compared.
 *
 * Context: Any CPU.
 * Return: A set of places for lvsx_bucket_pop(), 0: none.
 */
static __always_inline u64 lvsx_bucket_match(const struct lvsx_bucket *b, u32 hash)
{
	u64 pattern = LVSX_LANES * (hash >> 16);

	return lvsx_bucket_zeros(READ_ONCE(b->word[0]) ^ pattern) >> 15 |
	       lvsx_bucket_zeros(READ_ONCE(b->word[1]) ^ pattern) >> 14 |
	       (lvsx_bucket_zeros(READ_ONCE(b->word[2]) ^ pattern) & LVSX_LAST_LANES) >> 13;
}

/**
 * lvsx_bucket_pop() - take the first place out of a set
 * @places: the set, not empty
 *
 * Return: The place.
 */
static __always_inline u32 lvsx_bucket_pop(u64 *places)
{
	u32 bit = __builtin_ctzll(*places), lane = bit >> 4;

	*places &= *places - 1;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	lane = 3 - lane;
#endif
	return (bit & 3) << 2 | lane;
}
#endif

#endif
