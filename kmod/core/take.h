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
#include "sip.h"

/* lvsx_ports_draw(), and from which pool. */
static __always_inline int lvsx_take_draw(struct lvsx_table *t, const struct lvsx_rss *rss,
					  const struct lvsx_pkt *syn, const __be32 *local,
					  const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
					  struct lvsx_port *out, struct lvsx_pool **from, u8 words)
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
	pool = lvsx_pool_find(t, rss, rev, words, syn->hash, &out->pool);
	if (unlikely(!pool))
		return -(int)LVSX_REASON_NO_MEMORY;
	*from = pool;
	rev->dport = lvsx_pool_next(t, rss, pool, words);
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

	next.dport = lvsx_pool_peek(t, rss, pool, words);
	if (unlikely(!next.dport))
		return;
	next.sport = rev->sport;
	next.proto = rev->proto;
	next.words = words;
	for (i = 0; i < words; i++) {
		next.saddr[i] = rev->saddr[i];
		next.daddr[i] = rev->daddr[i];
	}
	hash = words == 1 ? sip_ip4(&next, &t->seed) : lvsx_tuple_hash(&next, &t->seed);
	prefetch(lvsx_bucket_of(t, (u32)hash));
	if (words == 1) {
		pool->ahead.port = next.dport;
		pool->ahead.hash = hash;
	}
}

/* lvsx_ports_take() */
static __always_inline int lvsx_take(struct lvsx_table *t, const struct lvsx_rss *rss,
				     const struct lvsx_pkt *syn, const __be32 *local,
				     const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
				     struct lvsx_port *out, u8 words)
{
	struct lvsx_pool *pool;
	int err = lvsx_take_draw(t, rss, syn, local, real, rport, rev, out, &pool, words);

	if (unlikely(err))
		return err;
	if (words == 1 && likely(pool->ahead.port == rev->dport))
		out->rev_hash = pool->ahead.hash;
	else
		out->rev_hash = lvsx_tuple_hash(rev, &t->seed);
	if (unlikely(READ_ONCE(rss->moved) || !lvsx_bucket_alone(t, (u32)out->rev_hash))) {
		err = lvsx_ports_claim(t, rss, syn, rev, out);
		if (unlikely(err))
			return err;
	}
	lvsx_take_ahead(t, rss, pool, rev, words);
	return LVSX_NEXT;
}

#endif
