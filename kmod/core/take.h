/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Taking an IPv4 port in line, for path.c: where it is as nearly always, with no call but those that
 * many flows share. Owner's CPU, softirqs off.
 */
#ifndef LVSX_TAKE_H
#define LVSX_TAKE_H

#include "bucket.h"
#include "pool.h"
#include "ports.h"
#include "sip.h"

/* The hash of the reply that comes next from @pool is known ahead, and its index line fetched. */
static __always_inline void lvsx_take_ahead(const struct lvsx_table *t, const struct lvsx_rss *rss,
					    struct lvsx_pool *pool, __be32 local, __be32 real,
					    __be16 rport, u8 proto)
{
	__be16 port = lvsx_pool_peek(t, rss, pool, 1);
	u64 hash;

	if (unlikely(!port))
		return;
	hash = sip_ip4(real, local, lvsx_join_ports(rport, port), proto, &t->seed);
	prefetch(lvsx_bucket_of(t, (u32)hash));
	pool->ahead.port = port;
	pool->ahead.hash = hash;
}

/* As lvsx_ports_take(), and the bucket of the reply. False: that shall see, and nothing has changed. */
static __always_inline bool lvsx_take(struct lvsx_table *t, const struct lvsx_rss *rss, u8 proto,
				      __be32 local, __be32 real, __be16 rport,
				      struct lvsx_port *out, struct lvsx_bucket **bucket)
{
	u32 line = *lvsx_pool_head(t, &real, &local, rport, proto, 1);
	struct lvsx_pool *pool;

	for (;;) {
		if (unlikely(!line))
			return false;
		pool = lvsx_pool_at(t, line);
		if (likely(lvsx_pool_is_of(pool, &real, &local, rport, proto, 1)))
			break;
		line = pool->next;
	}
	out->port = lvsx_pool_peek(t, rss, pool, 1);
	if (unlikely(!out->port || pool->ahead.port != out->port || READ_ONCE(rss->moved) ||
		     pool->generation != (u16)rss->generation || (!pool->fresh && pool->adrift)))
		return false;
	out->rev_hash = pool->ahead.hash;
	*bucket = lvsx_bucket_of(t, (u32)out->rev_hash);
	if (unlikely(!lvsx_bucket_alone(*bucket, (u32)out->rev_hash)))
		return false;

	lvsx_pool_next(t, rss, pool, 1);
	WRITE_ONCE(pool->used, pool->used + 1);
	out->pool = line;
	out->epoch = pool->epoch;
	lvsx_take_ahead(t, rss, pool, local, real, rport, proto);
	return true;
}

#endif
