/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking a port in line, for path.c: what nearly every new flow does, and calls of ports.c for the
 * rest. @words is the table's, and known when this is compiled. Owner's CPU, softirqs off.
 */
#ifndef LVSX_TAKE_H
#define LVSX_TAKE_H

#include "bucket.h"
#include "pool.h"
#include "ports.h"

/* lvsx_ports_draw() */
static __always_inline int lvsx_take_draw(struct lvsx_table *t, const struct lvsx_rss *rss,
					  const struct lvsx_pkt *syn, const __be32 *local,
					  const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
					  struct lvsx_port *out, u8 words)
{
	struct lvsx_pool *pool;
	u32 i;

	rev->sport = rport;
	rev->proto = syn->tuple.proto;
	rev->words = words;
	for (i = 0; i < words; i++) {
		rev->saddr[i] = real[i];
		rev->daddr[i] = local[i];
	}
	out->pool = lvsx_pool_find(t, rss, rev, words, syn->hash);
	if (unlikely(!out->pool))
		return -(int)LVSX_REASON_NO_MEMORY;
	pool = lvsx_pool_at(t, out->pool);
	rev->dport = lvsx_pool_next(t, rss, pool);
	if (unlikely(!rev->dport))
		return -(int)LVSX_REASON_NO_PORT;
	WRITE_ONCE(pool->used, pool->used + 1);
	out->port = rev->dport;
	out->epoch = pool->epoch;
	return LVSX_NEXT;
}

/*
 * The index line of the port that comes next is fetched now: found cold, it would cost the next
 * flow more than all else.
 */
static __always_inline void lvsx_take_ahead(const struct lvsx_table *t, const struct lvsx_rss *rss,
					    struct lvsx_pool *pool, const struct lvsx_tuple *rev,
					    u8 words)
{
	struct lvsx_tuple next LVSX_UNINIT;
	u64 hash;
	u32 i;

	next.dport = lvsx_pool_peek(t, rss, pool);
	if (unlikely(!next.dport))
		return;
	next.sport = rev->sport;
	next.proto = rev->proto;
	next.words = words;
	for (i = 0; i < words; i++) {
		next.saddr[i] = rev->saddr[i];
		next.daddr[i] = rev->daddr[i];
	}
	hash = lvsx_tuple_hash(&next, &t->seed);
	prefetch(lvsx_bucket_of(t, (u32)hash));
	if (words == 1) {
		pool->ahead.port = next.dport;
		pool->ahead.hash = hash;
	}
}

/* Is it plain that no flow has this hash? */
static __always_inline bool lvsx_take_alone(const struct lvsx_table *t, u64 hash)
{
	const struct lvsx_bucket *b = lvsx_bucket_of(t, (u32)hash);

	return likely(!lvsx_bucket_match(b, (u32)hash) && !b->next);
}

/* lvsx_ports_take() */
static __always_inline int lvsx_take(struct lvsx_table *t, const struct lvsx_rss *rss,
				     const struct lvsx_pkt *syn, const __be32 *local,
				     const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
				     struct lvsx_port *out, u8 words)
{
	int err = lvsx_take_draw(t, rss, syn, local, real, rport, rev, out, words);
	struct lvsx_pool *pool;

	if (unlikely(err))
		return err;
	pool = lvsx_pool_at(t, out->pool);
	if (words == 1 && likely(pool->ahead.port == rev->dport))
		out->rev_hash = pool->ahead.hash;
	else
		out->rev_hash = lvsx_tuple_hash(rev, &t->seed);
	if (unlikely(READ_ONCE(rss->moved) || !lvsx_take_alone(t, out->rev_hash))) {
		err = lvsx_ports_claim(t, rss, syn, rev, out);
		if (unlikely(err))
			return err;
	}
	lvsx_take_ahead(t, rss, pool, rev, words);
	return LVSX_NEXT;
}

#endif
