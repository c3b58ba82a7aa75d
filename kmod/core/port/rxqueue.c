// SPDX-License-Identifier: GPL-2.0-only
/* Learning which CPU a receive queue's packets arrive on. See rxqueue.h. */
#include "rxqueue.h"

void lvsx_queues_init(struct lvsx_queues *q)
{
	u32 i;

	for (i = 0; i < LVSX_QUEUES; i++)
		q->queue[i] = (struct lvsx_queue){ .cpu = LVSX_RSS_NO_CPU, .seen = LVSX_RSS_NO_CPU,
						   .moved = LVSX_RSS_NO_CPU };
}

void lvsx_queues_see(struct lvsx_queues *q, u32 queue, u16 cpu)
{
	struct lvsx_queue *one;

	if (queue >= LVSX_QUEUES)
		return;
	one = &q->queue[queue];
	one->several |= one->seen != LVSX_RSS_NO_CPU && one->seen != cpu;
	one->seen = cpu;
}

/* True: it is somewhere else than was known. */
static bool settle(struct lvsx_queue *one)
{
	if (one->several || one->seen == one->cpu) {
		one->rounds = 0;
		return false;
	}
	one->rounds = one->seen == one->moved ? one->rounds + 1 : 1;
	one->moved = one->seen;
	if (one->cpu != LVSX_RSS_NO_CPU && one->rounds < LVSX_QUEUE_FIRM)
		return false;
	one->cpu = one->seen;
	one->rounds = 0;
	return true;
}

bool lvsx_queues_settle(struct lvsx_queues *q)
{
	bool changed = false;
	u32 i;

	for (i = 0; i < LVSX_QUEUES; i++) {
		struct lvsx_queue *one = &q->queue[i];

		if (one->seen == LVSX_RSS_NO_CPU)
			continue;
		changed |= settle(one);
		one->seen = LVSX_RSS_NO_CPU;
		one->several = false;
	}
	return changed;
}
