/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of one table: blocks that the world gives, cut into 64-byte lines that are named by a
 * 32-bit number. Block i holds the lines (i + 1) << shift and on, so 0 means "none" everywhere.
 *
 * A block is used whole for one purpose. The world keeps `lvsx_arena_wants()` at 0 by giving blocks
 * ahead of need, from process context on the owner's CPU with softirqs off; the core never waits.
 * Blocks are taken back only when the table dies.
 */
#ifndef LVSX_ARENA_H
#define LVSX_ARENA_H

#include "core/env.h"

#define LVSX_LINE 64

struct lvsx_arena {
	void **block;	/* directory, the world's memory, @max entries */
	u32 max;	/* most blocks that may be given */
	u32 given;
	u32 used;	/* blocks 0 … used-1 have a purpose */
	u32 mask;	/* lines in a block, less one */
	u8 shift;	/* log2 of lines in a block */
	u32 free;	/* list of single free lines, by their first word */
	u32 fresh;	/* next never used single line */
	u32 fresh_end;
	u32 lines_used;	/* single lines handed out */
};

static inline void *lvsx_line(const struct lvsx_arena *a, u32 n)
{
	u8 *block = (u8 *)READ_ONCE(a->block[(n >> a->shift) - 1]);

	return block + (size_t)(n & a->mask) * LVSX_LINE;
}

/* @shift of 3 … 24: a flow of IPv6 takes four lines, and no flow spans two blocks. */
void lvsx_arena_init(struct lvsx_arena *a, void **directory, u32 max_blocks, u8 shift);

/*
 * How many blocks should the world give now? A table begins with four; from then on two and a
 * sixteenth of what is used are kept spare, of which more than 64 MiB would be waste.
 */
u32 lvsx_arena_wants(const struct lvsx_arena *a);

/* Give one zeroed block of (LVSX_LINE << shift) bytes, aligned to a line. False: directory full. */
bool lvsx_arena_give(struct lvsx_arena *a, void *block);

/* Take a whole spare block for one purpose; returns its first line, 0: none to be had. */
u32 lvsx_arena_take_block(struct lvsx_arena *a);

/* Single lines: overflow buckets, wheel chunks, port queues, pools. Zeroed when taken. 0: none. */
u32 lvsx_arena_take(struct lvsx_arena *a);
void lvsx_arena_put(struct lvsx_arena *a, u32 line);

#endif
