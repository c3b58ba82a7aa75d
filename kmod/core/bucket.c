// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes to the index of a table: by its owner, in softirq or with softirqs off. See bucket.h.
 *
 * Only the last bucket of a chain has room: a place that comes free elsewhere is filled from there.
 */
#include "bucket.h"

/* One bucket more for every 5.5 entries: of ten places, few overflow even where a split is due. */
#define LOAD_TWICE 11
#define SPLIT_TAG 16	/* the lowest bit of the hash that stands in the tag */

/* Readers on other CPUs: pairs with the acquire and the smp_rmb() of lvsx_flow_find_remote(). */
static void move_begin(struct lvsx_table *t)
{
	WRITE_ONCE(t->seq, t->seq + 1);
	smp_wmb();
}

static void move_end(struct lvsx_table *t)
{
	smp_store_release(&t->seq, t->seq + 1);
}

/* Pairs with the acquire of `ref` in lvsx_flow_find_remote(): the half was complete before. */
static void set(struct lvsx_bucket *b, u32 i, u16 tag, u32 ref)
{
	WRITE_ONCE(b->tag[i], tag);
	smp_store_release(&b->ref[i], ref);
}

/* The tag goes, too: it would mislead a look-up for an entry that has moved within the bucket. */
static void clear(struct lvsx_bucket *b, u32 i)
{
	WRITE_ONCE(b->ref[i], 0);
	WRITE_ONCE(b->tag[i], (u16)~b->tag[i]);
}

/*
 * Where in the bucket is @ref (0: a free place)? LVSX_BUCKET_SLOTS: nowhere. All places at once, as
 * which it is cannot be predicted.
 */
static u32 place_of(const struct lvsx_bucket *b, u32 ref)
{
	u32 found = 1u << LVSX_BUCKET_SLOTS, i;

#pragma GCC unroll 10
	for (i = 0; i < LVSX_BUCKET_SLOTS; i++)
		found |= (u32)(b->ref[i] == ref) << i;
	return __builtin_ctz(found);
}

static bool empty(const struct lvsx_bucket *b)
{
	return !(b->refs[0] | b->refs[1] | b->refs[2] | b->refs[3] | b->refs[4]);
}

/* Overflow buckets are empty whenever they are not in a chain. */
static u32 overflow_take(struct lvsx_table *t)
{
	u32 n = t->overflow_free;

	if (n) {
		struct lvsx_bucket *b = lvsx_line(&t->arena, n);

		t->overflow_free = b->next;
		WRITE_ONCE(b->next, 0);
	} else {
		n = lvsx_arena_take(&t->arena);
	}
	t->stats.overflows += n != 0;
	return n;
}

static void overflow_put(struct lvsx_table *t, u32 n)
{
	struct lvsx_bucket *b = lvsx_line(&t->arena, n);

	WRITE_ONCE(b->next, t->overflow_free);
	t->overflow_free = n;
	t->stats.overflows--;
}

bool lvsx_bucket_add(struct lvsx_table *t, u32 hash, u32 ref)
{
	struct lvsx_bucket *b = lvsx_bucket_of(t, hash);
	u32 i, n;

	while (unlikely(b->next))
		b = lvsx_line(&t->arena, b->next);
	i = place_of(b, 0);
	if (likely(i < LVSX_BUCKET_SLOTS)) {
		set(b, i, hash >> 16, ref);
	} else {
		n = overflow_take(t);
		if (!n)
			return false;
		set(lvsx_line(&t->arena, n), 0, hash >> 16, ref);
		/* Pairs with the acquire of `next` in lvsx_flow_find_remote(). */
		smp_store_release(&b->next, n);
	}
	t->entries++;
	if ((u64)t->entries * 2 > (u64)t->buckets * LOAD_TWICE)
		lvsx_bucket_grow(t);
	return true;
}

/* @b has more behind it: fill its place @i with an entry from the end of the chain. */
static void fill_from_end(struct lvsx_table *t, struct lvsx_bucket *b, u32 i)
{
	struct lvsx_bucket *before, *last = b;
	u32 line, j = LVSX_BUCKET_SLOTS;

	do {
		before = last;
		line = last->next;
		last = lvsx_line(&t->arena, line);
	} while (last->next);
	while (!last->ref[--j])
		;
	move_begin(t);
	set(b, i, last->tag[j], last->ref[j]);
	clear(last, j);
	if (empty(last))
		WRITE_ONCE(before->next, 0);
	else
		line = 0;
	move_end(t);
	if (line)
		overflow_put(t, line);
}

void lvsx_bucket_del(struct lvsx_table *t, u32 hash, u32 ref)
{
	struct lvsx_bucket *b = lvsx_bucket_of(t, hash), *before = NULL;
	u32 i, line;

	while ((i = place_of(b, ref)) == LVSX_BUCKET_SLOTS) {
		before = b;
		b = lvsx_line(&t->arena, b->next);
	}
	t->entries--;
	if (unlikely(b->next)) {
		fill_from_end(t, b, i);
		return;
	}
	clear(b, i);
	if (likely(!before) || !empty(b))
		return;
	line = before->next;
	move_begin(t);
	WRITE_ONCE(before->next, 0);
	move_end(t);
	overflow_put(t, line);
}

/* Does an entry leave for the new bucket, that is, is bit @bit of its hash set? */
static bool leaves(const struct lvsx_table *t, const struct lvsx_bucket *b, u32 i, u32 bit)
{
	const struct lvsx_half *half;

	if (bit >= SPLIT_TAG)
		return b->tag[i] >> (bit - SPLIT_TAG) & 1;
	half = lvsx_line(&t->arena, b->ref[i]);
	return half->hash >> bit & 1;
}

static struct lvsx_bucket *next_of(const struct lvsx_table *t, const struct lvsx_bucket *b)
{
	return b->next ? lvsx_line(&t->arena, b->next) : NULL;
}

static u32 count_leaving(const struct lvsx_table *t, const struct lvsx_bucket *from, u32 bit)
{
	const struct lvsx_bucket *b;
	u32 i, n = 0;

	for (b = from; bit < SPLIT_TAG && b; b = next_of(t, b))
		for (i = 0; i < LVSX_BUCKET_SLOTS; i++)
			if (b->ref[i])
				prefetch(lvsx_line(&t->arena, b->ref[i]));
	for (b = from; b; b = next_of(t, b))
		for (i = 0; i < LVSX_BUCKET_SLOTS; i++)
			n += b->ref[i] && leaves(t, b, i, bit);
	return n;
}

/* Overflow buckets for @n entries behind the empty bucket @to. False: not enough, none taken. */
static bool make_room(struct lvsx_table *t, struct lvsx_bucket *to, u32 n)
{
	struct lvsx_bucket *behind;

	for (; n > LVSX_BUCKET_SLOTS; n -= LVSX_BUCKET_SLOTS) {
		u32 line = overflow_take(t);

		if (!line) {
			while ((line = to->next)) {
				WRITE_ONCE(to->next, next_of(t, to)->next);
				overflow_put(t, line);
			}
			return false;
		}
		/* Not by a plain store: a late reader of its last chain may still look. */
		behind = lvsx_line(&t->arena, line);
		WRITE_ONCE(behind->next, to->next);
		WRITE_ONCE(to->next, line);
	}
	return true;
}

static void copy_leaving(const struct lvsx_table *t, const struct lvsx_bucket *from,
			 struct lvsx_bucket *to, u32 bit)
{
	u32 i, j = 0;

	for (; from; from = next_of(t, from)) {
		for (i = 0; i < LVSX_BUCKET_SLOTS; i++) {
			if (!from->ref[i] || !leaves(t, from, i, bit))
				continue;
			if (j == LVSX_BUCKET_SLOTS) {
				to = next_of(t, to);
				j = 0;
			}
			set(to, j++, from->tag[i], from->ref[i]);
		}
	}
}

/* Move what stays to the front of its chain. Returns the overflow buckets that are free then. */
static u32 close_ranks(const struct lvsx_table *t, struct lvsx_bucket *to, u32 bit)
{
	struct lvsx_bucket *from;
	u32 i, j = 0, line;

	for (from = to; from; from = next_of(t, from)) {
		for (i = 0; i < LVSX_BUCKET_SLOTS; i++) {
			u32 ref = from->ref[i];
			u16 tag = from->tag[i];

			if (!ref)
				continue;
			if (leaves(t, from, i, bit)) {
				clear(from, i);
				continue;
			}
			if (j == LVSX_BUCKET_SLOTS) {
				to = next_of(t, to);
				j = 0;
			}
			if (from != to || i != j) {
				set(to, j, tag, ref);
				clear(from, i);
			}
			j++;
		}
	}
	line = to->next;
	WRITE_ONCE(to->next, 0);
	return line;
}

void lvsx_bucket_grow(struct lvsx_table *t)
{
	u32 n = t->buckets, bit = 31 - __builtin_clz(n), line, next;
	struct lvsx_bucket *from = lvsx_bucket_at(t, n - (1u << bit)), *to;

	if (n >> t->arena.shift == t->bucket_blocks) {
		line = lvsx_arena_take_block(&t->arena);
		if (!line)
			return;
		WRITE_ONCE(t->bucket_block[t->bucket_blocks++], lvsx_line(&t->arena, line));
	}
	to = lvsx_bucket_at(t, n);
	if (!make_room(t, to, count_leaving(t, from, bit)))
		return;

	move_begin(t);
	copy_leaving(t, from, to, bit);
	/* Pairs with the acquire in lvsx_flow_find_remote(): the new bucket is complete. */
	smp_store_release(&t->buckets, n + 1);
	line = close_ranks(t, from, bit);
	move_end(t);
	for (; line; line = next) {
		next = ((struct lvsx_bucket *)lvsx_line(&t->arena, line))->next;
		overflow_put(t, line);
	}
	prefetchw(lvsx_bucket_at(t, n + 1 - (1u << (31 - __builtin_clz(n + 1)))));
}
