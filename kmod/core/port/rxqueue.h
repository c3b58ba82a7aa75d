/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU the packets of a receive queue arrive on, learned by looking at packets: so it is true
 * whatever made it so (interrupt affinity, a driver's own idea, threads that poll).
 */
#ifndef LVSX_RXQUEUE_H
#define LVSX_RXQUEUE_H

#include "portmap.h"

#define LVSX_RXQUEUES 1024	/* packets of queues above are not looked at */
#define LVSX_RXQUEUE_FIRM 4	/* rounds in a row, until one that has moved is believed */

struct lvsx_rxqueue {
	u16 cpu;	/* LVSX_NO_CPU: not known yet */
	u16 seen;	/* in this round; LVSX_NO_CPU: nothing */
	u16 moved;	/* where it was seen in the last @rounds rounds, other than @cpu */
	u8 rounds;
	bool several;	/* CPUs, in this round */
};

struct lvsx_rxqueues {
	struct lvsx_rxqueue queue[LVSX_RXQUEUES];
};

void lvsx_rxqueues_init(struct lvsx_rxqueues *q);

/* A packet of @queue arrived on @cpu. */
void lvsx_rxqueues_sample(struct lvsx_rxqueues *q, u32 queue, u16 cpu);

/*
 * The round is over. True: what is known has changed. A queue seen for the first time is believed
 * at once; one that seems to have moved, when it is seen there and nowhere else for some rounds.
 */
bool lvsx_rxqueues_settle(struct lvsx_rxqueues *q);

static inline u16 lvsx_rxqueues_cpu(const struct lvsx_rxqueues *q, u32 queue)
{
	return queue < LVSX_RXQUEUES ? q->queue[queue].cpu : LVSX_NO_CPU;
}

#endif
