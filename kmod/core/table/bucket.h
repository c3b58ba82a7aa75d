/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The index of a table: linear hashing over buckets of one line. For the core's own files.
 *
 * The low bits of a hash give the bucket's number, bits 16 to 31 the tag. So from 64 Ki buckets on
 * the bit that decides a split is in the tag, and growing reads no flow.
 *
 * Readers on other CPUs: an entry is complete before its @ref is stored with release, which pairs
 * with the acquire in lvsx_flow_find_remote(). While entries move, @move_seq is odd; a reader that
 * found nothing tries again if it has changed. A bucket's line stays a bucket and refers to nothing
 * but halves of its table, so the worst that can happen to a late reader is a wrong half, which it
 * compares anyway.
 */
#ifndef LVSX_BUCKET_H
#define LVSX_BUCKET_H

#include "bucket_match.h"
#include "flow.h"
#include "core/pkt/siphash.h"

/**
 * lvsx_bucket_number() - the bucket that a hash belongs to
 * @buckets: number of buckets
 * @mask: all bits of the highest bucket's number set
 * @hash: low half of the hash
 *
 * Without a branch: whether the bucket has been split yet cannot be predicted.
 *
 * Return: The bucket's number.
 */
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

/**
 * lvsx_bucket_at() - a bucket by its number
 * @t: the table
 * @n: the number
 *
 * Context: Any CPU, RCU read side.
 * Return: The bucket.
 */
static inline struct lvsx_bucket *lvsx_bucket_at(const struct lvsx_table *t, u32 n)
{
	return lvsx_bucket_in(t->bucket_block, &t->arena, n);
}

/**
 * lvsx_bucket_of() - the bucket that a hash belongs to
 * @t: the table
 * @hash: low half of the hash
 *
 * Context: Owner's CPU.
 * Return: The bucket.
 */
static inline struct lvsx_bucket *lvsx_bucket_of(const struct lvsx_table *t, u32 hash)
{
	return lvsx_bucket_at(t, lvsx_bucket_number(t->buckets, t->bucket_mask, hash));
}

/**
 * lvsx_bucket_alone() - is it certain that no half has this hash?
 * @b: the bucket that the hash belongs to
 * @hash: low half of the hash
 *
 * Context: Owner's CPU.
 * Return: true if it is; false: look it up.
 */
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

/**
 * lvsx_half_is() - does a half match a packet?
 * @h: the half
 * @tuple: the packet's
 *
 * Context: Any CPU, RCU read side.
 * Return: true if it does.
 */
static __always_inline bool lvsx_half_is(const struct lvsx_half *h, const struct lvsx_tuple *tuple)
{
	/* The addresses that it matches come first. */
	const __be32 *addr = (const __be32 *)((const u8 *)h + offsetof(struct lvsx_half, addr));
	u32 ports = lvsx_load_ports(h, offsetof(struct lvsx_half, sport)) ^
		    lvsx_load_ports(tuple, offsetof(struct lvsx_tuple, sport));

	ports |= (u32)(h->proto ^ tuple->proto);
	ports |= (u32)(lvsx_kind_match(h->kind) ^ tuple->family);
	if (likely(tuple->family == LVSX_IPV4))
		return !(ports | ((__force u32)addr[0] ^ (__force u32)tuple->saddr[0]) |
			 ((__force u32)addr[1] ^ (__force u32)tuple->daddr[0]));
	if (ports)
		return false;	/* the half may be too short for what follows */
	return !((lvsx_load64(addr) ^ lvsx_load64(tuple->saddr)) |
		 (lvsx_load64(addr + 2) ^ lvsx_load64(tuple->saddr + 2)) |
		 (lvsx_load64(addr + 4) ^ lvsx_load64(tuple->daddr)) |
		 (lvsx_load64(addr + 6) ^ lvsx_load64(tuple->daddr + 2)));
}

static_assert(offsetof(struct lvsx_half, sport) == 0 && offsetof(struct lvsx_half, dport) == 2 &&
	      offsetof(struct lvsx_half, proto) == 4 && offsetof(struct lvsx_half, kind) == 5,
	      "as the lower 48 bits of sip_ends()");

/**
 * lvsx_half_is_plain() - does a half of kind 0 match a plain packet?
 * @h: the half
 * @key: the packet's key
 *
 * Return: true if it matches and is of kind 0.
 */
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

/**
 * lvsx_bucket_first() - the first half of a bucket whose tag is that of a hash
 * @arena: the table's memory
 * @b: the bucket that the hash belongs to
 * @hash: low half of the hash
 *
 * Context: Owner's CPU.
 * Return: The half, almost always the one that is looked for. NULL does not say that there is no
 * flow, see lvsx_bucket_alone().
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

/* Pairs with the acquire of @ref in lvsx_flow_find_remote(): the half is complete. */
static __always_inline void lvsx_bucket_set(struct lvsx_bucket *b, u32 i, u16 tag, u32 ref)
{
	WRITE_ONCE(b->tag[i], tag);
	smp_store_release(&b->ref[i], ref);
}

/* All bits set if the place is taken. Arithmetic, so that no compiler makes it a branch. */
static __always_inline u32 lvsx_bucket_taken(const struct lvsx_bucket *b, u32 i)
{
	return (u32)(-(s64)b->ref[i] >> 63);
}

/* Number of entries, which are in front: a binary search without a branch to mispredict. */
static __always_inline u32 lvsx_bucket_count(const struct lvsx_bucket *b)
{
	u32 n = lvsx_bucket_taken(b, 4) & 5;

	n += lvsx_bucket_taken(b, n + 2) & 3;
	return n - lvsx_bucket_taken(b, n) - lvsx_bucket_taken(b, n + 1);
}

/**
 * lvsx_bucket_chain() - lvsx_bucket_add() to a bucket that is full or has a chain
 * @t: the table
 * @b: the bucket
 * @hash: low half of the hash
 * @ref: line of the half
 *
 * Context: Owner's CPU.
 * Return: false if there is no memory.
 */
bool lvsx_bucket_chain(struct lvsx_table *t, struct lvsx_bucket *b, u32 hash, u32 ref);

/**
 * lvsx_bucket_add() - add an entry
 * @t: the table
 * @b: the bucket that the hash belongs to
 * @hash: low half of the hash
 * @ref: line of the half, which is complete
 *
 * Context: Owner's CPU.
 * Return: false if an overflow bucket was needed and there is no memory.
 */
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

/* Spoils the tag, too: it would mislead lvsx_bucket_first() when the entry has moved. */
static __always_inline void lvsx_bucket_clear(struct lvsx_bucket *b, u32 i)
{
	WRITE_ONCE(b->ref[i], 0);
	WRITE_ONCE(b->tag[i], (u16)~b->tag[i]);
}

/* For other CPUs: pairs with the acquire and the smp_rmb() in lvsx_flow_find_remote(). */
static __always_inline void lvsx_bucket_move_begin(struct lvsx_table *t)
{
	WRITE_ONCE(t->move_seq, t->move_seq + 1);
	smp_wmb();
}

static __always_inline void lvsx_bucket_move_end(struct lvsx_table *t)
{
	smp_store_release(&t->move_seq, t->move_seq + 1);
}

/* The place of @ref, whose tag is that of @hash; LVSX_BUCKET_SLOTS: it is not in this bucket. */
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

/**
 * lvsx_bucket_unchain() - lvsx_bucket_del() from a bucket that has a chain
 * @t: the table
 * @b: the bucket
 * @hash: low half of the hash
 * @ref: line of the half
 *
 * Context: Owner's CPU.
 */
void lvsx_bucket_unchain(struct lvsx_table *t, struct lvsx_bucket *b, u32 hash, u32 ref);

/**
 * lvsx_bucket_del() - delete an entry, which is there
 * @t: the table
 * @hash: low half of the hash
 * @ref: line of the half
 *
 * Context: Owner's CPU.
 */
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
	/* It may be the last entry itself; a test would be mispredicted, and this does no harm. */
	lvsx_bucket_move_begin(t);
	lvsx_bucket_set(b, i, b->tag[j], b->ref[j]);
	lvsx_bucket_clear(b, j);
	lvsx_bucket_move_end(t);
}

/**
 * lvsx_bucket_grow() - add a bucket to the index, if there is memory
 * @t: the table
 *
 * Context: Owner's CPU.
 */
void lvsx_bucket_grow(struct lvsx_table *t);

/**
 * lvsx_bucket_settle() - grow the index after an insertion
 * @t: the table
 *
 * One bucket for every five entries: of ten places, few overflow even where a split is due. Call it
 * before more than five entries have been added.
 *
 * Context: Owner's CPU.
 */
static __always_inline void lvsx_bucket_settle(struct lvsx_table *t)
{
	if (t->entries > (u64)t->buckets * 5)
		lvsx_bucket_grow(t);
}

#endif
