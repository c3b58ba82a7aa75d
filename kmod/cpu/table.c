// SPDX-License-Identifier: GPL-2.0-only
/* The flow table of one CPU. See table.h. */
#include <linux/mm.h>
#include <linux/slab.h>
#include "core/path/end.h"
#include "core/table/table.h"
#include "memory.h"
#include "table.h"

#define FLUSH_STRETCH 512	/* places for flows looked at in one go, softirqs off */

void lvsx_table_free(struct lvsx_table *t)
{
	u32 i;

	if (!t)
		return;
	for (i = 0; i < t->arena.given; i++)
		lvsx_memory_put(t->arena.block[i], t->arena.shift);
	kvfree(t->arena.block);
	kvfree(t->bucket_block);
	kvfree(t);
}

struct lvsx_table *lvsx_table_new(struct lvsx_cpu *cpu, const struct lvsx_key *key)
{
	struct lvsx_table *t = kvzalloc_node(sizeof(*t), GFP_KERNEL, cpu_to_node(cpu->id));
	u8 shift = lvsx_memory_shift();
	u32 max = lvsx_memory_blocks(shift);
	void **directory;
	void **buckets;

	directory = kvcalloc(max, sizeof(*directory), GFP_KERNEL);
	buckets = kvcalloc(max, sizeof(*buckets), GFP_KERNEL);
	if (!t || !directory || !buckets) {
		kvfree(buckets);
		kvfree(directory);
		kvfree(t);
		return NULL;
	}
	lvsx_flow_init(t, cpu->id, key, directory, buckets, max, shift, lvsx_now_ms());
	t->priv = cpu;
	while (lvsx_arena_wants(&t->arena)) {
		void *block = lvsx_memory_take(shift, cpu->id, true);

		if (!block || !lvsx_arena_give(&t->arena, block)) {
			lvsx_memory_put(block, shift);
			break;
		}
	}
	if (!lvsx_flow_start(t)) {
		lvsx_table_free(t);
		return NULL;
	}
	return t;
}

void lvsx_table_flush(struct lvsx_table *t)
{
	u32 cursor = 0;
	bool more;

	do {
		local_bh_disable();
		more = lvsx_flow_end_some(t, &cursor, FLUSH_STRETCH);
		local_bh_enable();
		cond_resched();
	} while (more);
}
