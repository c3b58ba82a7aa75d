// SPDX-License-Identifier: GPL-2.0-only
/* Learning which CPU a receive queue's packets arrive on. See rxqueue.h. */
#include "rxqueue.h"

void lvsx_rxqueues_init(struct lvsx_rxqueues *q)
{
	u32 i;

	for (i = 0; i < LVSX_RXQUEUES; i++)
		q->queue[i] = (struct lvsx_rxqueue){ .cpu = LVSX_NO_CPU, .seen = LVSX_NO_CPU,
						   .moved = LVSX_NO_CPU };
}

void lvsx_rxqueues_sample(struct lvsx_rxqueues *q, u32 queue, u16 cpu)
{
	struct lvsx_rxqueue *one;

	if (queue >= LVSX_RXQUEUES)
		return;
	one = &q->queue[queue];
	one->several |= one->seen != LVSX_NO_CPU && one->seen != cpu;
	one->seen = cpu;
}

/* True: its CPU has changed. */
static bool rxqueue_settle_one(struct lvsx_rxqueue *one)
{
	if (one->several || one->seen == one->cpu) {
		one->rounds = 0;
		return false;
	}
	one->rounds = one->seen == one->moved ? one->rounds + 1 : 1;
	one->moved = one->seen;
	if (one->cpu != LVSX_NO_CPU && one->rounds < LVSX_RXQUEUE_FIRM)
		return false;
	one->cpu = one->seen;
	one->rounds = 0;
	return true;
}

bool lvsx_rxqueues_settle(struct lvsx_rxqueues *q)
{
	bool changed = false;
	u32 i;

	for (i = 0; i < LVSX_RXQUEUES; i++) {
		struct lvsx_rxqueue *one = &q->queue[i];

		if (one->seen == LVSX_NO_CPU)
			continue;
		changed |= rxqueue_settle_one(one);
		one->seen = LVSX_NO_CPU;
		one->several = false;
	}
	return changed;
}
