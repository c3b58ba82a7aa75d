/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Replies as they arrived: on which CPU, from which queue of which device. Each CPU notes some, on
 * roads that look a route up anyway (a flow's first reply, and replies that stray), so that an
 * established packet pays nothing; learn.c reads them once a second.
 */
#ifndef LVSX_RX_SAMPLE_H
#define LVSX_RX_SAMPLE_H

#include "core/pkt/packet.h"

struct lvsx_cpu;
struct lvsx_net;

#define LVSX_SIGHTS 8		/* a CPU notes at a time, of different queues when it has several */

struct lvsx_sight {
	bool fresh;		/* any: set by the CPU, taken back by the reader */
	u16 queue;
	u32 napi;		/* 0: not known */
	int ifindex;
	struct lvsx_tuple tuple;
};

/* This CPU received the reply @pkt. Softirq. */
void lvsx_sight_note(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt);

#endif
