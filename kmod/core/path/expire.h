/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ageing. Packets only write last_seen; a wheel of LVSX_WHEEL_SLOTS slots, each a chain of 64-byte
 * chunks of flow numbers, says when to look at a flow next. A look expires the flow or arms it
 * again. A flow may stand in several slots; only the one named by its `slot` field counts.
 * Owner's CPU, softirqs off.
 */
#ifndef LVSX_EXPIRE_H
#define LVSX_EXPIRE_H

#include "core/table/flow.h"

#define LVSX_TICK_MS 256	/* one slot; the wheel turns once in 65.5 s */
#define LVSX_CHUNK_REFS 15

struct lvsx_chunk {
	u32 next;
	u32 ref[LVSX_CHUNK_REFS];	/* lines of forward halves; 0: empty */
};

/*
 * Timeouts in milliseconds by enum lvsx_state (track.h), the world's, refreshed from IPVS.
 */
struct lvsx_timeouts;

#define LVSX_TICKS (1u << 24)

/* Milliseconds wrap at 2^32, so ticks do at 2^24; a whole number of turns either way. */
static inline u32 lvsx_age_tick(u32 now)
{
	return now / LVSX_TICK_MS;
}

/* Look again in @ms (bounded to one turn of the wheel). False: no memory, still armed as before. */
bool lvsx_age_arm(struct lvsx_table *t, struct lvsx_half *fwd, u32 now, u32 ms);

/* The slot for a look in @ms: never the one that is being worked on. */
static __always_inline u8 lvsx_age_slot(const struct lvsx_table *t, u32 now, u32 ms)
{
	const u32 turn = (LVSX_WHEEL_SLOTS - 1) * LVSX_TICK_MS;
	u32 ahead;

	now += ms < turn ? ms : turn;
	ahead = (lvsx_age_tick(now + LVSX_TICK_MS - 1) - t->wheel_at) & (LVSX_TICKS - 1);
	if (unlikely(ahead == 0 || ahead > LVSX_TICKS / 2))
		ahead = 1;
	if (ahead > LVSX_WHEEL_SLOTS - 1)
		ahead = LVSX_WHEEL_SLOTS - 1;
	return (u8)(t->wheel_at + ahead);
}

/* A new chunk, the newest of @slot. 0: no memory. */
u32 lvsx_age_chunk(struct lvsx_table *t, u8 slot);

/* Have the flow of forward half @ref, whose `slot` is this, looked at. False: no memory. */
static __always_inline bool lvsx_age_push(struct lvsx_table *t, u8 slot, u32 ref)
{
	u32 line = t->wheel[slot];
	struct lvsx_chunk *c;

	if (unlikely(!line || t->wheel_fill[slot] == LVSX_CHUNK_REFS)) {
		line = lvsx_age_chunk(t, slot);
		if (unlikely(!line))
			return false;
	}
	c = (struct lvsx_chunk *)lvsx_line(&t->arena, line);
	c->ref[t->wheel_fill[slot]++] = ref;
	return true;
}

#define LVSX_IDLED_LOOKS 4

/*
 * Turn the wheel up to @now, with no more than @budget looks at flows. Expired ones are removed,
 * their ports given back and lvsx_env_flow_gone() called. One for which lvsx_env_idled() is called,
 * which may send packets, costs LVSX_IDLED_LOOKS; the last chunk may cost more than was left.
 * Returns how many looks of the budget are left; 0 means there is more to do.
 */
u32 lvsx_age_run(struct lvsx_table *t, u32 now, const struct lvsx_timeouts *to, u32 budget,
		 u64 *counters);

/*
 * From a CPU that does not own the flow, inside an RCU read section: the owner shall look at it
 * with its next lvsx_age_run() or lvsx_age_hear(), as it has closed or is to end. When too many ask
 * at a time some are not heard; then the wheel comes round.
 */
void lvsx_age_ask(struct lvsx_table *t, const struct lvsx_half *fwd);

/* Look now at the flows that other CPUs have asked for. False: there were none. */
bool lvsx_age_hear(struct lvsx_table *t, u32 now, const struct lvsx_timeouts *to, u64 *counters);

/* Milliseconds until this flow expires if it stays idle; 0: overdue. Any CPU. */
u32 lvsx_age_left(const struct lvsx_half *fwd, const struct lvsx_half *rev, u32 now,
		  const struct lvsx_timeouts *to);

/* End one flow now: unlink, give the port back, lvsx_env_flow_gone(). */
void lvsx_age_end(struct lvsx_table *t, struct lvsx_half *fwd);

/*
 * End the flows of up to @budget places, from *@cursor (0 at first) on, at unload. Same context.
 * False: that was all.
 */
bool lvsx_age_flush(struct lvsx_table *t, u32 *cursor, u32 budget);

#endif
