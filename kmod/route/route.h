/* SPDX-License-Identifier: GPL-2.0-only */
/* Routing packets, and telling their senders by ICMP when that fails. Softirq, RCU. */
#ifndef LVSX_ROUTE_H
#define LVSX_ROUTE_H

#include "core/pkt/packet.h"

/* pkt->io->route() and ->unroute() of socket buffers. */
int lvsx_route(struct lvsx_pkt *pkt);
void lvsx_unroute(struct lvsx_pkt *pkt);

#endif
