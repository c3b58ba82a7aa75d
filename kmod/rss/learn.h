/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of the network card that real servers' replies arrive on: which it is, its key and
 * indirection table, and the CPU of each of its queues. Learned from replies (rx_sample.h), read
 * from the card once a second. Process context, ln->mutex.
 */
#ifndef LVSX_LEARN_H
#define LVSX_LEARN_H

#include "nic.h"
#include "core/port/rxqueue.h"

struct lvsx_net;

struct lvsx_learn {
	unsigned long next;	/* jiffies: when the next round is due */
	bool use;		/* the card's hash can be used; what follows is known */
	const char *why;	/* a sentence's end, when not */
	char name[IFNAMSIZ];	/* the card's; empty: none has been seen */
	int ifindex;		/* of the device that received replies: the card, or one above */
	u32 napi;		/* tells which of the cards below that is, 0: not known */
	const void *card;	/* only to be compared */
	unsigned long seen;	/* jiffies: last reply from it */
	u32 right, wrong;	/* replies that came from the queue that its hash says, lately */
	struct lvsx_nic nic;
	struct lvsx_nic read;	/* for reading into */
	struct lvsx_rxqueues queues;
};

struct lvsx_learn *lvsx_learn_new(void);

/* One sentence on whether it is used and why not. @l NULL: there is none yet. */
#define LVSX_LEARN_TEXT 200
void lvsx_learn_say(const struct lvsx_learn *l, char *text, size_t size);

/* True: something has changed that a class table is built from. */
bool lvsx_learn_round(struct lvsx_net *ln);

#endif
