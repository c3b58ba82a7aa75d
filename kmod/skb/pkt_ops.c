// SPDX-License-Identifier: GPL-2.0-only
/*
 * This world's answers to env.h that concern the bytes of a packet. Softirq. At PRE_ROUTING
 * skb->data is the IP header and nobody else shares the skb (ip_rcv saw to it), but its data may be
 * shared with a clone.
 */
#include <linux/ip.h>
#include <linux/netfilter_ipv4.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include "core/pkt/packet.h"

static void moved(struct lvsx_pkt *pkt, struct sk_buff *skb)
{
	pkt->data = skb->data;
	pkt->len = skb_headlen(skb);
}

bool lvsx_env_pull(struct lvsx_pkt *pkt, u32 len)
{
	struct sk_buff *skb = pkt->world;

	if (!pskb_may_pull(skb, len))
		return false;
	moved(pkt, skb);
	return true;
}

bool lvsx_env_writable(struct lvsx_pkt *pkt, u32 len)
{
	struct sk_buff *skb = pkt->world;

	if (skb_ensure_writable(skb, len))
		return false;
	moved(pkt, skb);
	return true;
}

bool lvsx_env_icmp_sum(struct lvsx_pkt *pkt)
{
	struct sk_buff *skb = pkt->world;

	return !nf_ip_checksum(skb, NF_INET_PRE_ROUTING, ip_hdrlen(skb), IPPROTO_ICMP);
}
