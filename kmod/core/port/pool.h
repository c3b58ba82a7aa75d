/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pool of local ports: those of one CPU for one (local address, real server, protocol). It yields
 * first, by a cursor, those never used of the ports whose replies arrive on this CPU (portmap.h),
 * then those given back, from a queue. For ports.c, which keeps account of them; what every new
 * flow needs is in line. Owner's CPU, softirqs off.
 */
#ifndef LVSX_POOL_H
#define LVSX_POOL_H

#include "portmap.h"
#include "core/table/flow.h"

/**
 * struct lvsx_pool - a pool of local ports, one line of the arena
 * @next: line of the next pool of the same head, 0: none
 * @head: queue of ports given back: line of the oldest chunk, 0: empty
 * @tail: line of the newest chunk
 * @generation: of the port map that the cursor is for, low bits
 * @round: how many times the cursor has started over
 * @total: ports that belong to this CPU
 * @fresh: how many of them are still ahead of the cursor
 * @used: ports held by flows
 * @cursor: index of the next port in lvsx_portmap_ports.port
 * @cursor_end: where the class of that port ends there
 * @rport: the real server's port
 * @head_at: next place to take from in the oldest chunk
 * @tail_at: next free place in the newest chunk
 * @proto: LVSX_TCP or LVSX_UDP
 * @family: enum lvsx_family
 * @untracked: free ports are missing from the queue: the cursor must start over
 * @addr: local address, then the real server's, of one or four words each
 * @ahead: IPv4: what is known of the port that comes next
 * @ahead.pair: both addresses, as in @addr
 * @ahead.hash: hash of a reply to @ahead.port
 * @ahead.port: the port that was expected next, 0: not known
 */
struct lvsx_pool {
	u32 next;
	u32 head;
	u32 tail;
	u16 generation;
	u16 round;
	u16 total;
	u16 fresh;
	u16 used;
	u16 cursor;
	u16 cursor_end;
	__be16 rport;
	u8 head_at;
	u8 tail_at;
	u8 proto;
	u8 family : 1;
	u8 untracked : 1;
	union {
		__be32 addr[8];
		struct {
			__be32 pair[2];
			u64 hash;
			__be16 port;
		} ahead;
	};
};

static_assert(sizeof(struct lvsx_pool) == LVSX_LINE, "a pool is one line of the arena");
static_assert(LVSX_POOL_HEADS == 1 << (64 - 54), "lvsx_pool_head() takes the top bits");

#define LVSX_PORT_CHUNK 30

/**
 * struct lvsx_port_chunk - a part of a pool's queue
 * @next: line of the next newer chunk, 0: none
 * @port: ports given back, in network byte order
 */
struct lvsx_port_chunk {
	u32 next;
	u16 port[LVSX_PORT_CHUNK];
};

static_assert(sizeof(struct lvsx_port_chunk) == LVSX_LINE, "a chunk is one line of the arena");

/**
 * lvsx_pool_at() - a pool by its line
 * @t: the table
 * @line: the line
 *
 * Context: Any CPU.
 * Return: The pool.
 */
static inline struct lvsx_pool *lvsx_pool_at(const struct lvsx_table *t, u32 line)
{
	return (struct lvsx_pool *)lvsx_line(&t->arena, line);
}

/**
 * lvsx_pool_enqueue() - append a port to the queue
 * @t: the table
 * @pool: the pool
 * @port: the port
 *
 * Context: Owner's CPU.
 * Return: false if there is no memory.
 */
bool lvsx_pool_enqueue(struct lvsx_table *t, struct lvsx_pool *pool, __be16 port);

/**
 * lvsx_pool_drop_queue() - empty the queue; its ports are untracked, unless the cursor starts over
 * @t: the table
 * @pool: the pool
 *
 * Context: Owner's CPU.
 */
void lvsx_pool_drop_queue(struct lvsx_table *t, struct lvsx_pool *pool);

/**
 * lvsx_pool_drop_chunk() - free the oldest chunk of the queue
 * @t: the table
 * @pool: the pool, whose queue is not empty
 *
 * Context: Owner's CPU.
 */
void lvsx_pool_drop_chunk(struct lvsx_table *t, struct lvsx_pool *pool);

/**
 * lvsx_pool_begin_anew() - start a new round: all ports are ahead of the cursor, which stays put
 * @t: the table
 * @pool: the pool
 *
 * Context: Owner's CPU.
 */
void lvsx_pool_begin_anew(struct lvsx_table *t, struct lvsx_pool *pool);

/**
 * lvsx_pool_next_class() - move the cursor to the next class that is this CPU's; there is one
 * @t: the table
 * @map: the port map
 * @pool: the pool
 *
 * Context: Owner's CPU.
 */
void lvsx_pool_next_class(const struct lvsx_table *t, const struct lvsx_portmap *map,
			  struct lvsx_pool *pool);

/**
 * lvsx_pool_count() - how many ports does a port map give to this CPU?
 * @t: the table
 * @map: the port map
 * @pool: the pool, for its addresses
 *
 * Context: Any CPU.
 * Return: The number of ports.
 */
u32 lvsx_pool_count(const struct lvsx_table *t, const struct lvsx_portmap *map,
		    const struct lvsx_pool *pool);

/**
 * lvsx_pool_find() - find a pool, or make it
 * @t: the table
 * @map: the port map in force
 * @rev: the reply's tuple, still without the local port
 * @seed: random: where a new cursor starts
 *
 * Context: Owner's CPU.
 * Return: Its line; 0: no memory.
 */
u32 lvsx_pool_find(struct lvsx_table *t, const struct lvsx_portmap *map,
		   const struct lvsx_tuple *rev, u64 seed);

/* The port given back longest ago; the queue is not empty. */
static inline __be16 lvsx_pool_oldest(const struct lvsx_table *t, const struct lvsx_pool *pool)
{
	const struct lvsx_port_chunk *c =
		(const struct lvsx_port_chunk *)lvsx_line(&t->arena, pool->head);

	return (__force __be16)c->port[pool->head_at];
}

/**
 * lvsx_pool_dequeue() - take the port given back longest ago
 * @t: the table
 * @pool: the pool, whose queue is not empty
 *
 * Context: Owner's CPU.
 * Return: The port.
 */
static inline __be16 lvsx_pool_dequeue(struct lvsx_table *t, struct lvsx_pool *pool)
{
	__be16 port = lvsx_pool_oldest(t, pool);

	if (unlikely(++pool->head_at == (pool->head == pool->tail ? pool->tail_at :
								    LVSX_PORT_CHUNK)))
		lvsx_pool_drop_chunk(t, pool);
	return port;
}

/* The port that the cursor is at; there are fresh ones. */
static inline __be16 lvsx_pool_at_cursor(const struct lvsx_portmap *map,
					 const struct lvsx_pool *pool, u8 family)
{
	return htons(map->ports[family].port[pool->cursor]);
}

/**
 * lvsx_pool_next_fresh() - take the port that the cursor is at
 * @t: the table
 * @map: the port map
 * @pool: the pool, which has fresh ports
 * @family: its family
 *
 * Context: Owner's CPU.
 * Return: The port.
 */
static inline __be16 lvsx_pool_next_fresh(const struct lvsx_table *t,
					  const struct lvsx_portmap *map, struct lvsx_pool *pool,
					  u8 family)
{
	__be16 port = lvsx_pool_at_cursor(map, pool, family);

	pool->fresh--;
	if (unlikely(++pool->cursor == pool->cursor_end))
		lvsx_pool_next_class(t, map, pool);
	return port;
}

/**
 * lvsx_pool_next() - take the port that comes next
 * @t: the table
 * @map: the port map
 * @pool: the pool
 * @family: its family
 *
 * Context: Owner's CPU.
 * Return: The port; 0: there is none.
 */
static inline __be16 lvsx_pool_next(struct lvsx_table *t, const struct lvsx_portmap *map,
				    struct lvsx_pool *pool, u8 family)
{
	if (unlikely(!pool->fresh && pool->untracked))
		lvsx_pool_begin_anew(t, pool);
	if (pool->fresh)
		return lvsx_pool_next_fresh(t, map, pool, family);
	return likely(pool->head) ? lvsx_pool_dequeue(t, pool) : 0;
}

/**
 * lvsx_pool_peek() - the port that comes next, which is not taken
 * @t: the table
 * @map: the port map
 * @pool: the pool
 * @family: its family
 *
 * Context: Owner's CPU.
 * Return: The port; 0: there is none, or only in another round.
 */
static inline __be16 lvsx_pool_peek(const struct lvsx_table *t, const struct lvsx_portmap *map,
				    const struct lvsx_pool *pool, u8 family)
{
	if (pool->fresh)
		return lvsx_pool_at_cursor(map, pool, family);
	return likely(pool->head) ? lvsx_pool_oldest(t, pool) : 0;
}

/**
 * lvsx_pool_head() - the list that a pool is in
 * @t: the table
 * @real: the real server's address
 * @local: the local address
 * @rport: the real server's port
 * @proto: LVSX_TCP or LVSX_UDP
 * @family: of both addresses
 *
 * The operator chooses addresses and ports, so the hash need not be keyed.
 *
 * Return: The list's head, the line of its first pool.
 */
static inline u32 *lvsx_pool_head(struct lvsx_table *t, const __be32 *real, const __be32 *local,
				  __be16 rport, u8 proto, u8 family)
{
	u64 x = (u64)(__force u16)rport << 8 | proto;
	u32 i;

	for (i = 0; i < lvsx_words(family); i++)
		x = (x ^ (__force u32)real[i] ^ (u64)(__force u32)local[i] << 32) *
		    0x9e3779b97f4a7c15ull;
	x ^= x >> 32;
	return &t->pool[x * 0x9e3779b97f4a7c15ull >> 54];
}

/**
 * lvsx_pool_is_of() - is it the pool for these ends?
 * @pool: the pool
 * @real: the real server's address
 * @local: the local address
 * @rport: the real server's port
 * @proto: LVSX_TCP or LVSX_UDP
 * @family: of both addresses
 *
 * Return: true if it is.
 */
static inline bool lvsx_pool_is_of(const struct lvsx_pool *pool, const __be32 *real,
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
