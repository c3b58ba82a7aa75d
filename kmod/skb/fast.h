/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fast path over socket buffers: its primitives, see core/path/fastpath.h, for the receive
 * functions at PRE_ROUTING and at ingress. Softirq, RCU.
 */
#ifndef LVSX_FAST_H
#define LVSX_FAST_H

#include <linux/ip.h>
#include "pkt_ops.h"
#include "core/path/fastpath.h"
#include "ipvs/ipvs.h"
#include "netns/cpu.h"
#include "route/policy.h"
#include "route/xmit.h"

/* A packet on the fast path; the compiler keeps it in registers. */
struct lvsx_fast {
	struct lvsx_pkt pkt;
	struct lvsx_cpu *cpu;
};

static __always_inline struct lvsx_cpu *lvsx_fast_cpu(const struct lvsx_pkt *pkt)
{
	return container_of(pkt, struct lvsx_fast, pkt)->cpu;
}

static __always_inline bool lvsx_fast_ready(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	const struct lvsx_cpu *cpu = lvsx_fast_cpu(pkt);
	struct lvsx_nexthop *hop = lvsx_nexthop_of(cpu, half->nexthop);
	struct sk_buff *skb = pkt->frame;

	if (unlikely(!lvsx_nexthop_valid(cpu->ln->net, hop, half->nexthop) ||
		     ip_hdr(skb)->ttl <= 1 || skb_warn_if_lro(skb) ||
		     !lvsx_policy_allows(skb, half)))
		return false;
	if (unlikely(!lvsx_nexthop_takes(hop, pkt->total) &&
		     !lvsx_nexthop_takes_segments(skb, hop)))
		return false;
	pkt->nexthop = hop;
	return true;
}

static __always_inline bool lvsx_fast_writable(struct lvsx_pkt *pkt, u32 len)
{
	struct sk_buff *skb = pkt->frame;

	if (unlikely(skb_cloned(skb))) {
		if (skb_ensure_writable(skb, len))
			return false;
		pkt->data = skb->data;
	}
	return true;
}

static __always_inline bool lvsx_fast_account(struct lvsx_pkt *pkt, const struct lvsx_half *half,
					      bool rev)
{
	if (unlikely(!lvsx_ipvs_count(lvsx_fast_cpu(pkt)->ln, half->real, rev, pkt->total)))
		return false;
	pkt->now = lvsx_now_ms();	/* no earlier, else it must be saved across calls */
	return true;
}

static __always_inline void lvsx_fast_send(struct lvsx_pkt *pkt, bool rev)
{
	lvsx_xmit_begin(lvsx_fast_cpu(pkt)->ln->net, pkt->frame, rev);
	lvsx_xmit_neigh(pkt->frame, pkt->nexthop);
}

/* What is known of a packet when it comes in. @total: its bytes. */
static __always_inline void lvsx_fast_set(struct lvsx_fast *fast, struct lvsx_cpu *cpu,
					  struct sk_buff *skb, u32 total)
{
	fast->cpu = cpu;
	lvsx_skb_set_fast(&fast->pkt, cpu, skb, total);
}

/*
 * A CPU's table has one writer: softirqs are off from here on, inside the RCU read section that the
 * host began.
 */
static __always_inline void lvsx_fast_assert_context(void)
{
	lockdep_assert_in_softirq();
	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "lvsx: a packet outside an RCU read section");
}

#endif
