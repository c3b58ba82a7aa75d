/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Making a flow in line, for path.c and flow.c. @words is the table's, and known when this is
 * compiled. Owner's CPU, softirqs off.
 */
#ifndef LVSX_INSERT_H
#define LVSX_INSERT_H

#include "core/path/expire.h"
#include "bucket.h"
#include "core/pkt/csum.h"
#include "core/path/track.h"

/* A block for flows: the first of its lines, which are the fresh ones now. 0: no memory. */
u32 lvsx_flow_block(struct lvsx_table *t);

/* A flow that was not made after all, and of which the index knows nothing (any more). */
void lvsx_flow_undo(struct lvsx_table *t, struct lvsx_half *fwd, u32 line);

/* Memory of one flow, its halves' `line` 0, the rest as its last user left it. 0: none. */
static __always_inline u32 lvsx_insert_memory(struct lvsx_table *t, u8 words)
{
	const u32 lines = words == 1 ? 2 : 4;
	u32 n = t->free, i;

	if (n) {
		struct lvsx_half *h = (struct lvsx_half *)lvsx_line(&t->arena, n);
		u32 behind = h[lines / 2].next_dead;

		t->free = h->next_dead;
		/* Freed long ago and cold: fetch the fourth behind while this one is put to use. */
		h = (struct lvsx_half *)lvsx_line(&t->arena, likely(behind) ? behind : n);
		for (i = 0; i < lines; i++)
			prefetchw(h + i);
		return n;
	}
	n = t->fresh;
	if (unlikely(n == t->fresh_end)) {
		n = lvsx_flow_block(t);
		if (!n)
			return 0;
	}
	t->fresh = n + lines;
	return n;
}

/* Who the two ends are, on each side. Ports both at once, as lvsx_load_ports() has them. */
struct lvsx_ends {
	const __be32 *client, *vip, *real, *local;
	u32 fwd_ports;		/* the client's, the service's */
	u32 rev_ports;		/* the real server's, the local one */
	u8 proto;
	struct lvsx_bucket *fwd_bucket, *rev_bucket;
};

static __always_inline struct lvsx_ends
lvsx_insert_ends(const struct lvsx_tuple *fwd, const struct lvsx_tuple *rev,
		 struct lvsx_bucket *fwd_bucket, struct lvsx_bucket *rev_bucket)
{
	const size_t at = offsetof(struct lvsx_tuple, sport);

	return (struct lvsx_ends){
		.client = fwd->saddr,
		.vip = fwd->daddr,
		.real = rev->saddr,
		.local = rev->daddr,
		.fwd_ports = lvsx_load_ports(fwd, at),
		.rev_ports = lvsx_load_ports(rev, at),
		.proto = fwd->proto,
		.fwd_bucket = fwd_bucket,
		.rev_bucket = rev_bucket,
	};
}

static __always_inline u32 lvsx_insert_turned(u32 ports)
{
	return ports << 16 | ports >> 16;
}

/* One half, all but what tells the two apart: what it matches, and what that becomes. */
static __always_inline void
lvsx_insert_half(struct lvsx_half *h, const __be32 *src, const __be32 *dst, const __be32 *new_src,
		 const __be32 *new_dst, u32 ports, u32 new_ports, u8 words)
{
	__be32 *addr = lvsx_half_addr(h, LVSX_SRC, words);
	u32 i;

	lvsx_store_ports(h, offsetof(struct lvsx_half, sport), ports);
	lvsx_store_ports(h, offsetof(struct lvsx_half, new_sport), new_ports);
	h->hop = 0;
	h->mark = 0;
	for (i = 0; i < words; i++) {
		addr[LVSX_SRC * words + i] = src[i];
		addr[LVSX_DST * words + i] = dst[i];
		addr[LVSX_NEW_SRC * words + i] = new_src[i];
		addr[LVSX_NEW_DST * words + i] = new_dst[i];
	}
}

/* What undoes @delta. A sum of what is not all zero is never 0. */
static __always_inline u16 lvsx_insert_inverse(u16 delta)
{
	return delta == 0xffff ? delta : (u16)~delta;
}

static __always_inline void lvsx_insert_deltas(struct lvsx_half *fwd, struct lvsx_half *rev,
					       const struct lvsx_ends *e, u8 words)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < words; i++)
		sum += lvsx_csum_diff32(e->client[i], e->local[i]) +
		       lvsx_csum_diff32(e->vip[i], e->real[i]);
	fwd->addr_delta = lvsx_csum_fold(sum);
	/* Two words of 16 bits at a time: the sum does not mind. */
	sum += (u64)~e->fwd_ports + lvsx_insert_turned(e->rev_ports);
	fwd->l4_delta = lvsx_csum_fold(sum);
	rev->addr_delta = lvsx_insert_inverse(fwd->addr_delta);
	rev->l4_delta = lvsx_insert_inverse(fwd->l4_delta);
}

/* lvsx_flow_insert(), of @n all but the tuples. */
static __always_inline struct lvsx_half *
lvsx_insert(struct lvsx_table *t, const struct lvsx_ends *e, const struct lvsx_flow_new *n,
	    u8 words)
{
	const u32 lines = words == 1 ? 1 : 2;
	struct lvsx_half *fwd, *rev;
	u8 slot = lvsx_age_slot(t, n->now, n->first_look);
	u32 line = lvsx_insert_memory(t, words);

	if (unlikely(!line))
		return NULL;
	fwd = (struct lvsx_half *)lvsx_line(&t->arena, line);
	rev = fwd + lines;
	lvsx_insert_half(fwd, e->client, e->vip, e->local, e->real, e->fwd_ports,
			 lvsx_insert_turned(e->rev_ports), words);
	lvsx_insert_half(rev, e->real, e->local, e->vip, e->client, e->rev_ports,
			 lvsx_insert_turned(e->fwd_ports), words);
	lvsx_insert_deltas(fwd, rev, e, words);
	fwd->proto = e->proto;
	rev->proto = e->proto;
	fwd->state = n->state;
	rev->state = n->state;
	fwd->hash = (u32)n->fwd_hash;
	rev->hash = (u32)n->rev_hash;
	fwd->real = n->real;
	rev->real = n->real;
	fwd->last_seen = n->now;
	rev->last_seen = n->now;
	fwd->flags = lvsx_state_active(n->state) ? LVSX_HALF_ACTIVE : 0;
	fwd->slot = slot;
	fwd->pool = n->pool;
	fwd->shadow = n->shadow;
	rev->flags = LVSX_HALF_REV;
	rev->port_held = n->epoch;
	rev->idle_ms = n->idle_ms;
	rev->slot = n->era;
	if (unlikely(!lvsx_age_push(t, slot, line)))
		goto no_memory;

	WRITE_ONCE(rev->line, line + lines);
	/* Pairs with the acquire in lvsx_flow_walk(): both halves are complete. */
	smp_store_release(&fwd->line, line);
	if (unlikely(!lvsx_bucket_add(t, e->fwd_bucket, (u32)n->fwd_hash, line)))
		goto no_memory;
	if (unlikely(!lvsx_bucket_add(t, e->rev_bucket, (u32)n->rev_hash,
				      line + lines))) {
		lvsx_bucket_del(t, fwd->hash, line);
		goto no_memory;
	}
	lvsx_bucket_settle(t);
	t->stats.flows++;
	WRITE_ONCE(t->of_era[n->era], t->of_era[n->era] + 1);
	return fwd;

no_memory:
	lvsx_flow_undo(t, fwd, line);
	return NULL;
}

#endif
