/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How replies arrive: on which CPU, from which queue of which device. Each CPU samples some on the
 * slow path, so that established packets pay nothing; rss_state.c reads them once a second.
 */
#ifndef LVSX_RX_SAMPLE_H
#define LVSX_RX_SAMPLE_H

#include "core/pkt/packet.h"

struct lvsx_cpu;

/* This CPU received the reply @pkt: take a sample if the last one has been read. Softirq. */
void lvsx_rx_sample_note(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt);

#endif
