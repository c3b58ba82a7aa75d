/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU the packets of a receive queue arrive on, learned from packets: so it is right whatever
 * decides it (interrupt affinity, the driver, threads that poll).
 */
#ifndef LVSX_RXQUEUE_H
#define LVSX_RXQUEUE_H

#include "portmap.h"

#define LVSX_RXQUEUES 1024	/* packets of higher queues are ignored */
#define LVSX_RXQUEUE_FIRM 4	/* rounds in a row before a queue counts as moved */

/**
 * struct lvsx_rxqueue - what is known of a receive queue
 * @cpu: the CPU that its packets arrive on; LVSX_NO_CPU: not known yet
 * @seen: CPU that it was seen on in this round; LVSX_NO_CPU: none
 * @moved: other CPU than @cpu that it was seen on in the last @rounds rounds
 * @rounds: how many rounds
 * @several: it was seen on several CPUs in this round
 */
struct lvsx_rxqueue {
	u16 cpu;
	u16 seen;
	u16 moved;
	u8 rounds;
	bool several;
};

/**
 * struct lvsx_rxqueues - what is known of a NIC's receive queues
 * @queue: by their number
 */
struct lvsx_rxqueues {
	struct lvsx_rxqueue queue[LVSX_RXQUEUES];
};

/**
 * lvsx_rxqueues_init() - nothing is known yet
 * @q: the queues
 */
void lvsx_rxqueues_init(struct lvsx_rxqueues *q);

/**
 * lvsx_rxqueues_sample() - a packet has arrived
 * @q: the queues
 * @queue: its receive queue
 * @cpu: the CPU that it arrived on
 *
 * Context: Serialized by the caller, as is lvsx_rxqueues_settle().
 */
void lvsx_rxqueues_sample(struct lvsx_rxqueues *q, u32 queue, u16 cpu);

/**
 * lvsx_rxqueues_settle() - end a round
 * @q: the queues
 *
 * A queue's first CPU is believed at once; another one when the queue was seen there and nowhere
 * else for LVSX_RXQUEUE_FIRM rounds.
 *
 * Return: true if what is known has changed.
 */
bool lvsx_rxqueues_settle(struct lvsx_rxqueues *q);

/**
 * lvsx_rxqueues_cpu() - the CPU that a queue's packets arrive on
 * @q: the queues
 * @queue: the queue
 *
 * Return: The CPU; LVSX_NO_CPU: not known.
 */
static inline u16 lvsx_rxqueues_cpu(const struct lvsx_rxqueues *q, u32 queue)
{
	return queue < LVSX_RXQUEUES ? q->queue[queue].cpu : LVSX_NO_CPU;
}

#endif
