/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Replies as they arrived: on which CPU, from which queue of which device. Each CPU notes some of
 * those that take the slow path (a flow's first reply, and replies that stray, among them), so that
 * an established packet pays nothing; learn.c reads them once a second.
 */
#ifndef LVSX_RX_SAMPLE_H
#define LVSX_RX_SAMPLE_H

#include "core/pkt/packet.h"

struct lvsx_cpu;

/* This CPU received the reply @pkt. Softirq. */
void lvsx_rx_sample_note(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt);

#endif
