/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way out in line, of what wants no more than a neighbour. For route.c and hook.c; softirq,
 * RCU.
 */
#ifndef LVSX_SEND_H
#define LVSX_SEND_H

#include <linux/netdevice.h>
#include <net/arp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/neighbour.h>
#include <net/route.h>
#include <net/xfrm.h>
#include "compat/dst.h"
#include "table.h"

static __always_inline struct rtable *lvsx_hop_rt(const struct lvsx_hop *hop)
{
	return container_of(hop->dst, struct rtable, dst);
}

/* As the route's own check says, without the call. */
static __always_inline bool lvsx_hop_valid(const struct net *net, const struct lvsx_hop *hop)
{
	return likely(READ_ONCE(hop->dst->obsolete) == DST_OBSOLETE_FORCE_CHK &&
		      lvsx_hop_rt(hop)->rt_genid == rt_genid_ipv4(net));
}

/* Do IPsec policies let in what the real server answered with? As stock: clients are not asked. */
static __always_inline bool lvsx_policy_allows(struct sk_buff *skb, const struct lvsx_half *half)
{
	return !(half->flags & LVSX_HALF_REV) || xfrm4_policy_check(NULL, XFRM_POLICY_FWD, skb);
}

/* Small enough for a next hop that wants no more than a neighbour? The rest is looked at closer. */
static __always_inline bool lvsx_hop_takes(const struct sk_buff *skb, const struct lvsx_hop *hop)
{
	/* Another packet's ICMP may have told of a smaller one in the meantime. */
	return likely(skb->len <= hop->mtu && !lvsx_hop_rt(hop)->rt_pmtu);
}

/* The same of what is to become several packets. */
bool lvsx_hop_takes_segments(const struct sk_buff *skb, const struct lvsx_hop *hop);

/* A packet that came in goes out: nothing of its arrival stays with it. */
static __always_inline void lvsx_send_begin(struct sk_buff *skb)
{
	skb_dst_drop(skb);
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
}

/* More headroom, or the first packet to a neighbour. Consumes the skb. */
void lvsx_send_slow(struct sk_buff *skb, struct net_device *dev, __be32 nexthop);

/* To the neighbour. Consumes the skb. */
static __always_inline void lvsx_send(struct sk_buff *skb, const struct lvsx_hop *hop)
{
	struct net_device *dev = lvsx_dst_dev(hop->dst);
	__be32 nexthop = rt_nexthop(lvsx_hop_rt(hop), ip_hdr(skb)->daddr);
	struct neighbour *neigh = __ipv4_neigh_lookup_noref(dev, (__force u32)nexthop);

	skb->dev = dev;
	if (likely(neigh && skb_headroom(skb) >= LL_RESERVED_SPACE(dev)))
		neigh_output(neigh, skb, false);
	else
		lvsx_send_slow(skb, dev, nexthop);
}

#endif
