// SPDX-License-Identifier: GPL-2.0-only
/*
 * Local ports, see ports.h.
 *
 * Every port of a pool is, at any time, exactly one of
 *	ahead	the cursor has yet to come to it
 *	queued	in the queue, once
 *	held	by a flow that gives it back (queues it) when both ends have closed, or when it ends
 *	adrift	none of these, free or closed; pool->adrift is set
 * A flow may stand on a port that is ahead or queued. Its `port_held` tells: the pool's epoch at
 * the time, so another epoch means ahead; and whether it is queued. When the cursor begins anew
 * (the NIC has changed, or ports are adrift at the end of its round), the queue is dropped and the
 * epoch goes on: every port is ahead at one stroke, and the flows need not be told.
 */
#include "ports.h"
#include "core/path/expire.h"
#include "core/table/bucket.h"
#include "pool.h"
#include "core/path/track.h"

#define HELD_QUEUED 0x10000	/* in port_held, beside the epoch */
#define EFFORT 256		/* to find a port; a look at a closed flow's memory costs more */
#define EFFORT_QUEUED 4

/* A port that was held, or that the cursor or the queue has just yielded. True: it is queued. */
static bool leave(struct lvsx_table *t, struct lvsx_pool *pool, __be16 port)
{
	if (likely(lvsx_pool_enqueue(t, pool, port)))
		return true;
	pool->adrift = true;
	return false;
}

/* Has any CPU a flow on the port? */
static bool held_by_any(struct lvsx_table *t, const struct lvsx_pkt *syn,
			const struct lvsx_tuple *rev, u64 hash)
{
	struct lvsx_table *owner = t;
	struct lvsx_pkt reply = {
		.now = syn->now,
		.cpu = syn->cpu,
		.words = syn->words,
		.world = syn->world,
		.instance = syn->instance,
		.counters = syn->counters,
		.tcp_flags = LVSX_TCP_ACK,
		.tuple = *rev,
		.hash = hash,
	};

	return lvsx_env_find_remote(&reply, &owner);
}

/* Is the port held by a flow of another CPU, made under an earlier class table? */
static LVSX_COLD bool held_elsewhere(struct lvsx_table *t, const struct lvsx_rss *rss,
				     const struct lvsx_pkt *syn, const struct lvsx_tuple *rev,
				     u64 hash)
{
	bool mixed = rss->mixed;
	u32 i;

	smp_mb();	/* between learning of this table and the look: see again() in path.c */
	for (i = 0; i < LVSX_ERAS; i++) {
		const struct lvsx_rss *b = READ_ONCE(rss->before[i]);
		const struct lvsx_table *other;
		u16 cpu;

		if (!b)
			continue;
		mixed |= b->mixed;
		cpu = lvsx_rss_cpu(b, rev);
		if (cpu == t->cpu || cpu == LVSX_RSS_NO_CPU)
			continue;
		other = lvsx_env_table(syn, cpu);
		if (other && lvsx_flow_find_remote(other, rev, hash))
			return true;
	}
	return mixed && held_by_any(t, syn, rev, hash);
}

/* The flow of this reply's half, if it has its port from the pool @line. */
static struct lvsx_half *flow_of(const struct lvsx_table *t, u32 line, struct lvsx_half *half)
{
	struct lvsx_half *fwd = lvsx_flow_other(t, half);

	/* Else: a real server that is a client, too, from just this port to just this address. */
	return likely(half->flags & LVSX_HALF_REV && fwd->pool == line) ? fwd : NULL;
}

/*
 * May another flow have the port before this one ends? Not because a client's FIN or RST went by:
 * it may be forged, and then the real server goes on with the connection.
 */
static bool may_end_early(const struct lvsx_half *fwd)
{
	return lvsx_state_closed(READ_ONCE(fwd->state)) && READ_ONCE(fwd->flags) & LVSX_HALF_MARK;
}

/* Out of cursor or queue came a port that @half stands on, of the flow @fwd or of none of ours. */
static void stays(struct lvsx_table *t, struct lvsx_pool *pool, struct lvsx_half *half,
		  const struct lvsx_half *fwd, __be16 port)
{
	if (unlikely(!fwd)) {
		leave(t, pool, port);
		return;
	}
	half->port_held = pool->epoch;
	if (may_end_early(fwd) && leave(t, pool, port))
		half->port_held |= HELD_QUEUED;
}

/* Out of cursor or queue came the port of @rev. True: it is free, or has been freed. */
static bool claim(struct lvsx_table *t, const struct lvsx_rss *rss, u32 line,
		  const struct lvsx_pkt *syn, const struct lvsx_tuple *rev, u64 hash)
{
	struct lvsx_half *half = lvsx_flow_find(t, rev, hash), *fwd;
	struct lvsx_pool *pool = lvsx_pool_at(t, line);

	if (likely(!half)) {
		if (likely(!READ_ONCE(rss->moved)) || !held_elsewhere(t, rss, syn, rev, hash))
			return true;
		leave(t, pool, rev->dport);
		return false;
	}
	fwd = flow_of(t, line, half);
	if (fwd && may_end_early(fwd) && lvsx_tcp_may_follow(fwd, syn)) {
		half->port_held = pool->epoch | HELD_QUEUED;	/* goes on, not back */
		lvsx_age_end(t, fwd);
		syn->counters[LVSX_REASON_FLOW_RECYCLED]++;
		return true;
	}
	stays(t, pool, half, fwd, rev->dport);
	return false;
}

/* A search for a port. Of the queue, only what was in it before has not been looked at. */
struct search {
	int effort;
	u32 last;	/* chunk that the last of these stands in, 0: none is left */
	u8 last_at;
};

static void begin_search(struct search *s, const struct lvsx_pool *pool)
{
	s->effort = EFFORT;
	s->last = pool->tail;
	s->last_at = pool->tail_at - 1;
}

/* The port that comes next, 0: none, or the effort is spent. */
static __be16 next_port(struct lvsx_table *t, const struct lvsx_rss *rss,
			struct lvsx_pool *pool, struct search *s)
{
	if (unlikely(s->effort <= 0))
		return 0;
	if (unlikely(!pool->fresh && pool->adrift)) {
		lvsx_pool_begin_anew(t, pool);
		s->last = 0;
	}
	/* Many held ports in a row: what was given back meanwhile serves as well. */
	if (pool->fresh && (s->effort > EFFORT / 2 || !s->last)) {
		s->effort--;
		return lvsx_pool_next_fresh(t, rss, pool, t->words);
	}
	if (!s->last)
		return 0;
	s->effort -= EFFORT_QUEUED;
	if (pool->head == s->last && pool->head_at == s->last_at)
		s->last = 0;
	return lvsx_pool_dequeue(t, pool);
}

static bool claim_drawn(struct lvsx_table *t, const struct lvsx_rss *rss,
			const struct lvsx_pkt *syn, const struct lvsx_tuple *rev,
			const struct lvsx_port *out)
{
	/* If the cursor has begun anew since it was drawn, it will come to that port again. */
	return likely(out->epoch == lvsx_pool_at(t, out->pool)->epoch) &&
	       claim(t, rss, out->pool, syn, rev, out->rev_hash);
}

/* The port that was drawn cannot be had: on to the next that can. */
static LVSX_COLD int claim_another(struct lvsx_table *t, const struct lvsx_rss *rss,
				   const struct lvsx_pkt *syn, struct lvsx_tuple *rev,
				   struct lvsx_port *out)
{
	struct lvsx_pool *pool = lvsx_pool_at(t, out->pool);
	struct search s;

	begin_search(&s, pool);
	do {
		rev->dport = next_port(t, rss, pool, &s);
		if (unlikely(!rev->dport)) {
			WRITE_ONCE(pool->used, pool->used - 1);
			return -(int)LVSX_REASON_NO_PORT;
		}
		out->epoch = pool->epoch;
		out->rev_hash = lvsx_tuple_hash(rev, &t->seed);
	} while (!claim_drawn(t, rss, syn, rev, out));
	out->port = rev->dport;
	return LVSX_NEXT;
}

int lvsx_ports_claim(struct lvsx_table *t, const struct lvsx_rss *rss, const struct lvsx_pkt *syn,
		     struct lvsx_tuple *rev, struct lvsx_port *out)
{
	return likely(claim_drawn(t, rss, syn, rev, out)) ?
		LVSX_NEXT : claim_another(t, rss, syn, rev, out);
}

int lvsx_ports_draw(struct lvsx_table *t, const struct lvsx_rss *rss, const struct lvsx_pkt *syn,
		    const __be32 *local, const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
		    struct lvsx_port *out)
{
	struct lvsx_pool *pool;

	rev->sport = rport;
	rev->proto = syn->tuple.proto;
	rev->words = t->words;
	memcpy(rev->saddr, real, t->words * sizeof(*real));
	memcpy(rev->daddr, local, t->words * sizeof(*local));
	out->pool = lvsx_pool_find(t, rss, rev, syn->hash);
	if (unlikely(!out->pool))
		return -(int)LVSX_REASON_NO_MEMORY;
	pool = lvsx_pool_at(t, out->pool);
	rev->dport = lvsx_pool_next(t, rss, pool, t->words);
	if (unlikely(!rev->dport))
		return -(int)LVSX_REASON_NO_PORT;
	WRITE_ONCE(pool->used, pool->used + 1);
	out->port = rev->dport;
	out->epoch = pool->epoch;
	return LVSX_NEXT;
}

/* The index line of the port that comes next is fetched now, and lvsx_take() has its hash. */
static void look_ahead(const struct lvsx_table *t, const struct lvsx_rss *rss,
		       struct lvsx_pool *pool, const struct lvsx_tuple *rev)
{
	struct lvsx_tuple next = *rev;
	u64 hash;

	next.dport = lvsx_pool_peek(t, rss, pool, t->words);
	if (!next.dport)
		return;
	hash = lvsx_tuple_hash(&next, &t->seed);
	prefetch(lvsx_bucket_of(t, (u32)hash));
	if (t->words == 1) {
		pool->ahead.port = next.dport;
		pool->ahead.hash = hash;
	}
}

int lvsx_ports_take(struct lvsx_table *t, const struct lvsx_rss *rss, const struct lvsx_pkt *syn,
		    const __be32 *local, const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
		    struct lvsx_port *out)
{
	int err = lvsx_ports_draw(t, rss, syn, local, real, rport, rev, out);

	if (unlikely(err))
		return err;
	out->rev_hash = lvsx_tuple_hash(rev, &t->seed);
	err = lvsx_ports_claim(t, rss, syn, rev, out);
	if (likely(!err))
		look_ahead(t, rss, lvsx_pool_at(t, out->pool), rev);
	return err;
}

void lvsx_ports_queue(struct lvsx_table *t, struct lvsx_half *fwd)
{
	struct lvsx_half *rev = lvsx_flow_rev(t, fwd);
	struct lvsx_pool *pool = lvsx_pool_at(t, fwd->pool);

	if (may_end_early(fwd) && rev->port_held == pool->epoch && leave(t, pool, fwd->new_sport))
		rev->port_held |= HELD_QUEUED;
}

void lvsx_ports_return(struct lvsx_table *t, const struct lvsx_tuple *rev,
		       const struct lvsx_port *drawn)
{
	struct lvsx_pool *pool = lvsx_pool_at(t, drawn->pool);
	struct lvsx_half *half = lvsx_flow_find(t, rev, drawn->rev_hash);

	WRITE_ONCE(pool->used, pool->used - 1);
	if (drawn->epoch != pool->epoch)
		return;		/* the cursor will come to it again */
	if (half)
		stays(t, pool, half, flow_of(t, drawn->pool, half), drawn->port);
	else
		leave(t, pool, drawn->port);
}

/* @queued: it need not be queued. */
static __always_inline void put(struct lvsx_table *t, struct lvsx_pool *pool, __be16 port,
				bool queued)
{
	WRITE_ONCE(pool->used, pool->used - 1);
	if (unlikely(!pool->used)) {
		/* An idle pool keeps no memory but its line; the cursor's round is order enough. */
		lvsx_pool_drop_queue(t, pool);
		pool->adrift = true;
	} else if (!queued) {
		leave(t, pool, port);
	}
}

void lvsx_ports_put(struct lvsx_table *t, const struct lvsx_port *port)
{
	struct lvsx_pool *pool = lvsx_pool_at(t, port->pool);

	put(t, pool, port->port, port->epoch != pool->epoch);
}

void lvsx_ports_end(struct lvsx_table *t, const struct lvsx_half *fwd, const struct lvsx_half *rev)
{
	struct lvsx_pool *pool = lvsx_pool_at(t, fwd->pool);

	put(t, pool, fwd->new_sport, rev->port_held != pool->epoch);
}

void lvsx_ports_usage(const struct lvsx_table *t, const struct lvsx_rss *rss, const __be32 *local,
		      struct lvsx_ports_usage *sum)
{
	u32 i, line, used, total, part;

	for (i = 0; i < LVSX_POOL_HEADS; i++) {
		const struct lvsx_pool *pool;

		/* Pairs with the release in pool.c, make(). */
		for (line = smp_load_acquire(&t->pool[i]); line; line = pool->next) {
			pool = lvsx_pool_at(t, line);
			if (memcmp(pool->addr, local, t->words * sizeof(*local)))
				continue;
			used = READ_ONCE(pool->used);
			total = READ_ONCE(pool->generation) == (u16)rss->generation ?
				READ_ONCE(pool->total) : lvsx_pool_count(t, rss, pool);
			sum->used += used;
			sum->total += total;
			/* More may be used than there are, where ports were dealt anew. */
			part = !used ? 0 : used >= total ? 1000 : used * 1000 / total;
			if (part > sum->fullest)
				sum->fullest = part;
		}
	}
}
