/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU the packets of a receive queue arrive on, learned by looking at packets: so it is true
 * whatever made it so (interrupt affinity, a driver's own idea, threads that poll).
 */
#ifndef LVSX_RXQUEUE_H
#define LVSX_RXQUEUE_H

#include "portmap.h"

#define LVSX_QUEUES 1024	/* packets of queues above are not looked at */
#define LVSX_QUEUE_FIRM 4	/* rounds in a row, until one that has moved is believed */

struct lvsx_queue {
	u16 cpu;	/* LVSX_RSS_NO_CPU: not known yet */
	u16 seen;	/* in this round; LVSX_RSS_NO_CPU: nothing */
	u16 moved;	/* where it was seen in the last @rounds rounds, other than @cpu */
	u8 rounds;
	bool several;	/* CPUs, in this round */
};

struct lvsx_queues {
	struct lvsx_queue queue[LVSX_QUEUES];
};

void lvsx_queues_init(struct lvsx_queues *q);

/* A packet of @queue arrived on @cpu. */
void lvsx_queues_see(struct lvsx_queues *q, u32 queue, u16 cpu);

/*
 * The round is over. True: what is known has changed. A queue seen for the first time is believed
 * at once; one that seems to have moved, when it is seen there and nowhere else for some rounds.
 */
bool lvsx_queues_settle(struct lvsx_queues *q);

static inline u16 lvsx_queues_cpu(const struct lvsx_queues *q, u32 queue)
{
	return queue < LVSX_QUEUES ? q->queue[queue].cpu : LVSX_RSS_NO_CPU;
}

#endif
