/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Blocks of memory for flow tables, and the cap on all tables together, of every CPU and namespace.
 * Process context.
 */
#ifndef LVSX_MEMORY_H
#define LVSX_MEMORY_H

#include <linux/types.h>

/* log2 of the lines in a block, on this host. */
u8 lvsx_memory_shift(void);

/* The most blocks that a table may ever have, which is the size of its directories. */
u32 lvsx_memory_blocks(u8 shift);

/*
 * A zeroed block from the node of @cpu. NULL: no memory, or the cap is reached. The first few of a
 * table (@begins) are not capped, so that each CPU can serve.
 */
void *lvsx_memory_take(u8 shift, u16 cpu, bool begins);
void lvsx_memory_put(void *block, u8 shift);

#endif
