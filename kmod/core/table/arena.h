/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of one table: blocks from the host, cut into 64-byte lines, each named by a 32-bit number.
 * Block i holds the lines from (i + 1) << shift on, so 0 means "none" everywhere.
 *
 * A block as a whole serves one purpose. The host refills an arena ahead of need, as long as
 * lvsx_arena_wants() is not 0, from process context on the owner's CPU with softirqs off; the core
 * never waits for memory. Blocks go back only when the table is destroyed.
 */
#ifndef LVSX_ARENA_H
#define LVSX_ARENA_H

#include "core/env.h"

#define LVSX_LINE 64

/**
 * struct lvsx_arena - the memory of one table
 * @block: directory of blocks, the host's memory, @max entries
 * @max: most blocks that may be given
 * @given: blocks given so far
 * @used: of these, blocks that serve a purpose: 0 to @used - 1
 * @mask: lines in a block, less one
 * @shift: log2 of lines in a block
 * @free: list of free single lines, linked by their first word
 * @fresh: next single line that was never used
 * @fresh_end: end of the block that @fresh is in
 * @lines_used: single lines handed out
 */
struct lvsx_arena {
	void **block;
	u32 max;
	u32 given;
	u32 used;
	u32 mask;
	u8 shift;
	u32 free;
	u32 fresh;
	u32 fresh_end;
	u32 lines_used;
};

/**
 * lvsx_line() - the memory of a line
 * @a: the arena
 * @n: the line's number, not 0
 *
 * Context: Any CPU.
 * Return: Its address.
 */
static inline void *lvsx_line(const struct lvsx_arena *a, u32 n)
{
	u8 *block = (u8 *)READ_ONCE(a->block[(n >> a->shift) - 1]);

	return block + (size_t)(n & a->mask) * LVSX_LINE;
}

/**
 * lvsx_arena_init() - an arena without blocks
 * @a: the arena
 * @directory: room for @max_blocks pointers, zeroed
 * @max_blocks: most blocks that may be given
 * @shift: log2 of lines in a block, 3 to 24: no flow, of up to five lines, spans two blocks
 */
void lvsx_arena_init(struct lvsx_arena *a, void **directory, u32 max_blocks, u8 shift);

/**
 * lvsx_arena_wants() - how many blocks should the host give now?
 * @a: the arena
 *
 * A table starts with four. From then on two are kept spare, and a sixteenth of those in use, up to
 * 64 MiB.
 *
 * Context: Any CPU.
 * Return: The number of blocks.
 */
u32 lvsx_arena_wants(const struct lvsx_arena *a);

/**
 * lvsx_arena_give() - give one block
 * @a: the arena
 * @block: LVSX_LINE << shift bytes, zeroed, aligned to a line
 *
 * Context: Owner's CPU.
 * Return: false if the directory is full.
 */
bool lvsx_arena_give(struct lvsx_arena *a, void *block);

/**
 * lvsx_arena_take_block() - take a whole block for one purpose
 * @a: the arena
 *
 * Context: Owner's CPU.
 * Return: The number of its first line; 0: none is spare.
 */
u32 lvsx_arena_take_block(struct lvsx_arena *a);

/**
 * lvsx_arena_take() - take a single line: overflow bucket, wheel chunk, port queue or port pool
 * @a: the arena
 *
 * Context: Owner's CPU.
 * Return: The number of the line, which is zeroed; 0: no memory.
 */
u32 lvsx_arena_take(struct lvsx_arena *a);

/**
 * lvsx_arena_put() - give a single line back
 * @a: the arena
 * @line: its number
 *
 * Context: Owner's CPU.
 */
void lvsx_arena_put(struct lvsx_arena *a, u32 line);

#endif
