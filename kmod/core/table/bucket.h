/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The index of a table: linear hashing over buckets of one line. For the core's own files.
 *
 * A bucket's number comes from the low bits of the hash, its tags from bits 16 to 31. So from 64 Ki
 * buckets on, the bit that decides a split stands in the tag, and growing reads no flow.
 *
 * Readers of other CPUs: an entry is complete before its `ref` is stored with release, which pairs
 * with the acquire in lvsx_flow_find_remote(). While entries move between places, `move_seq` is
 * odd, and a reader that found nothing looks again when it changed. Lines of buckets never become
 * anything else and hold nothing but halves of the table, so a reader that is late is at worst
 * misled.
 */
#ifndef LVSX_BUCKET_H
#define LVSX_BUCKET_H

#include "flow.h"
#include "core/pkt/siphash.h"

/* Without a branch, as whether the bucket has been split yet cannot be predicted. */
static inline u32 lvsx_bucket_number(u32 buckets, u32 mask, u32 hash)
{
	u32 n = hash & mask;

	return n & (mask >> 1 | -(u32)(n < buckets));
}

static __always_inline struct lvsx_bucket *lvsx_bucket_in(void *const *block,
							  const struct lvsx_arena *a, u32 n)
{
	struct lvsx_bucket *first = (struct lvsx_bucket *)READ_ONCE(block[n >> a->shift]);

	return first + (n & a->mask);
}

static inline struct lvsx_bucket *lvsx_bucket_at(const struct lvsx_table *t, u32 n)
{
	return lvsx_bucket_in(t->bucket_block, &t->arena, n);
}

/* Owner's CPU. */

static inline struct lvsx_bucket *lvsx_bucket_of(const struct lvsx_table *t, u32 hash)
{
	return lvsx_bucket_at(t, lvsx_bucket_number(t->buckets, t->bucket_mask, hash));
}

/*
 * lvsx_bucket_match(): places whose tag is that of @hash, as a set for lvsx_bucket_pop(), and once
 * for every width of vectors; the kernel has none. Tags only ever suggest.
 */
#if defined(__AVX2__) && !defined(__KERNEL__) && !defined(LVSX_NO_VECTORS)
typedef s16 lvsx_tags __attribute__((vector_size(32), may_alias));
typedef char lvsx_tag_bytes __attribute__((vector_size(32)));

/* Of the tags and of what stands behind them: two bits a place. */
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

/* Zero lanes, by subtraction: it may name a lane too many above a true one. */
static __always_inline u64 lvsx_bucket_zeros(u64 x)
{
	return (x - LVSX_LANES) & ~x & LVSX_LANES << 15;
}

static __always_inline u64 lvsx_bucket_match(const struct lvsx_bucket *b, u32 hash)
{
	u64 pattern = LVSX_LANES * (hash >> 16);

	return lvsx_bucket_zeros(READ_ONCE(b->word[0]) ^ pattern) >> 15 |
	       lvsx_bucket_zeros(READ_ONCE(b->word[1]) ^ pattern) >> 14 |
	       (lvsx_bucket_zeros(READ_ONCE(b->word[2]) ^ pattern) & LVSX_LAST_LANES) >> 13;
}

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

/* Is it plain that no half has this hash, of which this is the bucket? */
static __always_inline bool lvsx_bucket_alone(const struct lvsx_bucket *b, u32 hash)
{
	return likely(!(lvsx_bucket_match(b, hash) | b->next));
}

static __always_inline u64 lvsx_load64(const void *p)
{
	u64 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Is this the half that a packet with @tuple belongs to? */
static __always_inline bool lvsx_half_is(const struct lvsx_half *h, const struct lvsx_tuple *tuple)
{
	/* What it matches comes first. */
	const __be32 *addr = (const __be32 *)((const u8 *)h + offsetof(struct lvsx_half, addr));
	u32 ports = lvsx_load_ports(h, offsetof(struct lvsx_half, sport)) ^
		    lvsx_load_ports(tuple, offsetof(struct lvsx_tuple, sport));

	ports |= (u32)(h->proto ^ tuple->proto);
	ports |= (u32)(lvsx_kind_match(h->kind) ^ tuple->family);
	if (likely(tuple->family == LVSX_IPV4))
		return !(ports | ((__force u32)addr[0] ^ (__force u32)tuple->saddr[0]) |
			 ((__force u32)addr[1] ^ (__force u32)tuple->daddr[0]));
	if (ports)
		return false;	/* it may be too short for what follows */
	return !((lvsx_load64(addr) ^ lvsx_load64(tuple->saddr)) |
		 (lvsx_load64(addr + 2) ^ lvsx_load64(tuple->saddr + 2)) |
		 (lvsx_load64(addr + 4) ^ lvsx_load64(tuple->daddr)) |
		 (lvsx_load64(addr + 6) ^ lvsx_load64(tuple->daddr + 2)));
}

static_assert(offsetof(struct lvsx_half, sport) == 0 && offsetof(struct lvsx_half, dport) == 2 &&
	      offsetof(struct lvsx_half, proto) == 4 && offsetof(struct lvsx_half, kind) == 5,
	      "as the lower 48 bits of sip_ends()");

/* Is it the half of an IPv4 packet with this key, and one of kind 0? */
static __always_inline bool lvsx_half_is_plain(const struct lvsx_half *h, struct sip_ip4 key)
{
	u64 differ = lvsx_load_addrs(h, offsetof(struct lvsx_half, addr)) ^ key.addrs;

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	differ |= (lvsx_load64(h) ^ key.ends) << 16;
#else
	differ |= sip_ends(lvsx_load_ports(h, offsetof(struct lvsx_half, sport)), h->proto,
			   SIP_LENGTH_IPV4) ^ key.ends;
	differ |= h->kind;
#endif
	return likely(!differ);
}

/*
 * The first half in @b whose tag fits @hash, where there is one: almost always it is the one that
 * is looked for. NULL is no proof that there is no flow, see lvsx_bucket_alone().
 */
static __always_inline struct lvsx_half *
lvsx_bucket_first(const struct lvsx_arena *arena, const struct lvsx_bucket *b, u32 hash)
{
	u64 places = lvsx_bucket_match(b, hash);
	u32 ref;

	if (unlikely(!places))
		return NULL;
	ref = b->ref[lvsx_bucket_pop(&places)];
	return likely(ref) ? (struct lvsx_half *)lvsx_line(arena, ref) : NULL;
}

/* Pairs with the acquire of `ref` in lvsx_flow_find_remote(): the half was complete before. */
static __always_inline void lvsx_bucket_set(struct lvsx_bucket *b, u32 i, u16 tag, u32 ref)
{
	WRITE_ONCE(b->tag[i], tag);
	smp_store_release(&b->ref[i], ref);
}

/* All bits set if the place is taken. Arithmetic, lest a compiler make a branch of it. */
static __always_inline u32 lvsx_bucket_taken(const struct lvsx_bucket *b, u32 i)
{
	return (u32)(-(s64)b->ref[i] >> 63);
}

/* How many entries: they stand in front, so the end is found by parts; none can be guessed. */
static __always_inline u32 lvsx_bucket_count(const struct lvsx_bucket *b)
{
	u32 n = lvsx_bucket_taken(b, 4) & 5;

	n += lvsx_bucket_taken(b, n + 2) & 3;
	return n - lvsx_bucket_taken(b, n) - lvsx_bucket_taken(b, n + 1);
}

/* lvsx_bucket_add() to a bucket that is full or chained. */
bool lvsx_bucket_chain(struct lvsx_table *t, struct lvsx_bucket *b, u32 hash, u32 ref);

/* False: an overflow bucket was needed and there is no memory. */
static __always_inline bool lvsx_bucket_add(struct lvsx_table *t, struct lvsx_bucket *b, u32 hash,
					    u32 ref)
{
	u32 i = lvsx_bucket_count(b);

	if (unlikely(b->next || i == LVSX_BUCKET_SLOTS)) {
		if (!lvsx_bucket_chain(t, b, hash, ref))
			return false;
	} else {
		lvsx_bucket_set(b, i, hash >> 16, ref);
	}
	t->entries++;
	return true;
}

/* The tag goes, too: it would mislead a look-up for an entry that has moved within the bucket. */
static __always_inline void lvsx_bucket_clear(struct lvsx_bucket *b, u32 i)
{
	WRITE_ONCE(b->ref[i], 0);
	WRITE_ONCE(b->tag[i], (u16)~b->tag[i]);
}

/* Readers on other CPUs: pairs with the acquire and the smp_rmb() of lvsx_flow_find_remote(). */
static __always_inline void lvsx_bucket_move_begin(struct lvsx_table *t)
{
	WRITE_ONCE(t->move_seq, t->move_seq + 1);
	smp_wmb();
}

static __always_inline void lvsx_bucket_move_end(struct lvsx_table *t)
{
	smp_store_release(&t->move_seq, t->move_seq + 1);
}

/* Where in the bucket is @ref, whose tag is that of @hash? LVSX_BUCKET_SLOTS: nowhere. */
static __always_inline u32 lvsx_bucket_place(const struct lvsx_bucket *b, u32 hash, u32 ref)
{
	u64 places = lvsx_bucket_match(b, hash);

	while (likely(places)) {
		u32 i = lvsx_bucket_pop(&places);

		if (likely(b->ref[i] == ref))
			return i;
	}
	return LVSX_BUCKET_SLOTS;
}

/* lvsx_bucket_del() where there is a chain. */
void lvsx_bucket_unchain(struct lvsx_table *t, struct lvsx_bucket *b, u32 hash, u32 ref);

/* The entry is there. */
static __always_inline void lvsx_bucket_del(struct lvsx_table *t, u32 hash, u32 ref)
{
	struct lvsx_bucket *b = lvsx_bucket_of(t, hash);
	u32 i, j;

	t->entries--;
	if (unlikely(b->next)) {
		lvsx_bucket_unchain(t, b, hash, ref);
		return;
	}
	i = lvsx_bucket_place(b, hash, ref);
	j = lvsx_bucket_count(b) - 1;
	/* It may be the last entry itself: that would be a guess, and this is as good. */
	lvsx_bucket_move_begin(t);
	lvsx_bucket_set(b, i, b->tag[j], b->ref[j]);
	lvsx_bucket_clear(b, j);
	lvsx_bucket_move_end(t);
}

/* One bucket more, if memory allows. */
void lvsx_bucket_grow(struct lvsx_table *t);

/*
 * One bucket more for every five entries: of ten places, few overflow even where a split is due.
 * No more than five may have been added since the last call.
 */
static __always_inline void lvsx_bucket_settle(struct lvsx_table *t)
{
	if (t->entries > (u64)t->buckets * 5)
		lvsx_bucket_grow(t);
}

#endif
