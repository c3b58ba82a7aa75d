// SPDX-License-Identifier: GPL-2.0-only
/*
 * Next hops and sending. See route.h.
 *
 * pkt->way carries the chosen route from lvsx_env_route() to lvsx_xmit(): the address of a
 * dst_entry, with WAY_REF set when the packet holds a reference of its own; without it the
 * per-CPU cache holds one, and RCU keeps it until the packet is gone.
 */
#include <linux/icmp.h>
#include <linux/netdevice.h>
#include <net/arp.h>
#include <net/dst.h>
#include <net/gso.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/neighbour.h>
#include <net/route.h>
#include "compat/dst.h"
#include "core/xlate.h"
#include "route.h"

#define WAY_REF 1UL

static struct dst_entry *way_dst(const struct lvsx_pkt *pkt)
{
	return (struct dst_entry *)(pkt->way & ~WAY_REF);
}

void lvsx_way_put(struct lvsx_pkt *pkt)
{
	if (pkt->way & WAY_REF)
		dst_release(way_dst(pkt));
	pkt->way = 0;
}

void lvsx_hop_put(struct lvsx_cpu *cpu, u32 n)
{
	struct lvsx_hop *hop = &cpu->hop[n];

	if (!n || --hop->uses)
		return;
	dst_release(hop->dst);	/* freed after a grace period: packets may still hold it */
	hop->dst = NULL;
}

/* A number for this route, whose reference is taken over; 0: no room, the reference stays ours. */
static u32 hop_get(struct lvsx_cpu *cpu, struct dst_entry *dst)
{
	u32 n, empty = 0;

	n = cpu->hop_hint;
	if (n && cpu->hop[n].dst == dst)
		goto found;
	for (n = 1; n < LVSX_HOPS; n++) {
		if (cpu->hop[n].dst == dst)
			goto found;
		if (!cpu->hop[n].dst && !empty)
			empty = n;
	}
	if (empty) {
		cpu->hop[empty].dst = dst;
		cpu->hop[empty].uses = 1;
		cpu->hop_hint = empty;
	}
	return empty;
found:
	cpu->hop[n].uses++;
	cpu->hop_hint = n;
	dst_release(dst);
	return n;
}

/* By addresses alone: a fwmark may have rules that only make sense on the way in. */
static struct dst_entry *look_up(struct net *net, const struct lvsx_half *half)
{
	struct flowi4 fl = {
		.daddr = half->addr[LVSX_NEW_DST],
		.saddr = half->addr[LVSX_NEW_SRC],
		.flowi4_proto = half->proto,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,	/* a VIP need not be this host's address */
		.flowi4_scope = RT_SCOPE_UNIVERSE,
	};
	struct rtable *rt = ip_route_output_key(net, &fl);

	if (IS_ERR(rt))
		return NULL;
	if (rt->rt_type != RTN_UNICAST) {
		ip_rt_put(rt);
		return NULL;
	}
	return &rt->dst;
}

/* The route of this half: cached, or looked up and, by the owner, cached. */
static bool choose(struct lvsx_net *ln, struct lvsx_pkt *pkt)
{
	struct lvsx_half *half = pkt->half;
	struct lvsx_cpu *cpu = pkt->owner->world;
	bool owner = pkt->owner->cpu == pkt->cpu;
	struct dst_entry *dst;

	if (owner && half->hop) {
		dst = cpu->hop[half->hop].dst;
		if (likely(dst_check(dst, 0))) {
			pkt->way = (unsigned long)dst;
			return true;
		}
		lvsx_hop_put(cpu, half->hop);
		half->hop = 0;
	}
	dst = look_up(ln->net, half);
	if (!dst)
		return false;
	if (owner)
		half->hop = hop_get(cpu, dst);
	pkt->way = (unsigned long)dst | (owner && half->hop ? 0 : WAY_REF);
	return true;
}

bool lvsx_route_input(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	return skb_dst(skb) ||
	       !lvsx_ip_route_input(skb, iph->daddr, iph->saddr, iph->tos, skb->dev);
}

static void tell(struct sk_buff *skb, int type, int code, u32 info)
{
	if (lvsx_route_input(skb))
		icmp_send(skb, type, code, htonl(info));
}

/* Does it fit? A reassembled datagram is split again as its sender had split it (RFC 791 §3.2). */
static bool fits(struct sk_buff *skb, unsigned int mtu)
{
	if (skb_is_gso(skb) ? skb_gso_validate_network_len(skb, mtu) : skb->len <= mtu)
		return true;
	if (!(ip_hdr(skb)->frag_off & htons(IP_DF)))
		return true;
	if (IPCB(skb)->frag_max_size && IPCB(skb)->frag_max_size <= mtu) {
		skb->ignore_df = 1;
		return true;
	}
	return false;
}

int lvsx_env_route(struct lvsx_pkt *pkt)
{
	struct lvsx_cpu *cpu = pkt->owner->world;
	struct sk_buff *skb = pkt->world;
	unsigned int mtu;

	if (unlikely(ip_hdr(skb)->ttl <= 1)) {
		tell(skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
		return lvsx_drop(pkt, LVSX_REASON_TTL);
	}
	if (unlikely(skb_warn_if_lro(skb)))
		return lvsx_drop(pkt, LVSX_REASON_LRO);
	if (unlikely(!choose(cpu->ln, pkt)))
		return lvsx_drop(pkt, LVSX_REASON_NO_ROUTE);
	mtu = dst_mtu(way_dst(pkt));
	if (unlikely(!fits(skb, mtu))) {
		lvsx_way_put(pkt);
		tell(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu);
		return lvsx_drop(pkt, LVSX_REASON_TOO_BIG);
	}
	if (unlikely(!lvsx_ipvs_count(cpu->ln, pkt->half->real, pkt->half->flags & LVSX_HALF_REV,
				      skb->len))) {
		lvsx_way_put(pkt);
		return lvsx_drop(pkt, LVSX_REASON_REAL_GONE);
	}
	return LVSX_NEXT;
}

/* What the neighbour cannot take as it is: to be split, encrypted or sent via an IPv6 gateway. */
static void xmit_slow(struct net *net, struct sk_buff *skb, struct dst_entry *dst, bool ref)
{
	if (!ref)
		dst_hold(dst);
	skb_dst_set(skb, dst);
	dst_output(net, NULL, skb);
}

void lvsx_xmit(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt)
{
	struct dst_entry *dst = way_dst(pkt);
	struct rtable *rt = container_of(dst, struct rtable, dst);
	bool ref = pkt->way & WAY_REF;
	struct net_device *dev = lvsx_dst_dev(dst);
	__be32 nexthop;

	skb_dst_drop(skb);
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);
	skb->protocol = htons(ETH_P_IP);
	if (unlikely((skb->len > dst_mtu(dst) && !skb_is_gso(skb)) || dst_xfrm(dst) ||
		     rt->rt_gw_family == AF_INET6))
		return xmit_slow(ln->net, skb, dst, ref);

	if (unlikely(skb_headroom(skb) < LL_RESERVED_SPACE(dev))) {
		skb = skb_expand_head(skb, LL_RESERVED_SPACE(dev));
		if (!skb)
			goto out;
	}
	skb->dev = dev;
	nexthop = rt_nexthop(rt, ip_hdr(skb)->daddr);
	neigh_xmit(NEIGH_ARP_TABLE, dev, &nexthop, skb);
out:
	if (ref)
		dst_release(dst);
}
