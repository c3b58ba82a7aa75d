/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sending, in line for what needs no more than a neighbour. Softirq, RCU.
 */
#ifndef LVSX_XMIT_H
#define LVSX_XMIT_H

#include <linux/netdevice.h>
#include <net/arp.h>
#include <net/ip.h>
#include <net/neighbour.h>
#include "compat/dst.h"
#include "core/pkt/packet.h"
#include "routes.h"

/* Priority by TOS. If both are 0 there is nothing to do. */
void lvsx_xmit_priority(const struct net *net, struct sk_buff *skb);

/* Clear what the packet has from its arrival. */
static __always_inline void lvsx_xmit_begin(const struct net *net, struct sk_buff *skb, bool rev)
{
	skb_dst_drop(skb);
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	/* As in stock, where answers are forwarded, while clients' packets are delivered. */
	if (rev && unlikely(ip_hdr(skb)->tos | skb->priority))
		lvsx_xmit_priority(net, skb);
}

/*
 * lvsx_xmit_neigh() if headroom is missing or the neighbour is not known to be reachable. Consumes
 * the skb. False: it is known not to be.
 */
bool lvsx_xmit_slow(struct sk_buff *skb, const struct lvsx_nexthop *hop, __be32 nexthop);

/*
 * Prepend the neighbour's cached header. There is headroom of LL_RESERVED_SPACE(), which is
 * HH_DATA_MOD bytes or more. False: there is no such header, or a longer one.
 */
static __always_inline bool lvsx_xmit_header(struct sk_buff *skb, const struct hh_cache *hh)
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

/* Send to the neighbour. Consumes the skb. False: that is known not to answer. */
static __always_inline bool lvsx_xmit_neigh(struct sk_buff *skb, const struct lvsx_nexthop *hop)
{
	struct net_device *dev = lvsx_dst_dev(hop->dst);
	__be32 nexthop = rt_nexthop(lvsx_nexthop_rt(hop), ip_hdr(skb)->daddr);
	struct neighbour *neigh = __ipv4_neigh_lookup_noref(dev, (__force u32)nexthop);

	skb->dev = dev;
	if (unlikely(!neigh || skb_headroom(skb) < LL_RESERVED_SPACE(dev) ||
		     !(READ_ONCE(neigh->nud_state) & NUD_CONNECTED) ||
		     !lvsx_xmit_header(skb, &neigh->hh)))
		return lvsx_xmit_slow(skb, hop, nexthop);
	dev_queue_xmit(skb);
	return true;
}

/*
 * Send a translated packet by pkt->nexthop, and release that. Consumes the skb. False: its
 * neighbour is known not to answer. @rev: it goes to a client.
 */
bool lvsx_xmit(struct net *net, struct sk_buff *skb, struct lvsx_pkt *pkt, bool rev);

/* Send a packet of our own; the reference to @dst goes with it. */
void lvsx_xmit_own(struct net *net, struct sk_buff *skb, struct dst_entry *dst);

#endif
