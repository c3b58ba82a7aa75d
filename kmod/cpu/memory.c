// SPDX-License-Identifier: GPL-2.0-only
/* Blocks of memory for flow tables, and their cap. See memory.h. */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sysfs.h>
#include <linux/topology.h>
#include "core/table/arena.h"
#include "memory.h"

#define BLOCK_SHIFT_SMALL 12	/* 4096 lines: 256 KiB */
#define BLOCK_SHIFT_LARGE 15	/* 32768 lines: 2 MiB, what a huge page maps */
#define LINE_SHIFT 6
#define SHARES 8		/* times its even share that one table may have */

static unsigned int memory;
module_param(memory, uint, 0644);
MODULE_PARM_DESC(memory, "MiB that all flow tables together may take, at most 3/4 of RAM; 0: a half of RAM");

static atomic_long_t taken;	/* pages of all blocks */

static int memory_taken_get(char *text, const struct kernel_param *kp)
{
	unsigned long pages = atomic_long_read(&taken), mib = 1UL << (20 - PAGE_SHIFT);

	return sysfs_emit(text, "%lu\n", DIV_ROUND_UP(pages, mib));
}

static const struct kernel_param_ops taken_ops = { .get = memory_taken_get };
module_param_cb(memory_taken, &taken_ops, NULL, 0444);
MODULE_PARM_DESC(memory_taken, "MiB that they have taken; only to be read");

/* More would leave too little for the rest of the host, whatever the parameter says. */
static unsigned long memory_most_pages(void)
{
	return totalram_pages() / 4 * 3;
}

/*
 * By default half of RAM: 11 million flows on a host of 4 GiB. The other half is for what a flood
 * needs besides flows, for port pools, the host's programs and its page cache.
 */
static unsigned long memory_cap_pages(void)
{
	unsigned int mib = READ_ONCE(memory);

	if (!mib)
		return totalram_pages() / 2;
	return min_t(u64, (u64)mib << (20 - PAGE_SHIFT), memory_most_pages());
}

static unsigned int memory_block_order(u8 shift)
{
	return shift + LINE_SHIFT - PAGE_SHIFT;
}

u8 lvsx_memory_shift(void)
{
	return totalram_pages() >= (4UL << (30 - PAGE_SHIFT)) ?
	       BLOCK_SHIFT_LARGE : BLOCK_SHIFT_SMALL;
}

/*
 * Directories cannot grow under the packets that read them, so they are sized for the largest cap
 * that may be set later. Up to eight CPUs may each have all of it; with more, a table may have
 * eight times its even share, as a network card may have fewer queues than there are CPUs. Two
 * directories of 8 bytes an entry are then 8 * 16 bytes for each block of 2 MiB: with 1 TiB and 128
 * CPUs 384 KiB for each CPU, 48 MiB for all.
 */
u32 lvsx_memory_blocks(u8 shift)
{
	unsigned long most = memory_most_pages() >> memory_block_order(shift);
	unsigned int cpus = num_online_cpus();

	return cpus > SHARES ? most * SHARES / cpus : most;
}

void *lvsx_memory_take(u8 shift, u16 cpu, bool begins)
{
	long pages = 1L << memory_block_order(shift);
	void *block = NULL;

	if (atomic_long_add_return(pages, &taken) <= memory_cap_pages() || begins)
		block = kvzalloc_node((size_t)LVSX_LINE << shift,
				      GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY, cpu_to_node(cpu));
	if (!block)
		atomic_long_sub(pages, &taken);
	return block;
}

void lvsx_memory_put(void *block, u8 shift)
{
	if (!block)
		return;
	kvfree(block);
	atomic_long_sub(1L << memory_block_order(shift), &taken);
}
