// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes to the index of a table, see bucket.h. Owner's CPU.
 *
 * Only the last bucket of a chain has room, behind its entries: when an entry is deleted elsewhere,
 * the last one of the chain takes its place.
 */
#include "bucket.h"

#define SPLIT_TAG 16	/* lowest bit of the hash that is in the tag */

/* An overflow bucket that is not in a chain is empty. */
static u32 bucket_take_overflow(struct lvsx_table *t)
{
	u32 n = t->overflow_free;

	if (n) {
		struct lvsx_bucket *b = lvsx_line(&t->arena, n);

		t->overflow_free = b->next;
		WRITE_ONCE(b->next, 0);
		if (t->overflow_free)
			prefetchw(lvsx_line(&t->arena, t->overflow_free));
	} else {
		n = lvsx_arena_take(&t->arena);
	}
	t->stats.overflows += n != 0;
	return n;
}

static void bucket_put_overflow(struct lvsx_table *t, u32 n)
{
	struct lvsx_bucket *b = lvsx_line(&t->arena, n);

	WRITE_ONCE(b->next, t->overflow_free);
	t->overflow_free = n;
	t->stats.overflows--;
}

LVSX_COLD bool lvsx_bucket_chain(struct lvsx_table *t, struct lvsx_bucket *b, u32 hash, u32 ref)
{
	u32 i, n;

	while (b->next)
		b = lvsx_line(&t->arena, b->next);
	i = lvsx_bucket_count(b);
	if (i < LVSX_BUCKET_SLOTS) {
		lvsx_bucket_set(b, i, hash >> 16, ref);
		return true;
	}
	n = bucket_take_overflow(t);
	if (!n)
		return false;
	lvsx_bucket_set(lvsx_line(&t->arena, n), 0, hash >> 16, ref);
	/* Pairs with the acquire of `next` in lvsx_flow_find_remote(). */
	smp_store_release(&b->next, n);
	return true;
}

/* The last bucket of the chain of @b, and the one before it, if there is one. */
static struct lvsx_bucket *bucket_last_of(const struct lvsx_table *t, struct lvsx_bucket *b,
					  struct lvsx_bucket **before)
{
	while (unlikely(b->next)) {
		*before = b;
		b = lvsx_line(&t->arena, b->next);
	}
	return b;
}

LVSX_COLD void lvsx_bucket_unchain(struct lvsx_table *t, struct lvsx_bucket *b, u32 hash, u32 ref)
{
	struct lvsx_bucket *before = NULL, *last;
	u32 i, j, line = 0;

	while ((i = lvsx_bucket_place(b, hash, ref)) == LVSX_BUCKET_SLOTS) {
		before = b;
		b = lvsx_line(&t->arena, b->next);
	}
	last = bucket_last_of(t, b, &before);
	j = lvsx_bucket_count(last) - 1;
	lvsx_bucket_move_begin(t);
	lvsx_bucket_set(b, i, last->tag[j], last->ref[j]);
	lvsx_bucket_clear(last, j);
	if (unlikely(before && !j)) {
		line = before->next;
		WRITE_ONCE(before->next, 0);
	}
	lvsx_bucket_move_end(t);
	if (unlikely(line))
		bucket_put_overflow(t, line);
}

/* Does an entry move to the new bucket? It does if bit @bit of its hash is set. */
static bool bucket_entry_leaves(const struct lvsx_table *t, const struct lvsx_bucket *b, u32 i,
				u32 bit)
{
	const struct lvsx_half *half;

	if (bit >= SPLIT_TAG)
		return b->tag[i] >> (bit - SPLIT_TAG) & 1;
	half = lvsx_line(&t->arena, b->ref[i]);
	return half->hash >> bit & 1;
}

static struct lvsx_bucket *bucket_next_of(const struct lvsx_table *t, const struct lvsx_bucket *b)
{
	return b->next ? lvsx_line(&t->arena, b->next) : NULL;
}

static u32 bucket_count_leaving(const struct lvsx_table *t, const struct lvsx_bucket *b, u32 bit)
{
	u32 i, n = 0;

	for (; b; b = bucket_next_of(t, b))
		for (i = 0; i < LVSX_BUCKET_SLOTS && b->ref[i]; i++)
			n += bucket_entry_leaves(t, b, i, bit);
	return n;
}

/* Chain overflow buckets for @n entries behind the empty @to. False: no memory, none are taken. */
static bool bucket_make_room(struct lvsx_table *t, struct lvsx_bucket *to, u32 n)
{
	struct lvsx_bucket *behind;

	for (; n > LVSX_BUCKET_SLOTS; n -= LVSX_BUCKET_SLOTS) {
		u32 line = bucket_take_overflow(t);

		if (!line) {
			while ((line = to->next)) {
				WRITE_ONCE(to->next, bucket_next_of(t, to)->next);
				bucket_put_overflow(t, line);
			}
			return false;
		}
		/* Not a plain store: a late reader of its former chain may still read it. */
		behind = lvsx_line(&t->arena, line);
		WRITE_ONCE(behind->next, to->next);
		WRITE_ONCE(to->next, line);
	}
	return true;
}

static void bucket_copy_leaving(const struct lvsx_table *t, const struct lvsx_bucket *from,
				struct lvsx_bucket *to, u32 bit)
{
	u32 i, j = 0;

	for (; from; from = bucket_next_of(t, from)) {
		for (i = 0; i < LVSX_BUCKET_SLOTS && from->ref[i]; i++) {
			if (!bucket_entry_leaves(t, from, i, bit))
				continue;
			if (j == LVSX_BUCKET_SLOTS) {
				to = bucket_next_of(t, to);
				j = 0;
			}
			lvsx_bucket_set(to, j++, from->tag[i], from->ref[i]);
		}
	}
}

/* Move entries that stay to the front of their chain. Returns the overflow buckets left over. */
static u32 bucket_compact_chain(const struct lvsx_table *t, struct lvsx_bucket *to, u32 bit)
{
	struct lvsx_bucket *from;
	u32 i, j = 0, line;

	for (from = to; from; from = bucket_next_of(t, from)) {
		for (i = 0; i < LVSX_BUCKET_SLOTS && from->ref[i]; i++) {
			u32 ref = from->ref[i];
			u16 tag = from->tag[i];

			if (bucket_entry_leaves(t, from, i, bit)) {
				lvsx_bucket_clear(from, i);
				continue;
			}
			if (j == LVSX_BUCKET_SLOTS) {
				to = bucket_next_of(t, to);
				j = 0;
			}
			if (from != to || i != j) {
				lvsx_bucket_set(to, j, tag, ref);
				lvsx_bucket_clear(from, i);
			}
			j++;
		}
	}
	line = to->next;
	WRITE_ONCE(to->next, 0);
	return line;
}

/* Publish the new bucket, which is complete. */
static __always_inline void bucket_publish_new(struct lvsx_table *t)
{
	u32 n = t->buckets;

	t->bucket_mask |= n;
	/* Pairs with the acquire in lvsx_flow_find_remote(). */
	smp_store_release(&t->buckets, n + 1);
}

/* Split a chain of any length. False: no memory. */
static LVSX_COLD bool bucket_split_chain(struct lvsx_table *t, struct lvsx_bucket *from,
					 struct lvsx_bucket *to, u32 bit)
{
	u32 line, next;

	if (!bucket_make_room(t, to, bucket_count_leaving(t, from, bit)))
		return false;
	lvsx_bucket_move_begin(t);
	bucket_copy_leaving(t, from, to, bit);
	bucket_publish_new(t);
	line = bucket_compact_chain(t, from, bit);
	lvsx_bucket_move_end(t);
	for (; line; line = next) {
		next = ((struct lvsx_bucket *)lvsx_line(&t->arena, line))->next;
		bucket_put_overflow(t, line);
	}
	return true;
}

/* The entries of a bucket that is split: those that stay, and those that move. */
struct bucket_halves {
	u32 n[2];
	u32 ref[2][LVSX_BUCKET_SLOTS];
	u16 tag[2][LVSX_BUCKET_SLOTS];
};

static __always_inline void bucket_sort_entries(const struct lvsx_table *t,
						const struct lvsx_bucket *b, u32 bit, bool by_tag,
						struct bucket_halves *h)
{
	u32 stay = 0, leave = 0, i;

	for (i = 0; i < LVSX_BUCKET_SLOTS && b->ref[i]; i++) {
		bool go = by_tag ? b->tag[i] >> (bit - SPLIT_TAG) & 1 :
				   bucket_entry_leaves(t, b, i, bit);

		if (go) {
			h->ref[1][leave] = b->ref[i];
			h->tag[1][leave++] = b->tag[i];
		} else {
			h->ref[0][stay] = b->ref[i];
			h->tag[0][stay++] = b->tag[i];
		}
	}
	h->n[0] = stay;
	h->n[1] = leave;
}

/*
 * Split a bucket without a chain. Entries are copied to the new bucket first; those that stay are
 * compacted when it is published. bucket_split_chain() could do this, but a million insertions
 * would take 8 % longer.
 */
static __always_inline void bucket_split_one(struct lvsx_table *t, struct lvsx_bucket *from,
					     struct lvsx_bucket *to, u32 bit)
{
	struct bucket_halves h LVSX_UNINIT;
	u32 i;

	if (bit >= SPLIT_TAG)
		bucket_sort_entries(t, from, bit, true, &h);
	else
		bucket_sort_entries(t, from, bit, false, &h);
	lvsx_bucket_move_begin(t);
	for (i = 0; i < h.n[1]; i++)
		lvsx_bucket_set(to, i, h.tag[1][i], h.ref[1][i]);
	bucket_publish_new(t);
	for (i = 0; h.n[1] && i < h.n[0]; i++)
		lvsx_bucket_set(from, i, h.tag[0][i], h.ref[0][i]);
	for (i = h.n[0]; i < h.n[0] + h.n[1]; i++)
		lvsx_bucket_clear(from, i);
	lvsx_bucket_move_end(t);
}

void lvsx_bucket_grow(struct lvsx_table *t)
{
	u32 n = t->buckets, bit = 31 - __builtin_clz(n), line;
	struct lvsx_bucket *from = lvsx_bucket_at(t, n - (1u << bit)), *to;

	if (unlikely(n >> t->arena.shift == t->bucket_blocks)) {
		line = lvsx_arena_take_block(&t->arena);
		if (!line)
			return;
		WRITE_ONCE(t->bucket_block[t->bucket_blocks++], lvsx_line(&t->arena, line));
	}
	to = lvsx_bucket_at(t, n);
	if (likely(!from->next))
		bucket_split_one(t, from, to, bit);
	else if (!bucket_split_chain(t, from, to, bit))
		return;
	prefetchw(lvsx_bucket_at(t, n + 1 - (1u << (31 - __builtin_clz(n + 1)))));
}
