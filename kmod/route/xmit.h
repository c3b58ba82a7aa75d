/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way out in line, of what wants no more than a neighbour. For nexthop.c and hook.c; softirq,
 * RCU.
 */
#ifndef LVSX_XMIT_H
#define LVSX_XMIT_H

#include <linux/netdevice.h>
#include <net/arp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/neighbour.h>
#include <net/route.h>
#include <net/xfrm.h>
#include "compat/dst.h"
#include "cpu/tables.h"

static __always_inline struct rtable *lvsx_hop_rt(const struct lvsx_hop *hop)
{
	return container_of(hop->dst, struct rtable, dst);
}

/* The place of the hop of this name; it may have been given to another one. */
static __always_inline struct lvsx_hop *lvsx_hop_of(const struct lvsx_cpu *cpu, u32 name)
{
	return &cpu->hops->hop[name & (LVSX_HOPS - 1)];
}

/* As the route's own check says, without the call. */
static __always_inline bool lvsx_hop_holds(const struct net *net, const struct lvsx_hop *hop)
{
	/* Stale for a moment it does no more than the last packet before did. */
	return likely(data_race(hop->dst->obsolete) == DST_OBSOLETE_FORCE_CHK &&
		      lvsx_hop_rt(hop)->rt_genid == rt_genid_ipv4(net));
}

/* Is it the one of this name, and holds? */
static __always_inline bool lvsx_hop_valid(const struct net *net, const struct lvsx_hop *hop,
					   u32 name)
{
	return likely(hop->name == name && lvsx_hop_holds(net, hop));
}

/* There are IPsec policies: do they let it in, or does its device say that it needs none? */
bool lvsx_policy_asked(struct sk_buff *skb, int dir);

/* @dir: XFRM_POLICY_IN: to this host; XFRM_POLICY_FWD: by way of it. Softirq, RCU. */
static __always_inline bool lvsx_policy_lets_in(struct sk_buff *skb, int dir)
{
#ifdef CONFIG_XFRM
	return likely(__xfrm_check_nopolicy(dev_net(skb->dev), skb, dir)) ||
	       lvsx_policy_asked(skb, dir);
#else
	return true;
#endif
}

/* Do IPsec policies let in what the real server answered with? As stock: clients are not asked. */
static __always_inline bool lvsx_policy_allows(struct sk_buff *skb, const struct lvsx_half *half)
{
	return !(half->flags & LVSX_HALF_REV) || lvsx_policy_lets_in(skb, XFRM_POLICY_FWD);
}

/* Small enough for a next hop that wants no more than a neighbour? The rest is looked at closer. */
static __always_inline bool lvsx_hop_takes(const struct lvsx_hop *hop, u32 len)
{
	/* Another packet's ICMP may have told of a smaller one in the meantime. */
	return likely(len <= hop->mtu && !lvsx_hop_rt(hop)->rt_pmtu);
}

/* The same of what is to become several packets. */
bool lvsx_hop_takes_segments(const struct sk_buff *skb, const struct lvsx_hop *hop);

/* What is not plain of the two: of TOS 0 and priority 0 one follows from the other. */
void lvsx_send_priority(const struct net *net, struct sk_buff *skb);

/* A packet that came in goes out: nothing of its arrival stays with it. */
static __always_inline void lvsx_send_begin(const struct net *net, struct sk_buff *skb, bool rev)
{
	skb_dst_drop(skb);
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	/* As stock, which forwards answers, and delivers to itself what clients send. */
	if (rev && unlikely(ip_hdr(skb)->tos | skb->priority))
		lvsx_send_priority(net, skb);
}

/*
 * More headroom, or a neighbour that is not known to be there. Consumes the skb. False: it was
 * known not to be.
 */
bool lvsx_send_slow(struct sk_buff *skb, const struct lvsx_hop *hop, __be32 nexthop);

/*
 * Put the header that the neighbour has ready in front; a room of LL_RESERVED_SPACE() is there, and
 * that is HH_DATA_MOD bytes or more. False: it has none, or a longer one.
 */
static __always_inline bool lvsx_send_head(struct sk_buff *skb, const struct hh_cache *hh)
{
	unsigned int seq, len;

	do {
		seq = read_seqbegin(&hh->hh_lock);
		len = READ_ONCE(hh->hh_len);
		memcpy(skb->data - HH_DATA_MOD, hh->hh_data, HH_DATA_MOD);
	} while (read_seqretry(&hh->hh_lock, seq));
	if (unlikely(len - 1 >= HH_DATA_MOD))
		return false;
	__skb_push(skb, len);
	return true;
}

/* To the neighbour. Consumes the skb. False: that is known not to answer. */
static __always_inline bool lvsx_send(struct sk_buff *skb, const struct lvsx_hop *hop)
{
	struct net_device *dev = lvsx_dst_dev(hop->dst);
	__be32 nexthop = rt_nexthop(lvsx_hop_rt(hop), ip_hdr(skb)->daddr);
	struct neighbour *neigh = __ipv4_neigh_lookup_noref(dev, (__force u32)nexthop);

	skb->dev = dev;
	if (unlikely(!neigh || skb_headroom(skb) < LL_RESERVED_SPACE(dev) ||
		     !(READ_ONCE(neigh->nud_state) & NUD_CONNECTED) ||
		     !lvsx_send_head(skb, &neigh->hh)))
		return lvsx_send_slow(skb, hop, nexthop);
	dev_queue_xmit(skb);
	return true;
}

#endif
