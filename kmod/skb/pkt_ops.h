/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_PKT_OPS_H
#define LVSX_PKT_OPS_H

#include <linux/skbuff.h>
#include "core/pkt/io.h"
#include "core/pkt/packet.h"
#include "netns/cpu.h"

/* Socket buffers at PRE_ROUTING, for the slow path. */
extern const struct lvsx_io lvsx_skb_io;

/* What the fast path, too, needs to know of a packet from the I/O. @total: its bytes. */
static __always_inline void lvsx_skb_set_fast(struct lvsx_pkt *pkt, struct lvsx_cpu *cpu,
					      struct sk_buff *skb, u32 total)
{
	pkt->data = skb->data;
	pkt->len = skb_headlen(skb);
	pkt->total = total;
	pkt->family = LVSX_IPV4;
	pkt->flags = skb->ip_summed == CHECKSUM_PARTIAL ? LVSX_PKT_PARTIAL : 0;
	pkt->frame = skb;
	pkt->counters = cpu->counters;
}

/* All that the I/O knows. Fields that are written before they are read stay as they are. */
static __always_inline void lvsx_skb_set(struct lvsx_pkt *pkt, struct lvsx_net *ln,
					 struct lvsx_cpu *cpu, struct sk_buff *skb)
{
	lvsx_skb_set_fast(pkt, cpu, skb, skb->len);
	pkt->flags |= skb_cloned(skb) ? 0 : LVSX_PKT_WRITABLE;
	pkt->now = lvsx_now_ms();
	pkt->mark = skb->mark;
	pkt->cpu = cpu->id;
	pkt->io = &lvsx_skb_io;
	pkt->instance = ln;
}

#endif
