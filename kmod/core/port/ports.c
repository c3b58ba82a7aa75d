// SPDX-License-Identifier: GPL-2.0-only
/*
 * Local ports, see ports.h.
 *
 * At any time, every port of a pool is exactly one of
 *	ahead	of the cursor
 *	queued	in the queue, once
 *	held	by a flow that gives it back (queues it) when both ends have closed, or when it ends
 *	untracked	none of these, free or closed; pool->untracked is set
 * A flow may also have a port that is ahead or queued. Its @port_round is the pool's round when the
 * port was last found held, so if the round differs the port is ahead; @port_queued tells whether
 * it is queued. When the cursor starts over (the port map has changed, or ports are untracked at
 * the end of a round), the queue is dropped and the round goes up: that makes every port ahead at
 * once, and no flow needs to be visited.
 */
#include "ports.h"
#include "reuse.h"
#include "core/pkt/hash.h"
#include "core/table/table.h"

#define EFFORT 256		/* of one search; queued ports cost more: their flow is read */
#define EFFORT_QUEUED 4

/* Queue a port that was held, or that cursor or queue has just yielded. True: it is queued. */
static bool ports_leave(struct lvsx_table *t, struct lvsx_pool *pool, __be16 port)
{
	if (likely(lvsx_pool_enqueue(t, pool, port)))
		return true;
	pool->untracked = true;
	return false;
}

/* Does any CPU have a flow with this port? */
static bool ports_held_anywhere(struct lvsx_table *t, const struct lvsx_pkt *syn,
				const struct lvsx_tuple *rev, u64 hash)
{
	struct lvsx_table *owner = t;
	struct lvsx_pkt reply = {
		.now = syn->now,
		.cpu = syn->cpu,
		.family = rev->family,
		.io = syn->io,
		.frame = syn->frame,
		.instance = syn->instance,
		.counters = syn->counters,
		.tcp_flags = LVSX_TCP_ACK,
		.tuple = *rev,
		.hash = hash,
	};

	return lvsx_host_find_remote(&reply, &owner);
}

/* Does another CPU have a flow with this port, made under an earlier port map? */
static LVSX_COLD bool ports_held_elsewhere(struct lvsx_table *t, const struct lvsx_portmap *map,
					   const struct lvsx_pkt *syn,
					   const struct lvsx_tuple *rev, u64 hash)
{
	bool shared = map->shared_slot;
	u32 i;

	smp_mb();	/* map read before other tables; pairs with lvsx_new_flow_undone() */
	for (i = 0; i < LVSX_MAP_SLOTS; i++) {
		const struct lvsx_portmap *old = READ_ONCE(map->draining[i]);
		const struct lvsx_table *other;
		u16 cpu;

		if (!old)
			continue;
		shared |= old->shared_slot;
		cpu = lvsx_portmap_cpu(old, rev);
		if (cpu == t->cpu || cpu == LVSX_NO_CPU)
			continue;
		other = lvsx_host_table(syn, cpu);
		if (other && lvsx_flow_find_remote(other, rev, hash))
			return true;
	}
	return shared && ports_held_anywhere(t, syn, rev, hash);
}

/* The flow of this reverse half, if its port is from the pool at @line. */
static struct lvsx_half *ports_flow_on(u32 line, struct lvsx_half *half)
{
	struct lvsx_half *fwd = lvsx_flow_other(half);

	/* Otherwise a real server is also a client, from this port to this address and port. */
	return likely(half->flags & LVSX_HALF_REV && fwd->fwd.pool == line) ? fwd : NULL;
}

/* A port that cursor or queue yielded stays with @half, of @fwd; NULL: not from this pool. */
static void ports_stay(struct lvsx_table *t, struct lvsx_pool *pool, struct lvsx_half *half,
		       const struct lvsx_half *fwd, __be16 port)
{
	if (unlikely(!fwd)) {
		ports_leave(t, pool, port);
		return;
	}
	half->rev.port_round = pool->round;
	half->rev.port_queued = lvsx_reuse_possible(fwd) && ports_leave(t, pool, port);
}

/* Cursor or queue yielded the port of @rev. True: it is free, or will be when *@holder is ended. */
static bool ports_claim(struct lvsx_table *t, const struct lvsx_portmap *map, u32 line,
			const struct lvsx_pkt *syn, const struct lvsx_tuple *rev, u64 hash,
			struct lvsx_half **holder)
{
	struct lvsx_half *half = lvsx_flow_find(t, rev, hash), *fwd;
	struct lvsx_pool *pool = lvsx_pool_at(t, line);

	*holder = NULL;
	if (likely(!half)) {
		if (likely(!READ_ONCE(map->any_draining)) ||
		    !ports_held_elsewhere(t, map, syn, rev, hash))
			return true;
		ports_leave(t, pool, rev->dport);
		return false;
	}
	fwd = ports_flow_on(line, half);
	if (fwd && lvsx_reuse_possible(fwd) && lvsx_reuse_allowed(fwd, syn)) {
		half->rev.port_round = pool->round;
		half->rev.port_queued = true;	/* it goes to the new flow, not to the queue */
		*holder = fwd;
		return true;
	}
	ports_stay(t, pool, half, fwd, rev->dport);
	return false;
}

/* A search for a port. It ends with the port that was the last in the queue when it began. */
struct ports_search {
	int effort;	/* what is left */
	u32 last;	/* the chunk that this port is in, 0: it has been taken */
	u8 last_at;
};

/* The port that comes next; 0: there is none, or the effort is spent. */
static __be16 ports_search_next(struct lvsx_table *t, const struct lvsx_portmap *map,
				struct lvsx_pool *pool, struct ports_search *s)
{
	if (unlikely(s->effort <= 0))
		return 0;
	if (unlikely(!pool->fresh && pool->untracked)) {
		lvsx_pool_begin_anew(t, pool);
		s->last = 0;
	}
	/* After many held ports in a row, those given back are worth a try. */
	if (pool->fresh && (s->effort > EFFORT / 2 || !s->last)) {
		s->effort--;
		return lvsx_pool_next_fresh(t, map, pool, pool->family);
	}
	if (!s->last)
		return 0;
	s->effort -= EFFORT_QUEUED;
	if (pool->head == s->last && pool->head_at == s->last_at)
		s->last = 0;
	return lvsx_pool_dequeue(t, pool);
}

LVSX_COLD struct lvsx_port lvsx_ports_search(struct lvsx_table *t, const struct lvsx_portmap *map,
					     const struct lvsx_pkt *syn,
					     const struct lvsx_conn *conn, u32 which)
{
	struct lvsx_tuple rev = {
		.sport = conn->rport,
		.proto = syn->tuple.proto,
		.family = conn->family,
	};
	struct lvsx_port out = { .err = -(int)LVSX_REASON_NO_MEMORY };
	struct lvsx_pool *pool;
	struct ports_search s;

	memcpy(rev.saddr, conn->real, lvsx_addr_len(rev.family));
	memcpy(rev.daddr, conn->local[which], lvsx_addr_len(rev.family));
	out.pool = lvsx_pool_find(t, map, &rev, syn->hash);
	if (unlikely(!out.pool))
		return out;
	pool = lvsx_pool_at(t, out.pool);
	s = (struct ports_search){
		.effort = EFFORT, .last = pool->tail, .last_at = pool->tail_at - 1,
	};
	do {
		rev.dport = ports_search_next(t, map, pool, &s);
		if (unlikely(!rev.dport)) {
			out.err = -(int)LVSX_REASON_NO_PORT;
			return out;
		}
		out.rev_hash = lvsx_hash_tuple(&rev, &t->seed);
	} while (!ports_claim(t, map, out.pool, syn, &rev, out.rev_hash, &out.holder));
	out.err = 0;
	out.port = rev.dport;
	out.round = pool->round;
	out.bucket = lvsx_bucket_of(t, (u32)out.rev_hash);
	WRITE_ONCE(pool->used, pool->used + 1);
	if (rev.family == LVSX_IPV4)
		lvsx_ports_ahead(t, map, pool, lvsx_join_addrs(rev.saddr[0], rev.daddr[0]),
				 rev.sport, rev.proto);
	return out;
}

void lvsx_ports_queue(struct lvsx_table *t, struct lvsx_half *fwd)
{
	struct lvsx_half *rev = lvsx_flow_rev(fwd);
	struct lvsx_pool *pool = lvsx_pool_at(t, fwd->fwd.pool);

	if (lvsx_reuse_possible(fwd) && rev->rev.port_round == pool->round &&
	    !rev->rev.port_queued)
		rev->rev.port_queued = ports_leave(t, pool, fwd->new_sport);
}

/* @queued: it is queued or ahead already. */
static void ports_give_back(struct lvsx_table *t, struct lvsx_pool *pool, __be16 port, bool queued)
{
	WRITE_ONCE(pool->used, pool->used - 1);
	if (unlikely(!pool->used)) {
		/* An idle pool keeps no memory but its line; the cursor will find all ports. */
		lvsx_pool_drop_queue(t, pool);
		pool->untracked = true;
	} else if (!queued) {
		ports_leave(t, pool, port);
	}
}

void lvsx_ports_put(struct lvsx_table *t, struct lvsx_port port)
{
	struct lvsx_pool *pool = lvsx_pool_at(t, port.pool);

	ports_give_back(t, pool, port.port, port.round != pool->round);
}

void lvsx_ports_end(struct lvsx_table *t, const struct lvsx_half *fwd, const struct lvsx_half *rev)
{
	struct lvsx_pool *pool = lvsx_pool_at(t, fwd->fwd.pool);

	ports_give_back(t, pool, fwd->new_sport,
			rev->rev.port_queued || rev->rev.port_round != pool->round);
}

void lvsx_ports_usage(const struct lvsx_table *t, const struct lvsx_portmap *map,
		      const __be32 *local, u8 family, struct lvsx_ports_usage *sum)
{
	u32 i, line, used, total, part;

	for (i = 0; i < LVSX_POOL_HEADS; i++) {
		const struct lvsx_pool *pool;

		/* Pairs with the release in pool.c, pool_make(). */
		for (line = smp_load_acquire(&t->pool[i]); line; line = pool->next) {
			pool = lvsx_pool_at(t, line);
			if (pool->family != family ||
			    memcmp(pool->addr, local, lvsx_addr_len(family)))
				continue;
			used = READ_ONCE(pool->used);
			total = READ_ONCE(pool->generation) == (u16)map->generation ?
				READ_ONCE(pool->total) : lvsx_pool_count(t, map, pool);
			sum->used += used;
			sum->total += total;
			/* After a change of port maps more may be used than there are. */
			part = !used ? 0 : used >= total ? 1000 : used * 1000 / total;
			if (part > sum->fullest)
				sum->fullest = part;
		}
	}
}
