// SPDX-License-Identifier: GPL-2.0-only
/* Sending what needs more than a neighbour's cached header. See xmit.h. */
#include <net/route.h>
#include "nexthop.h"
#include "xmit.h"

LVSX_COLD void lvsx_xmit_priority(const struct net *net, struct sk_buff *skb)
{
	if (READ_ONCE(net->ipv4.sysctl_ip_fwd_update_priority))
		skb->priority = rt_tos2priority(ip_hdr(skb)->tos);
}

/* By dst_output(): it must be fragmented, or its route needs more than a neighbour. */
static LVSX_COLD bool xmit_output(struct net *net, struct sk_buff *skb, struct lvsx_nexthop *hop,
				  bool rev)
{
	unsigned int mtu = dst_mtu(hop->dst);

	if (hop->mtu && lvsx_nexthop_fits(skb, mtu))
		return false;
	/* Fragments of many clients now have one source: their identifiers must not collide. */
	if (!rev && !skb_is_gso(skb) && skb->len > mtu) {
		__ip_select_ident(net, ip_hdr(skb), 1);
		ip_send_check(ip_hdr(skb));
	}
	dst_hold(hop->dst);
	skb_dst_set(skb, hop->dst);
	dst_output(net, NULL, skb);
	return true;
}

/*
 * A new neighbour must be resolved. The packet keeps its route: if nobody answers, the kernel needs
 * it to send ICMP to the source, which is the local address, and our own hook passes that on.
 */
LVSX_COLD bool lvsx_xmit_slow(struct sk_buff *skb, const struct lvsx_nexthop *hop, __be32 nexthop)
{
	struct net_device *dev = skb->dev;
	struct neighbour *neigh;
	bool failed;

	dst_hold(hop->dst);
	skb_dst_set(skb, hop->dst);
	if (skb_headroom(skb) < LL_RESERVED_SPACE(dev)) {
		skb = skb_expand_head(skb, LL_RESERVED_SPACE(dev));
		if (!skb)
			return true;
	}
	neigh = __ipv4_neigh_lookup_noref(dev, (__force u32)nexthop) ?:
		__neigh_create(&arp_tbl, &nexthop, dev, false);
	if (IS_ERR(neigh)) {
		kfree_skb(skb);
		return true;
	}
	failed = READ_ONCE(neigh->nud_state) & NUD_FAILED;
	neigh_output(neigh, skb, false);
	return !failed;
}

bool lvsx_xmit(struct net *net, struct sk_buff *skb, struct lvsx_pkt *pkt, bool rev)
{
	struct lvsx_nexthop *hop = pkt->nexthop;
	struct dst_entry *held = lvsx_nexthop_held(hop);
	bool answers = true;

	lvsx_xmit_begin(net, skb, rev);
	if (likely(lvsx_nexthop_takes(hop, skb->len)) || !xmit_output(net, skb, hop, rev))
		answers = lvsx_xmit_neigh(skb, hop);
	/* Sending may have let another packet in, which has place 0 now. */
	if (unlikely(held))
		dst_release(held);
	return answers;
}

void lvsx_xmit_own(struct net *net, struct sk_buff *skb, struct dst_entry *dst)
{
	struct lvsx_nexthop hop;

	lvsx_nexthop_set(&hop, dst, 0);
	if (hop.mtu) {
		lvsx_xmit_neigh(skb, &hop);
		dst_release(dst);
	} else {
		skb->dev = lvsx_dst_dev(dst);
		skb_dst_set(skb, dst);
		dst_output(net, NULL, skb);
	}
}
