/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local ports, by (local address, real server, protocol). Each CPU uses ports whose replies arrive
 * on it (portmap.h): first those never used, from a random start, then those given back longest
 * ago. A port carries one flow to each real server, so an address serves 64 k flows to each of
 * them. Owner's CPU, softirqs off.
 */
#ifndef LVSX_PORTS_H
#define LVSX_PORTS_H

#include "pool.h"
#include "portmap.h"
#include "core/host.h"
#include "core/pkt/packet.h"
#include "core/table/bucket.h"

/**
 * struct lvsx_port - a local port that was taken; by value, so that it stays in registers
 * @err: 0: the rest is valid; otherwise minus enum lvsx_reason
 * @port: the port
 * @round: round of the pool, kept in the flow for giving the port back
 * @pool: line of the pool, kept likewise
 * @rev_hash: hash of the reply's tuple
 * @bucket: the bucket that @rev_hash belongs to
 * @holder: closed flow that still has the port and is to be ended, NULL: none
 */
struct lvsx_port {
	int err;
	__be16 port;
	u16 round;
	u32 pool;
	u64 rev_hash;
	struct lvsx_bucket *bucket;
	struct lvsx_half *holder;
};

/**
 * lvsx_ports_search() - take a port, out of line
 * @t: the table
 * @map: the port map to go by
 * @syn: the connection's first packet, TCP or UDP
 * @conn: the connection
 * @which: candidate for the local address
 *
 * Context: Owner's CPU, softirq.
 * Return: The port; its @err may be -LVSX_REASON_NO_PORT or -LVSX_REASON_NO_MEMORY.
 */
struct lvsx_port lvsx_ports_search(struct lvsx_table *t, const struct lvsx_portmap *map,
				   const struct lvsx_pkt *syn, const struct lvsx_conn *conn,
				   u32 which);

/* Hash the reply to the port that comes next from @pool now, and prefetch its bucket. */
static inline void lvsx_ports_ahead(const struct lvsx_table *t, const struct lvsx_portmap *map,
				    struct lvsx_pool *pool, u64 addrs, __be16 rport, u8 proto)
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

/* The IPv4 pool for these, and its *@line; NULL: none, or it needs work before it yields a port. */
static inline struct lvsx_pool *lvsx_ports_ready(struct lvsx_table *t,
						 const struct lvsx_portmap *map, u8 proto,
						 const __be32 *local, const __be32 *real,
						 __be16 rport, u32 *line)
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

/**
 * lvsx_ports_next() - take the port that comes next, in line, for an IPv4 real server
 * @t: the table
 * @map: the port map to go by
 * @syn: the connection's first packet
 * @conn: the connection
 * @which: candidate for the local address
 * @out: the port
 *
 * Context: Owner's CPU, softirq.
 * Return: false if that port will not do: nothing has changed, call lvsx_ports_search().
 */
static inline bool lvsx_ports_next(struct lvsx_table *t, const struct lvsx_portmap *map,
				   const struct lvsx_pkt *syn, const struct lvsx_conn *conn,
				   u32 which, struct lvsx_port *out)
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

/**
 * lvsx_ports_queue() - a flow has closed: queue its port, if another flow may have it
 * @t: the table
 * @fwd: the flow's forward half
 *
 * May be called any number of times.
 *
 * Context: Owner's CPU.
 */
void lvsx_ports_queue(struct lvsx_table *t, struct lvsx_half *fwd);

/**
 * lvsx_ports_end() - a flow has left the index: give its port back
 * @t: the table
 * @fwd: the flow's forward half
 * @rev: its reverse half
 *
 * Context: Owner's CPU.
 */
void lvsx_ports_end(struct lvsx_table *t, const struct lvsx_half *fwd, const struct lvsx_half *rev);

/**
 * lvsx_ports_put() - give back a port that no flow got
 * @t: the table
 * @port: the port
 *
 * Context: Owner's CPU.
 */
void lvsx_ports_put(struct lvsx_table *t, struct lvsx_port port);

/**
 * struct lvsx_ports_usage - use of a local address's ports
 * @total: ports there are, over all pools
 * @used: ports held by flows
 * @fullest: use of the fullest pool, in thousandths
 */
struct lvsx_ports_usage {
	u64 total, used;
	u32 fullest;
};

/**
 * lvsx_ports_usage() - add the use of a local address's ports in one table, a snapshot
 * @t: the table
 * @map: the port map in force
 * @local: the local address
 * @family: its family
 * @sum: what is added to
 *
 * Context: Any CPU.
 */
void lvsx_ports_usage(const struct lvsx_table *t, const struct lvsx_portmap *map,
		      const __be32 *local, u8 family, struct lvsx_ports_usage *sum);

#endif
