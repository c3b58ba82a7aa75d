// SPDX-License-Identifier: GPL-2.0-only
/*
 * Local ports, see ports.h.
 *
 * Every port of a pool is, at any time, exactly one of
 *	ahead	the cursor has yet to come to it
 *	queued	in the queue, once
 *	held	by a flow that gives it back (queues it) when it closes or ends
 *	adrift	none of these, free or closed; pool->adrift is set
 * A flow may stand on a port that is ahead or queued. Its `port_held` tells: the pool's epoch at
 * the time, so another epoch means ahead; and whether it is queued. When the cursor begins anew
 * (the NIC has changed, or ports are adrift at the end of its round), the queue is dropped and the
 * epoch goes on: every port is ahead at one stroke, and the flows need not be told.
 */
#include "ports.h"
#include "age.h"
#include "bucket.h"
#include "tcp.h"

#define PORT_CHUNK 30
#define HELD_QUEUED 0x10000	/* in port_held, beside the epoch */
#define LONG_CHAIN 16		/* pools of one head, from which on idle ones are taken over */
#define EFFORT 256		/* to find a port; a look at a closed flow's memory costs more */
#define EFFORT_QUEUED 4

struct port_chunk {
	u32 next;
	u16 port[PORT_CHUNK];	/* network order */
};

static_assert(sizeof(struct port_chunk) == LVSX_LINE, "a chunk is one line of the arena");
static_assert(LVSX_POOL_HEADS == 1 << (64 - 54), "head_of() takes the top bits");

static struct lvsx_pool *pool_at(const struct lvsx_table *t, u32 line)
{
	return lvsx_line(&t->arena, line);
}

static bool enqueue(struct lvsx_table *t, struct lvsx_pool *pool, __be16 port)
{
	struct port_chunk *c;

	if (!pool->tail || pool->tail_at == PORT_CHUNK) {
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

static __be16 at_head(const struct lvsx_table *t, const struct lvsx_pool *pool)
{
	const struct port_chunk *c = lvsx_line(&t->arena, pool->head);

	return (__force __be16)c->port[pool->head_at];
}

static __be16 dequeue(struct lvsx_table *t, struct lvsx_pool *pool)
{
	const struct port_chunk *c = lvsx_line(&t->arena, pool->head);
	__be16 port = at_head(t, pool);

	if (++pool->head_at == (pool->head == pool->tail ? pool->tail_at : PORT_CHUNK)) {
		u32 next = c->next;

		lvsx_arena_put(&t->arena, pool->head);
		pool->head = next;
		pool->head_at = 0;
		if (!next)
			pool->tail = 0;
	}
	return port;
}

static void drop_queue(struct lvsx_table *t, struct lvsx_pool *pool)
{
	while (pool->head) {
		struct port_chunk *c = lvsx_line(&t->arena, pool->head);
		u32 next = c->next;

		lvsx_arena_put(&t->arena, pool->head);
		pool->head = next;
	}
	pool->tail = 0;
}

/* A port that was held, or that the cursor or the queue has just yielded. True: it is queued. */
static bool leave(struct lvsx_table *t, struct lvsx_pool *pool, __be16 port)
{
	if (likely(enqueue(t, pool, port)))
		return true;
	pool->adrift = true;
	return false;
}

static u32 base_of(const struct lvsx_table *t, const struct lvsx_rss *rss,
		   const struct lvsx_pool *pool)
{
	return lvsx_rss_base(rss, pool->addr + t->words, pool->addr, pool->rport, t->words);
}

static u32 class_size(const struct lvsx_rss_ports *p, u32 class)
{
	return p->start[class + 1] - p->start[class];
}

static u32 count_ports(const struct lvsx_table *t, const struct lvsx_rss *rss,
		       const struct lvsx_pool *pool)
{
	const struct lvsx_rss_ports *p = &rss->ports[t->words == 4];
	u32 base = base_of(t, rss, pool), n = 0, i;

	for (i = 0; i < LVSX_RSS_CLASSES; i++)
		if (rss->cpu_of[i ^ base] == t->cpu)
			n += class_size(p, i);
	return n;
}

/* Set the cursor to the first place of the next class that is ours. There is one. */
static void next_class(const struct lvsx_table *t, const struct lvsx_rss *rss,
		       struct lvsx_pool *pool)
{
	const struct lvsx_rss_ports *p = &rss->ports[t->words == 4];
	u32 base = base_of(t, rss, pool), class = pool->cursor_class;

	do {
		class = (class + 1) & (LVSX_RSS_CLASSES - 1);
	} while (rss->cpu_of[class ^ base] != t->cpu || !class_size(p, class));
	pool->cursor_class = (u16)class;
	pool->cursor_index = 0;
}

/* All ports are ahead of the cursor, which stays where it is. */
static void begin_anew(struct lvsx_table *t, struct lvsx_pool *pool)
{
	drop_queue(t, pool);
	pool->epoch++;
	pool->fresh = pool->total;
	pool->adrift = false;
}

/* The class table is new to the pool: begin anew at a random place. */
static LVSX_COLD void remap(struct lvsx_table *t, const struct lvsx_rss *rss,
			    struct lvsx_pool *pool, u64 seed)
{
	const struct lvsx_rss_ports *p = &rss->ports[t->words == 4];
	u32 size;

	WRITE_ONCE(pool->total, count_ports(t, rss, pool));
	WRITE_ONCE(pool->generation, (u16)rss->generation);
	begin_anew(t, pool);
	if (!pool->total)
		return;
	pool->cursor_class = seed & (LVSX_RSS_CLASSES - 1);
	next_class(t, rss, pool);
	size = class_size(p, pool->cursor_class);
	pool->cursor_index = (u16)((u32)(seed >> 32) % size);
}

static __be16 at_cursor(const struct lvsx_table *t, const struct lvsx_rss *rss,
			const struct lvsx_pool *pool)
{
	const struct lvsx_rss_ports *p = &rss->ports[t->words == 4];

	return htons(p->port[p->start[pool->cursor_class] + pool->cursor_index]);
}

static __be16 next_fresh(const struct lvsx_table *t, const struct lvsx_rss *rss,
			 struct lvsx_pool *pool)
{
	const struct lvsx_rss_ports *p = &rss->ports[t->words == 4];
	__be16 port = at_cursor(t, rss, pool);

	pool->fresh--;
	if (++pool->cursor_index == class_size(p, pool->cursor_class))
		next_class(t, rss, pool);
	return port;
}

static __always_inline bool is_pool_of(const struct lvsx_pool *pool, const struct lvsx_tuple *rev,
				       u8 words)
{
	u32 differ = (u32)((__force u16)pool->rport ^ (__force u16)rev->sport) |
		     (u32)(pool->proto ^ rev->proto), i;

	for (i = 0; i < words; i++)
		differ |= ((__force u32)pool->addr[i] ^ (__force u32)rev->daddr[i]) |
			  ((__force u32)pool->addr[words + i] ^ (__force u32)rev->saddr[i]);
	return !differ;
}

/* Make a pool, or take over the idle one @line; readers of usage may see it half made. */
static LVSX_COLD u32 make_pool(struct lvsx_table *t, const struct lvsx_rss *rss, u32 *head,
			       u32 line, const struct lvsx_tuple *rev, u64 seed)
{
	bool known = line;
	struct lvsx_pool *pool;

	if (!known) {
		line = lvsx_arena_take(&t->arena);
		if (!line)
			return 0;
	}
	pool = pool_at(t, line);
	pool->rport = rev->sport;
	pool->proto = rev->proto;
	pool->ahead.port = 0;
	memcpy(pool->addr, rev->daddr, rev->words * sizeof(__be32));
	memcpy(pool->addr + rev->words, rev->saddr, rev->words * sizeof(__be32));
	remap(t, rss, pool, seed);
	if (!known) {
		pool->next = *head;
		/* Pairs with the acquire in lvsx_ports_usage(). */
		smp_store_release(head, line);
	}
	return line;
}

/* Addresses and ports that the operator chose: no need of a keyed hash. */
static __always_inline u32 *head_of(struct lvsx_table *t, const struct lvsx_tuple *rev, u8 words)
{
	u64 x = (u64)(__force u16)rev->sport << 8 | rev->proto;
	u32 i;

	for (i = 0; i < words; i++)
		x = (x ^ (__force u32)rev->saddr[i] ^ (u64)(__force u32)rev->daddr[i] << 32) *
		    0x9e3779b97f4a7c15ull;
	x ^= x >> 32;
	return &t->pool[x * 0x9e3779b97f4a7c15ull >> 54];
}

/* The pool for @rev, which has no local port yet. 0: no memory. */
static __always_inline u32 find_pool(struct lvsx_table *t, const struct lvsx_rss *rss,
				     const struct lvsx_tuple *rev, u8 words, u64 seed)
{
	u32 *head = head_of(t, rev, words), line, idle = 0, n = 0;

	for (line = *head; line; line = pool_at(t, line)->next) {
		struct lvsx_pool *pool = pool_at(t, line);

		if (likely(is_pool_of(pool, rev, words))) {
			if (unlikely(pool->generation != (u16)rss->generation))
				remap(t, rss, pool, seed);
			return line;
		}
		if (!pool->used)
			idle = line;
		n++;
	}
	return make_pool(t, rss, head, n < LONG_CHAIN ? 0 : idle, rev, seed);
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

/* Out of cursor or queue came a port that @half stands on, of the flow @fwd or of none of ours. */
static void stays(struct lvsx_table *t, struct lvsx_pool *pool, struct lvsx_half *half,
		  const struct lvsx_half *fwd, __be16 port)
{
	if (unlikely(!fwd)) {
		leave(t, pool, port);
		return;
	}
	half->port_held = pool->epoch;
	if (lvsx_state_closed(READ_ONCE(fwd->state)) && leave(t, pool, port))
		half->port_held |= HELD_QUEUED;
}

/* Out of cursor or queue came the port of @rev. True: it is free, or has been freed. */
static bool claim(struct lvsx_table *t, const struct lvsx_rss *rss, u32 line,
		  const struct lvsx_pkt *syn, const struct lvsx_tuple *rev, u64 hash)
{
	struct lvsx_half *half = lvsx_bucket_find(t, rev, t->words, hash), *fwd;
	struct lvsx_pool *pool = pool_at(t, line);

	if (likely(!half)) {
		if (likely(!READ_ONCE(rss->moved)) || !held_elsewhere(t, rss, syn, rev, hash))
			return true;
		leave(t, pool, rev->dport);
		return false;
	}
	fwd = flow_of(t, line, half);
	if (fwd && lvsx_state_closed(READ_ONCE(fwd->state)) && lvsx_tcp_may_follow(fwd, syn)) {
		half->port_held = pool->epoch | HELD_QUEUED;	/* goes on, not back */
		lvsx_age_end(t, fwd);
		syn->counters[LVSX_REASON_FLOW_RECYCLED]++;
		return true;
	}
	stays(t, pool, half, fwd, rev->dport);
	return false;
}

static u64 hash_of(const struct lvsx_table *t, const struct lvsx_pool *pool,
		   const struct lvsx_tuple *rev)
{
	if (t->words == 1 && likely(pool->ahead.port == rev->dport))
		return pool->ahead.hash;
	return lvsx_tuple_hash(rev, &t->seed);
}

/*
 * The index line of the port that comes next is fetched now: found cold, it would cost the next
 * flow more than all else. @rev is as it was.
 */
static void look_ahead(const struct lvsx_table *t, const struct lvsx_rss *rss,
		       struct lvsx_pool *pool, struct lvsx_tuple *rev)
{
	__be16 port = rev->dport;
	u64 hash;

	if (pool->fresh)
		rev->dport = at_cursor(t, rss, pool);
	else if (pool->head)
		rev->dport = at_head(t, pool);
	else
		return;
	hash = lvsx_tuple_hash(rev, &t->seed);
	lvsx_flow_fetch(t, hash);
	if (t->words == 1) {
		pool->ahead.port = rev->dport;
		pool->ahead.hash = hash;
	}
	rev->dport = port;
}

/* A search for a port. Of the queue, only what was in it before has not been looked at. */
struct search {
	int effort;
	u32 last;	/* chunk that the last of these stands in, 0: none is left */
	u8 last_at;
};

static __always_inline void begin_search(struct search *s, const struct lvsx_pool *pool)
{
	s->effort = EFFORT;
	s->last = pool->tail;
	s->last_at = pool->tail_at - 1;
}

/* The port that comes next, 0: none, or the effort is spent. */
static __always_inline __be16 next_port(struct lvsx_table *t, const struct lvsx_rss *rss,
					struct lvsx_pool *pool, struct search *s)
{
	if (unlikely(s->effort <= 0))
		return 0;
	if (unlikely(!pool->fresh && pool->adrift)) {
		begin_anew(t, pool);
		s->last = 0;
	}
	/* Many held ports in a row: what was given back meanwhile serves as well. */
	if (pool->fresh && (s->effort > EFFORT / 2 || !s->last)) {
		s->effort--;
		return next_fresh(t, rss, pool);
	}
	if (!s->last)
		return 0;
	s->effort -= EFFORT_QUEUED;
	if (pool->head == s->last && pool->head_at == s->last_at)
		s->last = 0;
	return dequeue(t, pool);
}

static bool claim_drawn(struct lvsx_table *t, const struct lvsx_rss *rss,
			const struct lvsx_pkt *syn, const struct lvsx_tuple *rev,
			const struct lvsx_port *out)
{
	/* If the cursor has begun anew since it was drawn, it will come to that port again. */
	return likely(out->epoch == pool_at(t, out->pool)->epoch) &&
	       claim(t, rss, out->pool, syn, rev, out->rev_hash);
}

/* The port that was drawn cannot be had: on to the next that can. */
static LVSX_COLD int claim_another(struct lvsx_table *t, const struct lvsx_rss *rss,
				   const struct lvsx_pkt *syn, struct lvsx_tuple *rev,
				   struct lvsx_port *out)
{
	struct lvsx_pool *pool = pool_at(t, out->pool);
	struct search s;

	begin_search(&s, pool);
	do {
		rev->dport = next_port(t, rss, pool, &s);
		if (unlikely(!rev->dport)) {
			WRITE_ONCE(pool->used, pool->used - 1);
			return -(int)LVSX_REASON_NO_PORT;
		}
		out->epoch = pool->epoch;
		out->rev_hash = hash_of(t, pool, rev);
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

static __always_inline int draw(struct lvsx_table *t, const struct lvsx_rss *rss,
				const struct lvsx_pkt *syn, const __be32 *local,
				const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
				struct lvsx_port *out, u8 words)
{
	struct lvsx_pool *pool;
	struct search s;
	u32 i;

	rev->sport = rport;
	rev->proto = syn->tuple.proto;
	rev->words = words;
	for (i = 0; i < words; i++) {
		rev->saddr[i] = real[i];
		rev->daddr[i] = local[i];
	}
	out->pool = find_pool(t, rss, rev, words, syn->hash);
	if (unlikely(!out->pool))
		return -(int)LVSX_REASON_NO_MEMORY;
	pool = pool_at(t, out->pool);
	begin_search(&s, pool);
	rev->dport = next_port(t, rss, pool, &s);
	if (unlikely(!rev->dport))
		return -(int)LVSX_REASON_NO_PORT;
	WRITE_ONCE(pool->used, pool->used + 1);
	out->port = rev->dport;
	out->epoch = pool->epoch;
	return LVSX_NEXT;
}

int lvsx_ports_draw(struct lvsx_table *t, const struct lvsx_rss *rss, const struct lvsx_pkt *syn,
		    const __be32 *local, const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
		    struct lvsx_port *out)
{
	if (likely(t->words == 1))
		return draw(t, rss, syn, local, real, rport, rev, out, 1);
	return draw(t, rss, syn, local, real, rport, rev, out, 4);
}

int lvsx_ports_take(struct lvsx_table *t, const struct lvsx_rss *rss, const struct lvsx_pkt *syn,
		    const __be32 *local, const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
		    struct lvsx_port *out)
{
	int err = lvsx_ports_draw(t, rss, syn, local, real, rport, rev, out);
	struct lvsx_pool *pool;

	if (unlikely(err))
		return err;
	pool = pool_at(t, out->pool);
	out->rev_hash = hash_of(t, pool, rev);
	err = lvsx_ports_claim(t, rss, syn, rev, out);
	if (likely(!err))
		look_ahead(t, rss, pool, rev);
	return err;
}

void lvsx_ports_queue(struct lvsx_table *t, struct lvsx_half *fwd)
{
	struct lvsx_half *rev = lvsx_flow_other(t, fwd);
	struct lvsx_pool *pool = pool_at(t, fwd->pool);

	if (rev->port_held == pool->epoch && leave(t, pool, fwd->new_sport))
		rev->port_held |= HELD_QUEUED;
}

void lvsx_ports_return(struct lvsx_table *t, const struct lvsx_tuple *rev,
		       const struct lvsx_port *drawn)
{
	struct lvsx_pool *pool = pool_at(t, drawn->pool);
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
		drop_queue(t, pool);
		pool->adrift = true;
	} else if (!queued) {
		leave(t, pool, port);
	}
}

void lvsx_ports_put(struct lvsx_table *t, const struct lvsx_port *port)
{
	struct lvsx_pool *pool = pool_at(t, port->pool);

	put(t, pool, port->port, port->epoch != pool->epoch);
}

void lvsx_ports_end(struct lvsx_table *t, const struct lvsx_half *fwd, const struct lvsx_half *rev)
{
	struct lvsx_pool *pool = pool_at(t, fwd->pool);

	put(t, pool, fwd->new_sport, rev->port_held != pool->epoch);
}

void lvsx_ports_usage(const struct lvsx_table *t, const struct lvsx_rss *rss, const __be32 *local,
		      struct lvsx_ports_usage *sum)
{
	u32 i, line;

	for (i = 0; i < LVSX_POOL_HEADS; i++) {
		/* Pairs with the release in make_pool(). */
		for (line = smp_load_acquire(&t->pool[i]); line; line = pool_at(t, line)->next) {
			const struct lvsx_pool *pool = pool_at(t, line);

			if (memcmp(pool->addr, local, t->words * sizeof(*local)))
				continue;
			sum->used += READ_ONCE(pool->used);
			sum->total += READ_ONCE(pool->generation) == (u16)rss->generation ?
				READ_ONCE(pool->total) : count_ports(t, rss, pool);
		}
	}
}
