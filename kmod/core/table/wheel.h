/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timer wheel of a table says when to look at a flow next. It has LVSX_WHEEL_SLOTS slots, each
 * a chain of 64-byte chunks of flows' numbers. A flow may be in several slots; only the one that
 * its @wheel_slot names counts. path/expire.c turns it. Owner's CPU, softirqs off.
 *
 * A slot's newest chunk is filled from the front and emptied from the back. Those behind it count
 * as full; a place in them that is empty is 0.
 */
#ifndef LVSX_WHEEL_H
#define LVSX_WHEEL_H

#include "flow.h"

#define LVSX_TICK_MS 256	/* one slot; a turn of the wheel takes 65.5 s */
#define LVSX_CHUNK_REFS 15

/**
 * struct lvsx_chunk - flows of a slot
 * @next: line of the next older chunk, 0: none
 * @ref: lines of forward halves, 0: empty
 */
struct lvsx_chunk {
	u32 next;
	u32 ref[LVSX_CHUNK_REFS];
};

static_assert(sizeof(struct lvsx_chunk) == LVSX_LINE, "a chunk is one line of the arena");

#define LVSX_TICKS (1u << 24)

/**
 * lvsx_wheel_tick() - the tick of a time
 * @now: milliseconds; they wrap at 2^32, so ticks wrap at 2^24, a whole number of turns
 *
 * Return: The tick, below LVSX_TICKS.
 */
static inline u32 lvsx_wheel_tick(u32 now)
{
	return now / LVSX_TICK_MS;
}

/**
 * lvsx_wheel_arm() - have a flow looked at again
 * @t: the table
 * @fwd: the flow's forward half
 * @now: milliseconds
 * @ms: in how many milliseconds; at most one turn of the wheel counts
 *
 * Context: Owner's CPU.
 * Return: false if there is no memory; it stays armed as before.
 */
bool lvsx_wheel_arm(struct lvsx_table *t, struct lvsx_half *fwd, u32 now, u32 ms);

/**
 * lvsx_wheel_slot() - the slot for a look at a flow
 * @t: the table
 * @now: milliseconds
 * @ms: in how many milliseconds
 *
 * Context: Owner's CPU.
 * Return: The slot, never the one that is being worked on.
 */
static inline u8 lvsx_wheel_slot(const struct lvsx_table *t, u32 now, u32 ms)
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

/**
 * lvsx_wheel_chunk() - add a chunk to a slot
 * @t: the table
 * @slot: the slot
 *
 * Context: Owner's CPU.
 * Return: The line of the chunk, now the slot's newest; 0: no memory.
 */
u32 lvsx_wheel_chunk(struct lvsx_table *t, u8 slot);

/**
 * lvsx_wheel_push() - put a flow into a slot
 * @t: the table
 * @slot: the slot, which is the flow's @wheel_slot
 * @ref: line of the flow's forward half
 *
 * Context: Owner's CPU.
 * Return: false if there is no memory.
 */
static inline bool lvsx_wheel_push(struct lvsx_table *t, u8 slot, u32 ref)
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
