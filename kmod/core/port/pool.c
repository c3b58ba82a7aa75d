// SPDX-License-Identifier: GPL-2.0-only
/* Operations on a pool of local ports, out of line. See pool.h. */
#include "pool.h"

#define LONG_CHAIN 16		/* with so many pools in a list, idle ones are reused */

bool lvsx_pool_enqueue(struct lvsx_table *t, struct lvsx_pool *pool, __be16 port)
{
	struct lvsx_port_chunk *c;

	if (!pool->tail || pool->tail_at == LVSX_PORT_CHUNK) {
		u32 line = lvsx_arena_take(&t->arena);

		if (unlikely(!line))
			return false;
		if (pool->tail) {
			c = lvsx_line(&t->arena, pool->tail);
			c->next = line;
		} else {
			pool->head = line;
			pool->head_at = 0;
		}
		pool->tail = line;
		pool->tail_at = 0;
	}
	c = lvsx_line(&t->arena, pool->tail);
	c->port[pool->tail_at++] = (__force u16)port;
	return true;
}

void lvsx_pool_drop_chunk(struct lvsx_table *t, struct lvsx_pool *pool)
{
	const struct lvsx_port_chunk *c = lvsx_line(&t->arena, pool->head);
	u32 next = c->next;

	lvsx_arena_put(&t->arena, pool->head);
	pool->head = next;
	pool->head_at = 0;
	if (!next)
		pool->tail = 0;
}

void lvsx_pool_drop_queue(struct lvsx_table *t, struct lvsx_pool *pool)
{
	while (pool->head)
		lvsx_pool_drop_chunk(t, pool);
}

void lvsx_pool_begin_anew(struct lvsx_table *t, struct lvsx_pool *pool)
{
	lvsx_pool_drop_queue(t, pool);
	pool->round++;
	pool->fresh = pool->total;
	pool->untracked = false;
}

static u32 pool_base(const struct lvsx_portmap *map, const struct lvsx_pool *pool)
{
	return lvsx_portmap_base(map, pool->addr + lvsx_words(pool->family), pool->addr,
				 pool->rport, pool->family);
}

static u32 pool_class_size(const struct lvsx_portmap_ports *p, u32 class)
{
	return p->start[class + 1] - p->start[class];
}

u32 lvsx_pool_count(const struct lvsx_table *t, const struct lvsx_portmap *map,
		    const struct lvsx_pool *pool)
{
	const struct lvsx_portmap_ports *p = &map->ports[pool->family];
	u32 base = pool_base(map, pool), n = 0, i;

	for (i = 0; i < LVSX_PORT_CLASSES; i++)
		if (map->cpu_of[i ^ base] == t->cpu)
			n += pool_class_size(p, i);
	return n;
}

/* Set the cursor to the start of @class, or of the next class that is this CPU's. */
static void pool_set_class(const struct lvsx_table *t, const struct lvsx_portmap *map,
			   struct lvsx_pool *pool, u32 class)
{
	const struct lvsx_portmap_ports *p = &map->ports[pool->family];
	u32 base = pool_base(map, pool);

	class &= LVSX_PORT_CLASSES - 1;
	while (map->cpu_of[class ^ base] != t->cpu || !pool_class_size(p, class))
		class = (class + 1) & (LVSX_PORT_CLASSES - 1);
	pool->cursor = p->start[class];
	pool->cursor_end = p->start[class + 1];
}

/* The first class that starts at index @at or after it; LVSX_PORT_CLASSES: none does. */
static u32 pool_class_from(const struct lvsx_portmap_ports *p, u32 at)
{
	u32 low = 0, high = LVSX_PORT_CLASSES;

	while (low < high) {
		u32 middle = (low + high) / 2;

		if (p->start[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void lvsx_pool_next_class(const struct lvsx_table *t, const struct lvsx_portmap *map,
			  struct lvsx_pool *pool)
{
	pool_set_class(t, map, pool, pool_class_from(&map->ports[pool->family], pool->cursor_end));
}

/* The pool sees a new port map: start over at a random place. */
static LVSX_COLD void pool_remap(struct lvsx_table *t, const struct lvsx_portmap *map,
				 struct lvsx_pool *pool, u64 seed)
{
	WRITE_ONCE(pool->total, lvsx_pool_count(t, map, pool));
	WRITE_ONCE(pool->generation, (u16)map->generation);
	lvsx_pool_begin_anew(t, pool);
	if (!pool->total)
		return;
	pool_set_class(t, map, pool, (u32)seed);
	pool->cursor += (u32)(seed >> 32) % (pool->cursor_end - pool->cursor);
}

/* Make a pool, or reuse the idle one at @line; lvsx_ports_usage() may see it half made. */
static LVSX_COLD u32 pool_make(struct lvsx_table *t, const struct lvsx_portmap *map, u32 *head,
			       u32 line, const struct lvsx_tuple *rev, u64 seed)
{
	bool known = line;
	struct lvsx_pool *pool;

	if (!known) {
		line = lvsx_arena_take(&t->arena);
		if (!line)
			return 0;
	}
	pool = lvsx_pool_at(t, line);
	pool->rport = rev->sport;
	pool->proto = rev->proto;
	pool->family = rev->family;
	pool->ahead.port = 0;
	memcpy(pool->addr, rev->daddr, lvsx_addr_len(rev->family));
	memcpy(pool->addr + lvsx_words(rev->family), rev->saddr, lvsx_addr_len(rev->family));
	pool_remap(t, map, pool, seed);
	if (!known) {
		pool->next = *head;
		/* Pairs with the acquire in lvsx_ports_usage(). */
		smp_store_release(head, line);
	}
	return line;
}

u32 lvsx_pool_find(struct lvsx_table *t, const struct lvsx_portmap *map,
		   const struct lvsx_tuple *rev, u64 seed)
{
	u32 *head = lvsx_pool_head(t, rev->saddr, rev->daddr, rev->sport, rev->proto, rev->family);
	u32 line, idle = 0, n = 0;

	for (line = *head; line; line = lvsx_pool_at(t, line)->next) {
		struct lvsx_pool *pool = lvsx_pool_at(t, line);

		if (likely(lvsx_pool_is_of(pool, rev->saddr, rev->daddr, rev->sport, rev->proto,
					   rev->family))) {
			if (unlikely(pool->generation != (u16)map->generation))
				pool_remap(t, map, pool, seed);
			return line;
		}
		if (!pool->used)
			idle = line;
		n++;
	}
	return pool_make(t, map, head, n < LONG_CHAIN ? 0 : idle, rev, seed);
}
