/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking an IPv4 port in line, for path.c and for bursts: where it is as nearly always, and with no
 * call but those that many flows share. Owner's CPU, softirqs off.
 */
#ifndef LVSX_TAKE_H
#define LVSX_TAKE_H

#include "core/table/bucket.h"
#include "pool.h"
#include "ports.h"
#include "core/pkt/siphash.h"

/* The hash of the reply that comes next from @pool is known ahead, and its index line fetched. */
static __always_inline void lvsx_take_ahead(const struct lvsx_table *t, const struct lvsx_rss *rss,
					    struct lvsx_pool *pool, __be32 local, __be32 real,
					    __be16 rport, u8 proto)
{
	__be16 port = lvsx_pool_peek(t, rss, pool, 1);
	u64 hash;

	if (unlikely(!port))
		return;
	hash = sip_two(sip_pair(real, local),
		       sip_ends(lvsx_join_ports(rport, port), proto, SIP_LENGTH_IPV4), &t->seed);
	prefetch(lvsx_bucket_of(t, (u32)hash));
	pool->ahead.port = port;
	pool->ahead.hash = hash;
}

/* The pool that a port may be had from without more ado, and its *@line; NULL: none. */
static __always_inline struct lvsx_pool *lvsx_take_pool(struct lvsx_table *t,
							const struct lvsx_rss *rss, u8 proto,
							__be32 local, __be32 real, __be16 rport,
							u32 *line)
{
	u32 n = *lvsx_pool_head(t, &real, &local, rport, proto, 1);
	struct lvsx_pool *pool;

	for (;;) {
		if (unlikely(!n))
			return NULL;
		pool = lvsx_pool_at(t, n);
		if (likely(lvsx_pool_is_of(pool, &real, &local, rport, proto, 1)))
			break;
		n = pool->next;
	}
	*line = n;
	return likely(pool->generation == (u16)rss->generation &&
		      (pool->fresh || (pool->head && !pool->adrift))) ? pool : NULL;
}

static __always_inline void lvsx_take_next(struct lvsx_table *t, const struct lvsx_rss *rss,
					   struct lvsx_pool *pool, u32 line, struct lvsx_port *out)
{
	out->port = lvsx_pool_next(t, rss, pool, 1);
	out->pool = line;
	out->epoch = pool->epoch;
	WRITE_ONCE(pool->used, pool->used + 1);
}

/* lvsx_ports_take(), and the reply's bucket. False: that shall see, and nothing has changed. */
static __always_inline bool lvsx_take(struct lvsx_table *t, const struct lvsx_rss *rss, u8 proto,
				      __be32 local, __be32 real, __be16 rport,
				      struct lvsx_port *out, struct lvsx_bucket **bucket)
{
	struct lvsx_pool *pool;
	u32 line;

	pool = lvsx_take_pool(t, rss, proto, local, real, rport, &line);
	if (unlikely(!pool || pool->ahead.port != lvsx_pool_peek(t, rss, pool, 1) ||
		     READ_ONCE(rss->moved)))
		return false;
	out->rev_hash = pool->ahead.hash;
	*bucket = lvsx_bucket_of(t, (u32)out->rev_hash);
	if (unlikely(!lvsx_bucket_alone(*bucket, (u32)out->rev_hash)))
		return false;
	lvsx_take_next(t, rss, pool, line, out);
	lvsx_take_ahead(t, rss, pool, local, real, rport, proto);
	return true;
}

/* lvsx_ports_draw(), likewise. */
static __always_inline bool lvsx_take_draw(struct lvsx_table *t, const struct lvsx_rss *rss,
					   u8 proto, __be32 local, __be32 real, __be16 rport,
					   struct lvsx_port *out)
{
	u32 line;
	struct lvsx_pool *pool = lvsx_take_pool(t, rss, proto, local, real, rport, &line);

	if (unlikely(!pool))
		return false;
	lvsx_take_next(t, rss, pool, line, out);
	return true;
}

/* lvsx_ports_claim() of a port whose reply has this bucket, likewise. */
static __always_inline bool lvsx_take_drawn(const struct lvsx_table *t, const struct lvsx_rss *rss,
					    const struct lvsx_port *out,
					    const struct lvsx_bucket *bucket)
{
	return likely(out->epoch == lvsx_pool_at(t, out->pool)->epoch && !READ_ONCE(rss->moved) &&
		      lvsx_bucket_alone(bucket, (u32)out->rev_hash));
}

#endif
