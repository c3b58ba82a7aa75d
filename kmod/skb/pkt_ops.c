// SPDX-License-Identifier: GPL-2.0-only
/*
 * Socket buffers as the slow path needs them, see core/pkt/io.h. Softirq. At PRE_ROUTING skb->data
 * is the IP header and nobody else shares the skb (ip_rcv() ensures that), but its data may be
 * shared with a clone.
 */
#include <linux/ip.h>
#include <linux/netfilter_ipv4.h>
#include <net/ip.h>
#include "pkt_ops.h"
#include "core/table/flow.h"
#include "route/route.h"
#include "route/source.h"

static void skb_io_moved(struct lvsx_pkt *pkt, struct sk_buff *skb)
{
	pkt->data = skb->data;
	pkt->len = skb_headlen(skb);
}

static bool skb_io_pull(struct lvsx_pkt *pkt, u32 len)
{
	struct sk_buff *skb = pkt->frame;

	if (!pskb_may_pull(skb, len))
		return false;
	skb_io_moved(pkt, skb);
	return true;
}

static bool skb_io_writable(struct lvsx_pkt *pkt, u32 len)
{
	struct sk_buff *skb = pkt->frame;

	if (skb_ensure_writable(skb, len))
		return false;
	skb_io_moved(pkt, skb);
	return true;
}

static bool skb_io_icmp_csum_ok(struct lvsx_pkt *pkt)
{
	struct sk_buff *skb = pkt->frame;

	return !nf_ip_checksum(skb, NF_INET_PRE_ROUTING, ip_hdrlen(skb), IPPROTO_ICMP);
}

static bool skb_io_source_ok(struct lvsx_pkt *pkt)
{
	struct lvsx_net *ln = pkt->instance;
	struct lvsx_cpu *cpu = this_cpu_ptr(ln->cpu);
	const struct lvsx_half *half = pkt->half;
	bool rev = half->flags & LVSX_HALF_REV;

	return lvsx_source_known(cpu->routes->source, pkt) ||
	       lvsx_source_taken(cpu, pkt, *lvsx_half_addr(half, rev ? LVSX_DST : LVSX_NEW_SRC));
}

const struct lvsx_io lvsx_skb_io = {
	.pull = skb_io_pull,
	.writable = skb_io_writable,
	.icmp_csum_ok = skb_io_icmp_csum_ok,
	.source_ok = skb_io_source_ok,
	.route = lvsx_route,
	.unroute = lvsx_unroute,
};
