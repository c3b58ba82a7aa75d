/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_PKT_OPS_H
#define LVSX_PKT_OPS_H

#include <linux/skbuff.h>
#include "core/pkt/io.h"
#include "core/pkt/packet.h"
#include "netns/cpu.h"

/* Socket buffers at PRE_ROUTING, for the slow path. */
extern const struct lvsx_io lvsx_skb_io;

/* What the I/O knows of a packet. Fields that are written before they are read stay as they are. */
static __always_inline void lvsx_skb_set(struct lvsx_pkt *pkt, struct lvsx_net *ln,
					 struct lvsx_cpu *cpu, struct sk_buff *skb)
{
	pkt->data = skb->data;
	pkt->len = skb_headlen(skb);
	pkt->total = skb->len;
	pkt->now = lvsx_now_ms();
	pkt->mark = skb->mark;
	pkt->cpu = cpu->id;
	pkt->family = LVSX_IPV4;
	pkt->flags = (skb->ip_summed == CHECKSUM_PARTIAL ? LVSX_PKT_PARTIAL : 0) |
		     (skb_cloned(skb) ? 0 : LVSX_PKT_WRITABLE);
	pkt->io = &lvsx_skb_io;
	pkt->frame = skb;
	pkt->instance = ln;
	pkt->counters = cpu->counters;
}

#endif
