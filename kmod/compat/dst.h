/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Routes: the type of service became dscp_t and ip_route_input_noref() began to return a drop
 * reason (probed in probe.mk); dst_dev_rcu() came late.
 */
#ifndef LVSX_COMPAT_DST_H
#define LVSX_COMPAT_DST_H

#include <net/dst.h>
#include <net/dst_metadata.h>
#include <net/inet_dscp.h>
#include <net/route.h>

static inline int lvsx_ip_route_input(struct sk_buff *skb, __be32 daddr, __be32 saddr, u8 tos,
				      struct net_device *dev)
{
#ifdef LVSX_HAVE_ROUTE_INPUT_DSCP
	return ip_route_input_noref(skb, daddr, saddr, inet_dsfield_to_dscp(tos), dev);
#else
	return ip_route_input_noref(skb, daddr, saddr, tos, dev);
#endif
}

static inline struct net_device *lvsx_dst_dev(const struct dst_entry *dst)
{
#ifdef LVSX_HAVE_DST_DEV_RCU
	return dst_dev_rcu(dst);
#else
	return READ_ONCE(dst->dev);
#endif
}

/* Give the packet the route that the host would have given it, so that ICMP can answer it. */
static inline bool lvsx_route_input(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	return skb_valid_dst(skb) ||
	       !lvsx_ip_route_input(skb, iph->daddr, iph->saddr, iph->tos, skb->dev);
}

#endif
