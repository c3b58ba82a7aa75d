// SPDX-License-Identifier: GPL-2.0-only
/* Checking a source with the host's input routing. See source.h. */
#include <linux/inetdevice.h>
#include <net/dst_metadata.h>
#include <net/ip_fib.h>
#include "compat/dst.h"
#include "routes.h"
#include "source.h"

/*
 * Does input routing accept a packet to @daddr? A route that rejects it is found without an error,
 * and has one. The route stays with the skb, as an ICMP answer needs it.
 */
static bool source_asked(struct sk_buff *skb, __be32 daddr)
{
	const struct iphdr *iph = ip_hdr(skb);

	return !lvsx_ip_route_input(skb, daddr, iph->saddr, iph->tos, skb->dev) &&
	       !skb_dst(skb)->error;
}

static bool source_has_rules(const struct net *net)
{
#ifdef CONFIG_IP_MULTIPLE_TABLES
	return net->ipv4.fib_has_custom_rules;
#else
	return false;
#endif
}

/* Not an address of lvsx's: the cache also serves the check for clients, who never have one. */
static void source_remember(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt)
{
	const struct sk_buff *skb = pkt->frame;
	const struct iphdr *iph = ip_hdr(skb);

	if (iph->tos & INET_DSCP_MASK || source_has_rules(dev_net(skb->dev)) ||
	    lvsx_service_known(&cpu->ln->services, iph->saddr))
		return;
	cpu->routes->source[lvsx_source_place(iph->saddr)] = (struct lvsx_source){
		.saddr = iph->saddr,
		.ifindex = skb->dev->ifindex,
		.genid = rt_genid_ipv4(dev_net(skb->dev)),
		.second = pkt->now >> LVSX_SOURCE_MS_SHIFT,
	};
}

bool lvsx_source_taken(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt, __be32 local)
{
	struct sk_buff *skb = pkt->frame;
	const struct iphdr *iph = ip_hdr(skb);
	struct net *net = cpu->ln->net;
	bool taken;

	if (skb_valid_dst(skb))	/* from this host, by the loopback device */
		return true;
	taken = source_asked(skb, iph->daddr);
	if (!skb_valid_dst(skb))
		return false;
	if (skb_rtable(skb)->rt_type != RTN_LOCAL || !taken) {
		/* By a rule or a VRF, it is routed elsewhere than to this host's IPVS. */
		if (inet_addr_type(net, iph->daddr) == RTN_LOCAL)
			return false;
		/* The VIP is no address of this host, which need not forward either. */
		if (!taken && !source_asked(skb, local))
			return false;
		skb_dst_drop(skb);	/* it may be that for @local */
	}
	source_remember(cpu, pkt);
	return true;
}

bool lvsx_source_is_client(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt, __be32 local)
{
	return !lvsx_service_known(&cpu->ln->services, pkt->tuple.saddr[0]) &&
	       lvsx_source_taken(cpu, pkt, local);
}
