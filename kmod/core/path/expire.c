// SPDX-License-Identifier: GPL-2.0-only
/*
 * Turning the wheel, see expire.h and table/wheel.h. Chunks are looked at one after another. With
 * each look, the buckets of one flow of the next chunk are prefetched, if that flow will expire,
 * and the halves of one flow of the chunk after it, so that memory latency is hidden.
 */
#include "expire.h"
#include "end.h"
#include "core/host.h"
#include "core/port/ports.h"
#include "core/table/bucket.h"

#define REQUEST_TRIES 8
#define LATE_CLOCK_MS 65536	/* another CPU's clock may be this far ahead of ours */

struct expire_turn {
	struct lvsx_table *t;
	const struct lvsx_timeouts *to;
	u64 *counters;
	u32 now;
	/* buckets prefetched, for the current chunk and for the next */
	struct expire_fetched {
		u32 n;
		const struct lvsx_bucket *bucket[2 * LVSX_CHUNK_REFS];
	} fetched[2];
	u32 side;	/* which of the two is for the next */
	u32 idled;	/* calls of lvsx_host_flow_idled() for the current chunk */
};

/* How long a flow may idle, in milliseconds. */
static u32 expire_limit(const struct lvsx_half *fwd, const struct lvsx_half *rev,
			const struct lvsx_timeouts *to)
{
	u8 state = READ_ONCE(fwd->state);

	if (unlikely(rev->rev.idle_ms) && lvsx_state_lasting(state))
		return rev->rev.idle_ms;
	return READ_ONCE(to->ms[state]);
}

u32 lvsx_expire_left(const struct lvsx_half *fwd, const struct lvsx_half *rev, u32 now,
		     const struct lvsx_timeouts *to)
{
	u32 idle = now - READ_ONCE(fwd->last_seen), idle_rev = now - READ_ONCE(rev->last_seen);
	u32 limit = expire_limit(fwd, rev, to);

	if (READ_ONCE(fwd->flags) & LVSX_HALF_END)
		return 0;
	if (idle > (u32)-LATE_CLOCK_MS || idle_rev > (u32)-LATE_CLOCK_MS)
		return limit;
	if (idle > idle_rev)
		idle = idle_rev;
	return idle < limit ? limit - idle : 0;
}

/* The flow of entry @ref of @slot; NULL: it is gone, or in another slot by now. */
static struct lvsx_half *expire_flow(const struct lvsx_table *t, u32 ref, u8 slot)
{
	struct lvsx_half *fwd;

	if (!ref)
		return NULL;
	fwd = lvsx_line(&t->arena, ref);
	return fwd->line == ref && lvsx_flow_rev(fwd)->rev.wheel_slot == slot ? fwd : NULL;
}

static struct lvsx_chunk *expire_chunk(const struct lvsx_table *t, u32 line)
{
	return line ? lvsx_line(&t->arena, line) : NULL;
}

static struct lvsx_chunk *expire_chunk_after(const struct lvsx_table *t, const struct lvsx_chunk *c)
{
	return c ? expire_chunk(t, c->next) : NULL;
}

static void expire_fetch_flow(const struct lvsx_table *t, const struct lvsx_chunk *c, u32 i)
{
	struct lvsx_half *fwd;

	if (!c->ref[i])
		return;
	fwd = lvsx_line(&t->arena, c->ref[i]);
	prefetch(fwd);
	prefetch(fwd + 1);	/* IPv4's other half; its kind is not known before @fwd is read */
}

/* Prefetch the buckets of flow @i of this chunk, in @slot, if it will expire. */
static void expire_fetch_buckets(struct expire_turn *turn, const struct lvsx_chunk *c, u32 i,
				 u8 slot)
{
	const struct lvsx_table *t = turn->t;
	struct lvsx_half *fwd = expire_flow(t, c->ref[i], slot), *rev;
	struct expire_fetched *f = &turn->fetched[turn->side];

	if (!fwd)
		return;
	rev = lvsx_flow_rev(fwd);
	if (lvsx_expire_left(fwd, rev, turn->now, turn->to))
		return;
	f->bucket[f->n] = lvsx_bucket_of(t, fwd->hash);
	f->bucket[f->n + 1] = lvsx_bucket_of(t, rev->hash);
	prefetch(f->bucket[f->n]);
	prefetch(f->bucket[f->n + 1]);
	f->n += 2;
}

/* Prefetch for the newest chunk of @slot, which is next, and for the one behind it. */
static void expire_fetch_first(struct expire_turn *turn, u8 slot)
{
	const struct lvsx_table *t = turn->t;
	const struct lvsx_chunk *c = expire_chunk(t, t->wheel[slot]),
				*next = expire_chunk_after(t, c);
	u32 fill = t->wheel_fill[slot], i;

	for (i = 0; i < fill; i++)
		expire_fetch_flow(t, c, i);
	for (i = 0; next && i < LVSX_CHUNK_REFS; i++)
		expire_fetch_flow(t, next, i);
	turn->fetched[turn->side].n = 0;
	for (i = fill; i--;)
		expire_fetch_buckets(turn, c, i, slot);
}

/*
 * The overflow buckets behind the @n-th pair of buckets, which have arrived by now. Without this,
 * short-lived flows would cost 5 % more.
 */
static void expire_fetch_chains(const struct expire_turn *turn, const struct expire_fetched *f,
				u32 n)
{
	u32 i;

	for (i = 2 * n; i < f->n && i < 2 * n + 2; i++)
		if (unlikely(f->bucket[i]->next))
			prefetchw(lvsx_line(&turn->t->arena, f->bucket[i]->next));
}

static void expire_flow_now(struct expire_turn *turn, struct lvsx_half *fwd)
{
	u8 state = READ_ONCE(fwd->state);
	bool ended = READ_ONCE(fwd->flags) & LVSX_HALF_END;

	lvsx_flow_end(turn->t, fwd);
	turn->counters[LVSX_REASON_FLOW_EXPIRED]++;
	if (unlikely(lvsx_state_open(state) && !ended)) {
		lvsx_host_flow_idled(turn->t, fwd, lvsx_flow_rev(fwd));
		turn->idled++;
	}
}

/* Look at a flow. False: it lives on, and there is no memory to arm it again. */
static bool expire_look(struct expire_turn *turn, struct lvsx_half *fwd)
{
	u32 left = lvsx_expire_left(fwd, lvsx_flow_rev(fwd), turn->now, turn->to);

	if (!left) {
		expire_flow_now(turn, fwd);
		return true;
	}
	/* A packet on another CPU may have closed it, which must not touch the port queue. */
	if (lvsx_state_closed(READ_ONCE(fwd->state)))
		lvsx_ports_queue(turn->t, fwd);
	return lvsx_wheel_arm(turn->t, fwd, turn->now, left);
}

void lvsx_expire_request(struct lvsx_table *t, const struct lvsx_half *fwd)
{
	u32 line = READ_ONCE(fwd->line), i;

	for (i = 0; line && i < REQUEST_TRIES; i++) {
		u32 empty = 0;

		if (!try_cmpxchg(&t->request[(line / 2 + i) % LVSX_REQUESTS], &empty, line))
			continue;
		/* Pairs with the acquire in expire_serve(). */
		smp_store_release(&t->requests, 1);
		return;
	}
}

static bool expire_serve(struct expire_turn *turn)
{
	struct lvsx_table *t = turn->t;
	u32 i;

	/* Pairs with the release in lvsx_expire_request(): one missed below sets it again. */
	if (likely(!smp_load_acquire(&t->requests)))
		return false;
	WRITE_ONCE(t->requests, 0);
	smp_mb();	/* requests are read after; pairs with lvsx_expire_request()'s cmpxchg */
	for (i = 0; i < LVSX_REQUESTS; i++) {
		u32 line = READ_ONCE(t->request[i]);
		struct lvsx_half *fwd;

		if (!line)
			continue;
		WRITE_ONCE(t->request[i], 0);	/* others write to empty places only */
		fwd = lvsx_line(&t->arena, line);
		/* If there is no memory to arm it, the slot that it is in will do. */
		if (fwd->line == line)
			expire_look(turn, fwd);
	}
	return true;
}

bool lvsx_expire_requested(struct lvsx_table *t, u32 now, const struct lvsx_timeouts *to,
			   u64 *counters)
{
	struct expire_turn turn = { .t = t, .to = to, .counters = counters, .now = now };

	return expire_serve(&turn);
}

/*
 * Move a chunk, which is out of the wheel already, to the next slot as a whole, behind the one that
 * is being filled there. Its @kept flows could not be armed again for lack of memory.
 */
static void expire_postpone(struct lvsx_table *t, u32 line, u32 kept)
{
	struct lvsx_chunk *c = lvsx_line(&t->arena, line), *newest;
	u8 slot = (u8)(t->wheel_at + 1);
	u32 i;

	for (i = 0; i < kept; i++) {
		struct lvsx_half *fwd = lvsx_line(&t->arena, c->ref[i]);

		lvsx_flow_rev(fwd)->rev.wheel_slot = slot;
	}
	for (; i < LVSX_CHUNK_REFS; i++)
		c->ref[i] = 0;
	if (t->wheel[slot]) {
		newest = lvsx_line(&t->arena, t->wheel[slot]);
		c->next = newest->next;
		newest->next = line;
	} else {
		c->next = 0;
		t->wheel[slot] = line;
		t->wheel_fill[slot] = (u8)kept;
	}
}

/*
 * Prefetch for the @n-th look at the next chunk, and at the one after that, if there are any. They
 * are emptied from the back.
 */
static void expire_fetch_behind(struct expire_turn *turn, const struct lvsx_chunk *next,
				const struct lvsx_chunk *after, u32 n, u8 slot)
{
	u32 i = LVSX_CHUNK_REFS - 1 - n;

	if (likely(after))
		expire_fetch_flow(turn->t, after, i);
	if (likely(next))
		expire_fetch_buckets(turn, next, i, slot);
}

/* Look at up to @budget flows of the newest chunk of @slot; returns the number of looks. */
static u32 expire_slot_some(struct expire_turn *turn, u8 slot, u32 budget)
{
	struct lvsx_table *t = turn->t;
	u32 line = t->wheel[slot], fill = t->wheel_fill[slot];
	u32 todo = fill < budget ? fill : budget, top = fill, i;
	struct lvsx_chunk *c = lvsx_line(&t->arena, line);
	const struct lvsx_chunk *next = expire_chunk_after(t, c),
				*after = expire_chunk_after(t, next);
	const struct expire_fetched *here = &turn->fetched[turn->side];

	turn->side ^= 1;
	turn->fetched[turn->side].n = 0;
	expire_fetch_chains(turn, here, 0);
	expire_fetch_chains(turn, here, 1);
	prefetch(expire_chunk_after(t, after));
	/* This empties the places from @fill up. Flows that cannot be armed are kept at the top. */
	for (i = 0; i < todo; i++) {
		u32 ref = c->ref[--fill];
		struct lvsx_half *fwd = expire_flow(t, ref, slot);

		expire_fetch_behind(turn, next, after, i, slot);
		expire_fetch_chains(turn, here, i + 2);
		if (fwd && unlikely(!expire_look(turn, fwd)))
			c->ref[--top] = ref;
	}
	/* For the rest of the next chunks, which are full. */
	for (i = todo; i < LVSX_CHUNK_REFS; i++)
		expire_fetch_behind(turn, next, after, i, slot);
	for (i = fill; unlikely(top < t->wheel_fill[slot]); top++)
		c->ref[i++] = c->ref[top];
	if (fill) {
		t->wheel_fill[slot] = (u8)i;
		return todo;
	}
	t->wheel[slot] = c->next;
	t->wheel_fill[slot] = LVSX_CHUNK_REFS;
	if (unlikely(i))
		expire_postpone(t, line, i);
	else
		lvsx_arena_put(&t->arena, line);
	return todo;
}

/* What is left of @budget after @looks and the notices that came of them. */
static u32 expire_spend(struct expire_turn *turn, u32 budget, u32 looks)
{
	looks += turn->idled * (LVSX_IDLED_COST - 1);
	turn->idled = 0;
	return looks < budget ? budget - looks : 0;
}

u32 lvsx_expire_run(struct lvsx_table *t, u32 now, const struct lvsx_timeouts *to, u32 budget,
		    u64 *counters)
{
	struct expire_turn turn = { .t = t, .to = to, .counters = counters, .now = now };
	u32 at = lvsx_wheel_tick(now), lag = (at - t->wheel_at) & (LVSX_TICKS - 1);

	expire_serve(&turn);
	/* @now was read a little earlier, on another CPU. */
	if (lag > LVSX_TICKS - LVSX_WHEEL_SLOTS)
		return budget;
	/* After a pause every slot is worked on once, not once for each turn that was missed. */
	if (lag > LVSX_WHEEL_SLOTS)
		t->wheel_at = (at - LVSX_WHEEL_SLOTS) & (LVSX_TICKS - 1);
	for (;;) {
		u8 slot = (u8)t->wheel_at;

		if (t->wheel[slot] && budget)
			expire_fetch_first(&turn, slot);
		while (t->wheel[slot] && budget)
			budget = expire_spend(&turn, budget, expire_slot_some(&turn, slot, budget));
		if (t->wheel[slot])
			return 0;
		if (t->wheel_at == at)
			return budget;
		t->wheel_at = (t->wheel_at + 1) & (LVSX_TICKS - 1);
	}
}
