// SPDX-License-Identifier: GPL-2.0-only
/* Flows: look-up, insertion and removal, and their memory. See table.h. */
#include "table.h"
#include "bucket.h"
#include "insert.h"
#include "core/pkt/hash.h"

#define FIRST_BUCKETS_SHIFT 6
#define REMOTE_TRIES 64

/* The address of a block of flows has their size in its low bits. */
#define SIZE_BITS (LVSX_FLOW_SIZES - 1ul)

void lvsx_flow_init(struct lvsx_table *t, u16 cpu, const struct lvsx_key *key, void **directory,
		    void **bucket_block, u32 max_blocks, u8 block_shift, u32 now)
{
	memset(t, 0, sizeof(*t));
	lvsx_arena_init(&t->arena, directory, max_blocks, block_shift);
	lvsx_hash_seed(&t->seed, key);
	t->cpu = cpu;
	t->bucket_block = bucket_block;
	t->wheel_at = lvsx_wheel_tick(now);
}

bool lvsx_flow_start(struct lvsx_table *t)
{
	u8 shift = t->arena.shift;
	u32 line = lvsx_arena_take_block(&t->arena);

	if (!line)
		return false;
	t->bucket_block[t->bucket_blocks++] = lvsx_line(&t->arena, line);
	t->bucket_mask = (1u << (shift < FIRST_BUCKETS_SHIFT ? shift : FIRST_BUCKETS_SHIFT)) - 1;
	/* Pairs with the acquire in lvsx_flow_find_remote(). */
	smp_store_release(&t->buckets, t->bucket_mask + 1);
	return true;
}

struct lvsx_half *lvsx_flow_find(struct lvsx_table *t, const struct lvsx_tuple *tuple, u64 hash)
{
	const struct lvsx_bucket *b = lvsx_bucket_of(t, (u32)hash);

	for (;;) {
		u64 places = lvsx_bucket_match(b, (u32)hash);

		while (places) {
			u32 ref = b->ref[lvsx_bucket_pop(&places)];
			struct lvsx_half *h;

			if (unlikely(!ref))
				continue;
			h = lvsx_line(&t->arena, ref);
			if (likely(lvsx_half_is(h, tuple)))
				return h;
		}
		if (likely(!b->next))
			return NULL;
		b = lvsx_line(&t->arena, b->next);
	}
}

/* One pass over a chain; gives up, with a miss, when entries move meanwhile. */
static struct lvsx_half *flow_scan_remote(const struct lvsx_table *t,
					  const struct lvsx_tuple *tuple, u32 hash, u32 seq)
{
	/* Pairs with the release in lvsx_bucket_grow() and lvsx_flow_start(). */
	u32 buckets = smp_load_acquire(&t->buckets), mask = ~0u >> __builtin_clz(buckets - 1);
	const struct lvsx_bucket *b =
		lvsx_bucket_at(t, lvsx_bucket_number(buckets, mask, hash));

	do {
		u64 places = lvsx_bucket_match(b, hash);
		u32 next;

		while (places) {
			/* Pairs with the release in lvsx_bucket_set(): the half is complete. */
			u32 ref = smp_load_acquire(&b->ref[lvsx_bucket_pop(&places)]);
			struct lvsx_half *h;

			if (!ref)
				continue;
			h = lvsx_line(&t->arena, ref);
			if (lvsx_half_is(h, tuple) && READ_ONCE(h->line) &&
			    !(READ_ONCE(h->flags) & LVSX_HALF_END))
				return h;
		}
		/* Pairs with the release in lvsx_bucket_chain(). */
		next = smp_load_acquire(&b->next);
		if (!next)
			return NULL;
		b = lvsx_line(&t->arena, next);
	} while (READ_ONCE(t->move_seq) == seq);
	return NULL;
}

struct lvsx_half *lvsx_flow_find_remote(const struct lvsx_table *t, const struct lvsx_tuple *tuple,
					u64 hash)
{
	u32 tries = REMOTE_TRIES;
	struct lvsx_half *h;
	u32 seq, before;

	/* Pairs with the release in lvsx_bucket_move_end(). */
	seq = smp_load_acquire(&t->move_seq);
	do {
		before = seq;
		h = flow_scan_remote(t, tuple, (u32)hash, before);
		if (h)
			return h;
		/* Pairs with the smp_wmb() in lvsx_bucket_move_begin(). */
		smp_rmb();
		seq = smp_load_acquire(&t->move_seq);
	} while (unlikely(seq != before || seq & 1) && --tries);
	return NULL;
}

LVSX_COLD u32 lvsx_flow_block(struct lvsx_table *t, u32 size)
{
	u32 block = lvsx_arena_take_block(&t->arena);

	if (!block)
		return 0;
	t->bucket_block[t->arena.max - 1 - t->flow_blocks] =
		(u8 *)lvsx_line(&t->arena, block) + size;
	/* Pairs with the acquire in lvsx_flow_walk(). */
	smp_store_release(&t->flow_blocks, t->flow_blocks + 1);
	t->store[size].fresh = block;
	t->store[size].fresh_end = block + (1u << t->arena.shift);
	return block;
}

/*
 * Retire a flow's memory: a reader may still use it. Whoever reuses it prefetches the fourth flow
 * behind it in the list; prefetching just the next one makes short-lived flows 6 % slower.
 */
static void flow_retire_one(struct lvsx_table *t, struct lvsx_half *fwd, u32 line)
{
	struct lvsx_flow_store *store = &t->store[lvsx_insert_size(fwd->kind)];
	u32 n = store->retired_count++;

	lvsx_flow_rev(fwd)->prefetch = n < 4 ? 0 : store->retired_last[n % 4];
	fwd->next_free = store->retired;
	store->retired_last[n % 4] = line;
	store->retired = line;
	if (!n)
		store->retired_tail = line;
	t->stats.dead++;
}

LVSX_COLD void lvsx_flow_undo(struct lvsx_table *t, struct lvsx_half *fwd, u32 line)
{
	WRITE_ONCE(fwd->line, 0);
	WRITE_ONCE(lvsx_flow_rev(fwd)->line, 0);
	flow_retire_one(t, fwd, line);
}

struct lvsx_half *lvsx_flow_insert(struct lvsx_table *t, const struct lvsx_flow_new *n)
{
	return likely(!n->kind) ? lvsx_insert(t, n, 0) : lvsx_insert(t, n, n->kind);
}

void lvsx_flow_remove(struct lvsx_table *t, struct lvsx_half *fwd)
{
	struct lvsx_half *rev = lvsx_flow_rev(fwd);
	u32 line = fwd->line, rev_line = rev->line, map_slot = rev->rev.map_slot;

	WRITE_ONCE(fwd->line, 0);
	WRITE_ONCE(rev->line, 0);
	lvsx_bits(&fwd->flags, 0, LVSX_HALF_DEAD);
	lvsx_bucket_del(t, fwd->hash, line);
	lvsx_bucket_del(t, rev->hash, rev_line);
	t->stats.flows--;
	WRITE_ONCE(t->map_flows[map_slot], t->map_flows[map_slot] - 1);
	flow_retire_one(t, fwd, line);
}

bool lvsx_flow_retire(struct lvsx_table *t)
{
	bool any = false;
	u32 size;

	for (size = 0; size < LVSX_FLOW_SIZES; size++)
		if (t->store[size].waiting_count)
			return false;
	for (size = 0; size < LVSX_FLOW_SIZES; size++) {
		struct lvsx_flow_store *store = &t->store[size];

		if (!store->retired_count)
			continue;
		store->waiting = store->retired;
		store->waiting_tail = store->retired_tail;
		store->waiting_count = store->retired_count;
		store->retired = 0;
		store->retired_count = 0;
		any = true;
	}
	return any;
}

void lvsx_flow_reclaim(struct lvsx_table *t)
{
	u32 size;

	for (size = 0; size < LVSX_FLOW_SIZES; size++) {
		struct lvsx_flow_store *store = &t->store[size];
		struct lvsx_half *tail;

		if (!store->waiting_count)
			continue;
		tail = lvsx_line(&t->arena, store->waiting_tail);
		tail->next_free = store->free;
		store->free = store->waiting;
		t->stats.dead -= store->waiting_count;
		store->waiting_count = 0;
	}
}

static void half_tuple(const __be32 *src, const __be32 *dst, u8 family, struct lvsx_tuple *out)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->saddr, src, lvsx_addr_len(family));
	memcpy(out->daddr, dst, lvsx_addr_len(family));
	out->family = family;
}

void lvsx_half_match(const struct lvsx_half *h, struct lvsx_tuple *out)
{
	half_tuple(lvsx_half_addr(h, LVSX_SRC), lvsx_half_addr(h, LVSX_DST),
		   lvsx_kind_match(h->kind), out);
	out->sport = h->sport;
	out->dport = h->dport;
	out->proto = h->proto;
}

void lvsx_half_rewrite(const struct lvsx_half *h, struct lvsx_tuple *out)
{
	half_tuple(lvsx_half_addr(h, LVSX_NEW_SRC), lvsx_half_addr(h, LVSX_NEW_DST),
		   lvsx_kind_rewrite(h->kind), out);
	out->sport = h->new_sport;
	out->dport = h->new_dport;
	out->proto = h->proto;
}

struct lvsx_half *lvsx_flow_walk(const struct lvsx_table *t, u32 *cursor, u32 *left)
{
	/* Places are numbered as if all flows were of the smallest size. */
	const u32 lines = 1u << t->arena.shift, places = lines / 2;
	/* Pairs with the release in lvsx_flow_block(). */
	u32 blocks = smp_load_acquire(&t->flow_blocks);

	while (*left && *cursor / places < blocks) {
		u32 block = *cursor / places, i = *cursor % places;
		unsigned long tagged = (unsigned long)t->bucket_block[t->arena.max - 1 - block];
		u32 per = 2 + (tagged & SIZE_BITS);
		struct lvsx_half *h = (struct lvsx_half *)(tagged & ~SIZE_BITS);

		--*left;
		++*cursor;
		if ((i + 1) * per > lines) {
			*cursor = (block + 1) * places;	/* no more in this block */
			continue;
		}
		h = lvsx_half_at(h, i * per);
		/* Pairs with the release in lvsx_insert(). */
		if (smp_load_acquire(&h->line))
			return h;
	}
	return NULL;
}
