/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making a flow, in line for the slow path and for table.c. @kind is a compile-time constant where
 * it matters. Owner's CPU, softirqs off.
 */
#ifndef LVSX_INSERT_H
#define LVSX_INSERT_H

#include "bucket.h"
#include "flow_new.h"
#include "state.h"
#include "wheel.h"
#include "core/pkt/csum.h"

/* How many lines a flow has. */
static inline u32 lvsx_insert_lines(u8 kind)
{
	return 2 * lvsx_kind_lines(kind) + !!(kind & LVSX_KIND_EXT);
}

/**
 * lvsx_insert_size() - index of the store that a flow's memory is from
 * @kind: of its forward half
 *
 * Return: Index into lvsx_table.store, smallest size first.
 */
static inline u32 lvsx_insert_size(u8 kind)
{
	return lvsx_insert_lines(kind) - 2;
}

/**
 * lvsx_flow_block() - take a block for flows of one size
 * @t: the table
 * @size: see lvsx_insert_size()
 *
 * Context: Owner's CPU.
 * Return: Its first line, and the store's fresh lines are its own; 0: no memory.
 */
u32 lvsx_flow_block(struct lvsx_table *t, u32 size);

/**
 * lvsx_flow_undo() - retire a flow that could not be inserted and is not in the index
 * @t: the table
 * @fwd: its forward half
 * @line: its first line
 *
 * Context: Owner's CPU.
 */
void lvsx_flow_undo(struct lvsx_table *t, struct lvsx_half *fwd, u32 line);

/* Memory for a flow: its halves' @line is 0, the rest is as its last user left it. 0: none. */
static inline u32 lvsx_insert_memory(struct lvsx_table *t, u8 kind)
{
	const u32 lines = lvsx_insert_lines(kind);
	struct lvsx_flow_store *store = &t->store[lvsx_insert_size(kind)];
	u32 n = store->free, i;

	if (n) {
		struct lvsx_half *h = (struct lvsx_half *)lvsx_line(&t->arena, n);
		u32 behind = h[lvsx_kind_lines(kind)].prefetch;

		store->free = h->next_free;
		/* Freed long ago, so cold: prefetch the fourth behind while this one is filled. */
		h = (struct lvsx_half *)lvsx_line(&t->arena, likely(behind) ? behind : n);
		for (i = 0; i < lines; i++)
			prefetchw(h + i);
		return n;
	}
	n = store->fresh;
	if (unlikely(n + lines > store->fresh_end)) {
		n = lvsx_flow_block(t, lvsx_insert_size(kind));
		if (!n)
			return 0;
	}
	store->fresh = n + lines;
	return n;
}

static inline u32 lvsx_insert_turned(u32 ports)
{
	return ports << 16 | ports >> 16;
}

/* The delta that undoes @delta. A sum of words that are not all zero is never 0. */
static inline u16 lvsx_insert_inverse(u16 delta)
{
	return delta == 0xffff ? delta : (u16)~delta;
}

/* What both halves have alike: what it matches, and what that is rewritten to. */
static __always_inline void
lvsx_insert_half(struct lvsx_half *h, const __be32 *src, const __be32 *dst, const __be32 *new_src,
		 const __be32 *new_dst, u32 ports, u32 new_ports, u8 kind)
{
	u32 i;

	lvsx_store_ports(h, offsetof(struct lvsx_half, sport), ports);
	lvsx_store_ports(h, offsetof(struct lvsx_half, new_sport), new_ports);
	h->kind = kind;
	h->nexthop = 0;
	h->seq = 0;
	for (i = 0; i < lvsx_words(lvsx_kind_match(kind)); i++) {
		lvsx_half_addr_of(h, LVSX_SRC, kind)[i] = src[i];
		lvsx_half_addr_of(h, LVSX_DST, kind)[i] = dst[i];
	}
	for (i = 0; i < lvsx_words(lvsx_kind_rewrite(kind)); i++) {
		lvsx_half_addr_of(h, LVSX_NEW_SRC, kind)[i] = new_src[i];
		lvsx_half_addr_of(h, LVSX_NEW_DST, kind)[i] = new_dst[i];
	}
}

/* The deltas of both halves, over all words of both sides, as their families may differ. */
static inline void lvsx_insert_deltas(struct lvsx_half *fwd, struct lvsx_half *rev,
				      const struct lvsx_flow_new *n, u8 kind)
{
	const u32 match = lvsx_words(lvsx_kind_match(kind));
	const u32 rewrite = lvsx_words(lvsx_kind_rewrite(kind));
	u64 sum = 0;
	u32 i;

	for (i = 0; i < match; i++)
		sum += (u64)(u32)~(__force u32)n->client[i] + (u32)~(__force u32)n->vip[i];
	for (i = 0; i < rewrite; i++)
		sum += (u64)(__force u32)n->local[i] + (__force u32)n->real[i];
	fwd->addr_delta = lvsx_csum_fold(sum);
	/* Two 16-bit words at a time: folding adds them up. */
	sum += (u64)~n->fwd_ports + lvsx_insert_turned(n->rev_ports);
	fwd->l4_delta = lvsx_csum_fold(sum);
	rev->addr_delta = lvsx_insert_inverse(fwd->addr_delta);
	rev->l4_delta = lvsx_insert_inverse(fwd->l4_delta);
}

/* The kind of the other half of a flow. */
static inline u8 lvsx_insert_other(u8 kind)
{
	return (kind & ~LVSX_KIND_WIDE) | (kind & LVSX_KIND_MATCH6 ? LVSX_KIND_REWRITE6 : 0) |
	       (kind & LVSX_KIND_REWRITE6 ? LVSX_KIND_MATCH6 : 0);
}

/**
 * lvsx_insert() - lvsx_flow_insert() in line
 * @t: the table
 * @n: the flow
 * @kind: of its forward half, a compile-time constant where speed matters
 *
 * Context: Owner's CPU.
 * Return: As lvsx_flow_insert().
 */
static __always_inline struct lvsx_half *
lvsx_insert(struct lvsx_table *t, const struct lvsx_flow_new *n, u8 kind)
{
	const u32 lines = lvsx_kind_lines(kind);
	struct lvsx_half *fwd, *rev;
	u8 slot = lvsx_wheel_slot(t, n->now, n->first_look);
	u32 line = lvsx_insert_memory(t, kind);

	if (unlikely(!line))
		return NULL;
	fwd = (struct lvsx_half *)lvsx_line(&t->arena, line);
	rev = fwd + lines;
	lvsx_insert_half(fwd, n->client, n->vip, n->local, n->real, n->fwd_ports,
			 lvsx_insert_turned(n->rev_ports), kind);
	lvsx_insert_half(rev, n->real, n->local, n->vip, n->client, n->rev_ports,
			 lvsx_insert_turned(n->fwd_ports), lvsx_insert_other(kind));
	lvsx_insert_deltas(fwd, rev, n, kind);
	if (kind & LVSX_KIND_EXT)
		memset(rev + lines, 0, sizeof(struct lvsx_flow_ext));
	fwd->proto = n->proto;
	rev->proto = n->proto;
	fwd->state = n->state;
	rev->state = n->state;
	fwd->hash = (u32)n->fwd_hash;
	rev->hash = (u32)n->rev_hash;
	fwd->real = n->real_id;
	rev->real = n->real_id;
	fwd->last_seen = n->now;
	rev->last_seen = n->now;
	fwd->flags = lvsx_state_active(n->state) ? LVSX_HALF_ACTIVE : 0;
	rev->flags = LVSX_HALF_REV;
	fwd->fwd.pool = n->pool;
	fwd->fwd.shadow = n->shadow;
	rev->rev.idle_ms = n->idle_ms;
	rev->rev.port_round = n->port_round;
	rev->rev.wheel_slot = slot;
	rev->rev.map_slot = n->map_slot;
	rev->rev.port_queued = 0;
	if (unlikely(!lvsx_wheel_push(t, slot, line)))
		goto no_memory;

	WRITE_ONCE(rev->line, line + lines);
	/* Pairs with the acquire in lvsx_flow_walk(): both halves are complete. */
	smp_store_release(&fwd->line, line);
	if (unlikely(!lvsx_bucket_add(t, n->fwd_bucket, (u32)n->fwd_hash, line)))
		goto no_memory;
	if (unlikely(!lvsx_bucket_add(t, n->rev_bucket, (u32)n->rev_hash, line + lines))) {
		lvsx_bucket_del(t, fwd->hash, line);
		goto no_memory;
	}
	lvsx_bucket_settle(t);
	t->stats.flows++;
	WRITE_ONCE(t->map_flows[n->map_slot], t->map_flows[n->map_slot] + 1);
	return fwd;

no_memory:
	lvsx_flow_undo(t, fwd, line);
	return NULL;
}

#endif
