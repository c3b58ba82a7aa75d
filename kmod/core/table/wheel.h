/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timer wheel of a table: LVSX_WHEEL_SLOTS slots, each a chain of 64-byte chunks of flow
 * numbers, say when to look at a flow next. A flow may stand in several slots; only the one named
 * by its `wheel_slot` counts. expire.c turns it. Owner's CPU, softirqs off.
 *
 * A slot's newest chunk is filled from the front and emptied from the back; those behind it count
 * as full, an empty place in one is 0.
 */
#ifndef LVSX_WHEEL_H
#define LVSX_WHEEL_H

#include "flow.h"

#define LVSX_TICK_MS 256	/* one slot; the wheel turns once in 65.5 s */
#define LVSX_CHUNK_REFS 15

struct lvsx_chunk {
	u32 next;
	u32 ref[LVSX_CHUNK_REFS];	/* lines of forward halves; 0: empty */
};

static_assert(sizeof(struct lvsx_chunk) == LVSX_LINE, "a chunk is one line of the arena");

#define LVSX_TICKS (1u << 24)

/* Milliseconds wrap at 2^32, so ticks do at 2^24; a whole number of turns either way. */
static inline u32 lvsx_wheel_tick(u32 now)
{
	return now / LVSX_TICK_MS;
}

/* Look again in @ms (bounded to one turn of the wheel). False: no memory, still armed as before. */
bool lvsx_wheel_arm(struct lvsx_table *t, struct lvsx_half *fwd, u32 now, u32 ms);

/* The slot for a look in @ms: never the one that is being worked on. */
static __always_inline u8 lvsx_wheel_slot(const struct lvsx_table *t, u32 now, u32 ms)
{
	const u32 turn = (LVSX_WHEEL_SLOTS - 1) * LVSX_TICK_MS;
	u32 ahead;

	now += ms < turn ? ms : turn;
	ahead = (lvsx_wheel_tick(now + LVSX_TICK_MS - 1) - t->wheel_at) & (LVSX_TICKS - 1);
	if (unlikely(ahead == 0 || ahead > LVSX_TICKS / 2))
		ahead = 1;
	if (ahead > LVSX_WHEEL_SLOTS - 1)
		ahead = LVSX_WHEEL_SLOTS - 1;
	return (u8)(t->wheel_at + ahead);
}

/* A new chunk, the newest of @slot. 0: no memory. */
u32 lvsx_wheel_chunk(struct lvsx_table *t, u8 slot);

/* Have the flow of forward half @ref, whose `wheel_slot` is this, looked at. False: no memory. */
static __always_inline bool lvsx_wheel_push(struct lvsx_table *t, u8 slot, u32 ref)
{
	u32 line = t->wheel[slot];
	struct lvsx_chunk *c;

	if (unlikely(!line || t->wheel_fill[slot] == LVSX_CHUNK_REFS)) {
		line = lvsx_wheel_chunk(t, slot);
		if (unlikely(!line))
			return false;
	}
	c = (struct lvsx_chunk *)lvsx_line(&t->arena, line);
	c->ref[t->wheel_fill[slot]++] = ref;
	return true;
}

#endif
