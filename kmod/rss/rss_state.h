/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of the network card that real servers' replies arrive on: which it is, its hash key
 * and indirection table, and the CPU of each of its queues; from samples of replies (rx_sample.h),
 * and read from the card once a second. Process context, ln->mutex.
 */
#ifndef LVSX_RSS_STATE_H
#define LVSX_RSS_STATE_H

#include "nic.h"
#include "core/port/rxqueue.h"

struct lvsx_net;

struct lvsx_rss_state {
	unsigned long next;	/* jiffies: when the next round is due */
	bool use;		/* the card's hash can be used; what follows is known */
	const char *why;	/* not: the end of a sentence */
	char name[IFNAMSIZ];	/* the card's; empty: none has been seen */
	int ifindex;		/* of the device that received replies: the card, or one above */
	u32 napi;		/* tells which of the cards below that; 0: not known */
	const void *card;	/* only for comparison */
	unsigned long seen;	/* jiffies: last reply from it */
	u32 right, wrong;	/* lately: replies from the queue that its hash says, and others */
	struct lvsx_nic nic;
	struct lvsx_nic read;	/* a buffer */
	struct lvsx_rxqueues queues;
};

struct lvsx_rss_state *lvsx_rss_state_new(void);

/* One sentence on whether it is used and why not. @rss may be NULL. */
#define LVSX_RSS_STATE_TEXT 200
void lvsx_rss_state_text(const struct lvsx_rss_state *rss, char *text, size_t size);

/* Once a tick. True: something that the port map is built from has changed. */
bool lvsx_rss_state_update(struct lvsx_net *ln);

#endif
