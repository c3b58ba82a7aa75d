/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local ports, by (local address, real server, protocol). Each CPU draws from ports whose replies
 * arrive on it (portmap.h). Never used ports come first, from a random start; then those given back
 * longest ago. One port carries one flow to one real server, so an address serves 64 k flows to
 * each real server. Owner's CPU, softirqs off.
 */
#ifndef LVSX_PORTS_H
#define LVSX_PORTS_H

#include "pool.h"
#include "portmap.h"
#include "core/host.h"
#include "core/pkt/packet.h"
#include "core/table/bucket.h"

/* Handed around by value, so that it stays in registers. */
struct lvsx_port {
	int err;		/* zero, and the rest holds; or minus the reason why not */
	__be16 port;
	u16 round;		/* of the pool; goes into the flow with @pool, for giving back */
	u32 pool;		/* line */
	u64 rev_hash;		/* of the reply's tuple */
	struct lvsx_bucket *bucket;	/* where that belongs */
	/* a closed flow that stands on the port, which the real server will accept anew: end it */
	struct lvsx_half *holder;
};

/*
 * Take a port at the candidate @which for the local address, for the connection of @syn (any first
 * packet). @err: zero, or minus LVSX_REASON_NO_PORT or _NO_MEMORY.
 */
struct lvsx_port lvsx_ports_search(struct lvsx_table *t, const struct lvsx_portmap *map,
				   const struct lvsx_pkt *syn, const struct lvsx_conn *conn,
				   u32 which);

/* The hash of the reply that comes next from @pool is known ahead, and its bucket prefetched. */
static __always_inline void lvsx_ports_ahead(const struct lvsx_table *t,
					     const struct lvsx_portmap *map, struct lvsx_pool *pool,
					     u64 addrs, __be16 rport, u8 proto)
{
	__be16 port = lvsx_pool_peek(t, map, pool, LVSX_IPV4);
	u64 hash;

	if (unlikely(!port))
		return;
	hash = sip_hash_ip4(sip_ip4(addrs, lvsx_join_ports(rport, port), proto), &t->seed);
	prefetch(lvsx_bucket_of(t, (u32)hash));
	pool->ahead.port = port;
	pool->ahead.hash = hash;
}

/* The IPv4 pool of these that can yield a port without more ado, and its *@line; NULL: none. */
static __always_inline struct lvsx_pool *
lvsx_ports_ready(struct lvsx_table *t, const struct lvsx_portmap *map, u8 proto,
		 const __be32 *local, const __be32 *real, __be16 rport, u32 *line)
{
	u32 n = *lvsx_pool_head(t, real, local, rport, proto, LVSX_IPV4);
	struct lvsx_pool *pool;

	for (;;) {
		if (unlikely(!n))
			return NULL;
		pool = lvsx_pool_at(t, n);
		if (likely(lvsx_pool_is_of(pool, real, local, rport, proto, LVSX_IPV4)))
			break;
		n = pool->next;
	}
	*line = n;
	return likely(pool->generation == (u16)map->generation &&
		      (pool->fresh || (pool->head && !pool->untracked))) ? pool : NULL;
}

/* The same of IPv4, in line: the port that comes next. False: search, nothing has changed. */
static __always_inline bool lvsx_ports_next(struct lvsx_table *t, const struct lvsx_portmap *map,
					    const struct lvsx_pkt *syn,
					    const struct lvsx_conn *conn, u32 which,
					    struct lvsx_port *out)
{
	const __be32 *local = conn->local[which], *real = conn->real;
	const u8 proto = syn->tuple.proto;
	struct lvsx_pool *pool = lvsx_ports_ready(t, map, proto, local, real, conn->rport,
						  &out->pool);

	if (unlikely(!pool || pool->ahead.port != lvsx_pool_peek(t, map, pool, LVSX_IPV4) ||
		     READ_ONCE(map->any_draining)))
		return false;
	out->rev_hash = pool->ahead.hash;
	out->bucket = lvsx_bucket_of(t, (u32)out->rev_hash);
	if (unlikely(!lvsx_bucket_alone(out->bucket, (u32)out->rev_hash)))
		return false;
	out->port = lvsx_pool_next(t, map, pool, LVSX_IPV4);
	out->round = pool->round;
	out->holder = NULL;
	out->err = 0;
	WRITE_ONCE(pool->used, pool->used + 1);
	lvsx_ports_ahead(t, map, pool, lvsx_join_addrs(*real, *local), conn->rport, proto);
	return true;
}

/* The flow has closed: its port is wanted again, if it may be. Any number of times. */
void lvsx_ports_queue(struct lvsx_table *t, struct lvsx_half *fwd);

/* The flow has ended and left the index. */
void lvsx_ports_end(struct lvsx_table *t, const struct lvsx_half *fwd, const struct lvsx_half *rev);

/* A port that was taken is not used after all. */
void lvsx_ports_put(struct lvsx_table *t, struct lvsx_port port);

struct lvsx_ports_usage {
	u64 total, used;
	u32 fullest;		/* thousandths in use of the pool where these are most */
};

/* Sum over this CPU's pools of one local address. Any CPU, a snapshot. */
void lvsx_ports_usage(const struct lvsx_table *t, const struct lvsx_portmap *map,
		      const __be32 *local, u8 family, struct lvsx_ports_usage *sum);

#endif
