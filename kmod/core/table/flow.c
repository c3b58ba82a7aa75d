// SPDX-License-Identifier: GPL-2.0-only
/*
 * Flows: their memory, their life and how they are found. See flow.h for who may call what.
 */
#include "core/path/expire.h"
#include "bucket.h"
#include "insert.h"

#define FIRST_BUCKETS_SHIFT 6
#define REMOTE_TRIES 64

static u32 flow_lines(const struct lvsx_table *t)
{
	return 2 * lvsx_half_lines(t);
}

void lvsx_flow_init(struct lvsx_table *t, u8 words, u16 cpu, const struct lvsx_key *key,
		    void **directory, void **bucket_block, u32 max_blocks, u8 block_shift, u32 now)
{
	memset(t, 0, sizeof(*t));
	lvsx_arena_init(&t->arena, directory, max_blocks, block_shift);
	lvsx_tuple_seed(&t->seed, key);
	t->cpu = cpu;
	t->words = words;
	t->bucket_block = bucket_block;
	t->wheel_at = lvsx_age_tick(now);
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
			if (likely(lvsx_half_matches(h, tuple)))
				return h;
		}
		if (likely(!b->next))
			return NULL;
		b = lvsx_line(&t->arena, b->next);
	}
}

/* One pass over the chain; stops early, with a miss, when entries move under it. */
static struct lvsx_half *scan_remote(const struct lvsx_table *t, const struct lvsx_tuple *tuple,
				     u32 hash, u32 seq)
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
			if (lvsx_half_matches(h, tuple) && READ_ONCE(h->line) &&
			    !(READ_ONCE(h->flags) & LVSX_HALF_END))
				return h;
		}
		/* Pairs with the release in lvsx_bucket_chain(). */
		next = smp_load_acquire(&b->next);
		if (!next)
			return NULL;
		b = lvsx_line(&t->arena, next);
	} while (READ_ONCE(t->seq) == seq);
	return NULL;
}

struct lvsx_half *lvsx_flow_find_remote(const struct lvsx_table *t, const struct lvsx_tuple *tuple,
					u64 hash)
{
	u32 tries = REMOTE_TRIES;
	struct lvsx_half *h;
	u32 seq, before;

	/* Pairs with the release in lvsx_bucket_move_end(). */
	seq = smp_load_acquire(&t->seq);
	do {
		before = seq;
		h = scan_remote(t, tuple, (u32)hash, before);
		if (h)
			return h;
		/* Pairs with the smp_wmb() in lvsx_bucket_move_begin(). */
		smp_rmb();
		seq = smp_load_acquire(&t->seq);
	} while (unlikely(seq != before || seq & 1) && --tries);
	return NULL;
}

LVSX_COLD u32 lvsx_flow_block(struct lvsx_table *t)
{
	u32 block = lvsx_arena_take_block(&t->arena);

	if (!block)
		return 0;
	t->bucket_block[t->arena.max - 1 - t->flow_blocks] = lvsx_line(&t->arena, block);
	/* Pairs with the acquire in lvsx_flow_walk(). */
	smp_store_release(&t->flow_blocks, t->flow_blocks + 1);
	t->fresh = block;
	t->fresh_end = block + (1u << t->arena.shift);
	return block;
}

/*
 * @line goes to the list of the dead; a reader may still hold it. Who takes it from there asks
 * memory for the fourth behind it: with the next one only, flows that come and go do so 6 % slower.
 */
static void bury(struct lvsx_table *t, struct lvsx_half *fwd, u32 line)
{
	u32 n = t->dead_new_count++;

	fwd->next_dead = t->dead_new;
	lvsx_flow_rev(t, fwd)->next_dead = n < 4 ? 0 : t->dead_last[n % 4];
	t->dead_last[n % 4] = line;
	t->dead_new = line;
	if (!n)
		t->dead_new_tail = line;
	t->stats.dead++;
}

LVSX_COLD void lvsx_flow_undo(struct lvsx_table *t, struct lvsx_half *fwd, u32 line)
{
	WRITE_ONCE(fwd->line, 0);
	WRITE_ONCE(lvsx_flow_rev(t, fwd)->line, 0);
	bury(t, fwd, line);
}

struct lvsx_half *lvsx_flow_insert(struct lvsx_table *t, const struct lvsx_flow_new *n)
{
	const struct lvsx_ends ends = lvsx_insert_ends(n->fwd, n->rev,
						       lvsx_bucket_of(t, (u32)n->fwd_hash),
						       lvsx_bucket_of(t, (u32)n->rev_hash));

	return likely(t->words == 1) ? lvsx_insert(t, &ends, n, 1) : lvsx_insert(t, &ends, n, 4);
}

void lvsx_flow_remove(struct lvsx_table *t, struct lvsx_half *fwd)
{
	struct lvsx_half *rev = lvsx_flow_rev(t, fwd);
	u32 line = fwd->line;

	WRITE_ONCE(fwd->line, 0);
	WRITE_ONCE(rev->line, 0);
	lvsx_bits(&fwd->flags, 0, LVSX_HALF_DEAD);
	lvsx_bucket_del(t, fwd->hash, line);
	lvsx_bucket_del(t, rev->hash, line + lvsx_half_lines(t));
	t->stats.flows--;
	WRITE_ONCE(t->of_era[rev->slot], t->of_era[rev->slot] - 1);
	bury(t, fwd, line);
}

bool lvsx_flow_retire(struct lvsx_table *t)
{
	if (!t->dead_new_count || t->dead_old_count)
		return false;
	t->dead_old = t->dead_new;
	t->dead_old_tail = t->dead_new_tail;
	t->dead_old_count = t->dead_new_count;
	t->dead_new = 0;
	t->dead_new_count = 0;
	return true;
}

void lvsx_flow_reclaim(struct lvsx_table *t)
{
	struct lvsx_half *tail;

	if (!t->dead_old_count)
		return;
	tail = lvsx_line(&t->arena, t->dead_old_tail);
	tail->next_dead = t->free;
	t->free = t->dead_old;
	t->stats.dead -= t->dead_old_count;
	t->dead_old_count = 0;
}

void lvsx_half_tuple(const struct lvsx_half *h, u8 words, struct lvsx_tuple *out)
{
	const __be32 *addr = lvsx_half_addr((struct lvsx_half *)h, LVSX_SRC, words);

	memset(out, 0, sizeof(*out));
	memcpy(out->saddr, addr, words * sizeof(__be32));
	memcpy(out->daddr, addr + words, words * sizeof(__be32));
	out->sport = h->sport;
	out->dport = h->dport;
	out->proto = h->proto;
	out->words = words;
}

struct lvsx_half *lvsx_flow_walk(const struct lvsx_table *t, u32 *cursor, u32 *left)
{
	u32 lines = flow_lines(t), per_block = (1u << t->arena.shift) / lines;
	/* Pairs with the release in lvsx_flow_block(). */
	u32 blocks = smp_load_acquire(&t->flow_blocks);

	while (*left && *cursor / per_block < blocks) {
		void *block = t->bucket_block[t->arena.max - 1 - *cursor / per_block];
		struct lvsx_half *h = lvsx_half_at(block, *cursor % per_block * lines);

		++*cursor;
		--*left;
		/* Pairs with the release in lvsx_insert(). */
		if (smp_load_acquire(&h->line))
			return h;
	}
	return NULL;
}
