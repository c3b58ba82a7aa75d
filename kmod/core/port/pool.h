/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pool of local ports: those of one CPU for one (local address, real server, protocol). It yields
 * them from a cursor over the ports whose replies come home (portmap.h), then from a queue of those
 * given back. For ports.c, which keeps account of them; what every new flow does is in line.
 * Owner's CPU, softirqs off.
 */
#ifndef LVSX_POOL_H
#define LVSX_POOL_H

#include "portmap.h"
#include "core/table/flow.h"

struct lvsx_pool {
	u32 next;		/* next pool of the same head */
	u32 head;		/* queue of given back ports: line of the oldest chunk */
	u32 tail;
	u16 generation;		/* of the port map that the cursor belongs to, low bits */
	u16 round;		/* counts the times that the cursor began anew */
	u16 total;		/* ports of this CPU */
	u16 fresh;		/* of these, how many the cursor has yet to come to */
	u16 used;		/* held by flows */
	u16 cursor;		/* place in lvsx_portmap_ports.port[] of the one that comes next */
	u16 cursor_end;		/* and where the class that it belongs to ends there */
	__be16 rport;
	u8 head_at;		/* next to take in the oldest chunk */
	u8 tail_at;		/* next free in the newest chunk */
	u8 proto;
	u8 family : 1;		/* enum lvsx_family */
	u8 untracked : 1;	/* free ports are missing in the queue: another round is due */
	union {
		__be32 addr[8];	/* local, real: 1 or 4 words each */
		struct {	/* IPv4: the hash of the reply to the port that was to come next */
			__be32 pair[2];
			u64 hash;
			__be16 port;	/* 0: none */
		} ahead;
	};
};

static_assert(sizeof(struct lvsx_pool) == LVSX_LINE, "a pool is one line of the arena");
static_assert(LVSX_POOL_HEADS == 1 << (64 - 54), "lvsx_pool_head() takes the top bits");

#define LVSX_PORT_CHUNK 30

struct lvsx_port_chunk {
	u32 next;
	u16 port[LVSX_PORT_CHUNK];	/* network order */
};

static_assert(sizeof(struct lvsx_port_chunk) == LVSX_LINE, "a chunk is one line of the arena");

static inline struct lvsx_pool *lvsx_pool_at(const struct lvsx_table *t, u32 line)
{
	return (struct lvsx_pool *)lvsx_line(&t->arena, line);
}

/* To the end of the queue. False: no memory. */
bool lvsx_pool_enqueue(struct lvsx_table *t, struct lvsx_pool *pool, __be16 port);

/* The queue is forgotten, whatever is in it. */
void lvsx_pool_drop_queue(struct lvsx_table *t, struct lvsx_pool *pool);

/* The oldest chunk has been taken to its end. */
void lvsx_pool_drop_chunk(struct lvsx_table *t, struct lvsx_pool *pool);

/* All ports are ahead of the cursor, which stays where it is. */
void lvsx_pool_begin_anew(struct lvsx_table *t, struct lvsx_pool *pool);

/* Set the cursor to the first place of the next class that is ours. There is one. */
void lvsx_pool_next_class(const struct lvsx_table *t, const struct lvsx_portmap *map,
			  struct lvsx_pool *pool);

/* How many ports of this pool's belong to this CPU? */
u32 lvsx_pool_count(const struct lvsx_table *t, const struct lvsx_portmap *map,
		    const struct lvsx_pool *pool);

/* The pool for @rev, which has no local port yet; @seed is random. 0: no memory. */
u32 lvsx_pool_find(struct lvsx_table *t, const struct lvsx_portmap *map,
		   const struct lvsx_tuple *rev, u64 seed);

/* Where the queue has one: the port given back longest ago. */
static __always_inline __be16 lvsx_pool_oldest(const struct lvsx_table *t,
					       const struct lvsx_pool *pool)
{
	const struct lvsx_port_chunk *c =
		(const struct lvsx_port_chunk *)lvsx_line(&t->arena, pool->head);

	return (__force __be16)c->port[pool->head_at];
}

static __always_inline __be16 lvsx_pool_dequeue(struct lvsx_table *t, struct lvsx_pool *pool)
{
	__be16 port = lvsx_pool_oldest(t, pool);

	if (unlikely(++pool->head_at == (pool->head == pool->tail ? pool->tail_at :
								    LVSX_PORT_CHUNK)))
		lvsx_pool_drop_chunk(t, pool);
	return port;
}

/* Where any are fresh: the port that the cursor is at. */
static __always_inline __be16 lvsx_pool_at_cursor(const struct lvsx_portmap *map,
						  const struct lvsx_pool *pool, u8 family)
{
	return htons(map->ports[family].port[pool->cursor]);
}

static __always_inline __be16 lvsx_pool_next_fresh(const struct lvsx_table *t,
						   const struct lvsx_portmap *map,
						   struct lvsx_pool *pool, u8 family)
{
	__be16 port = lvsx_pool_at_cursor(map, pool, family);

	pool->fresh--;
	if (unlikely(++pool->cursor == pool->cursor_end))
		lvsx_pool_next_class(t, map, pool);
	return port;
}

/* The port that comes next; 0: there is none. */
static __always_inline __be16 lvsx_pool_next(struct lvsx_table *t, const struct lvsx_portmap *map,
					     struct lvsx_pool *pool, u8 family)
{
	if (unlikely(!pool->fresh && pool->untracked))
		lvsx_pool_begin_anew(t, pool);
	if (pool->fresh)
		return lvsx_pool_next_fresh(t, map, pool, family);
	return likely(pool->head) ? lvsx_pool_dequeue(t, pool) : 0;
}

/* The same without taking it, as far as is known; 0: it is not. */
static __always_inline __be16 lvsx_pool_peek(const struct lvsx_table *t,
					     const struct lvsx_portmap *map,
					     const struct lvsx_pool *pool, u8 family)
{
	if (pool->fresh)
		return lvsx_pool_at_cursor(map, pool, family);
	return likely(pool->head) ? lvsx_pool_oldest(t, pool) : 0;
}

/* Addresses and ports that the operator chose: no need of a keyed hash. */
static __always_inline u32 *lvsx_pool_head(struct lvsx_table *t, const __be32 *real,
					   const __be32 *local, __be16 rport, u8 proto, u8 family)
{
	u64 x = (u64)(__force u16)rport << 8 | proto;
	u32 i;

	for (i = 0; i < lvsx_words(family); i++)
		x = (x ^ (__force u32)real[i] ^ (u64)(__force u32)local[i] << 32) *
		    0x9e3779b97f4a7c15ull;
	x ^= x >> 32;
	return &t->pool[x * 0x9e3779b97f4a7c15ull >> 54];
}

static __always_inline bool lvsx_pool_is_of(const struct lvsx_pool *pool, const __be32 *real,
					    const __be32 *local, __be16 rport, u8 proto, u8 family)
{
	u32 differ = (u32)((__force u16)pool->rport ^ (__force u16)rport) |
		     (u32)(pool->proto ^ proto) | (u32)(pool->family ^ family), i;

	for (i = 0; i < lvsx_words(family); i++)
		differ |= ((__force u32)pool->addr[i] ^ (__force u32)local[i]) |
			  ((__force u32)pool->addr[lvsx_words(family) + i] ^ (__force u32)real[i]);
	return !differ;
}

#endif
