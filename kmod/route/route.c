// SPDX-License-Identifier: GPL-2.0-only
/* The routing step of the slow path. See route.h. */
#include <linux/icmp.h>
#include <linux/netdevice.h>
#include <net/dst_metadata.h>
#include <net/icmp.h>
#include <net/ip.h>
#include "compat/dst.h"
#include "core/host.h"
#include "nexthop.h"
#include "policy.h"
#include "route.h"

static LVSX_COLD int route_refuse(struct lvsx_pkt *pkt, int type, int code, u32 info,
				  enum lvsx_reason reason)
{
	struct sk_buff *skb = pkt->frame;

	if (lvsx_route_input(skb))
		icmp_send(skb, type, code, htonl(info));
	return lvsx_drop(pkt, reason);
}

/* ICMP as from stock. New connections avoid the real server for a moment. */
static LVSX_COLD int route_none(struct lvsx_pkt *pkt)
{
	if (!(pkt->half->flags & LVSX_HALF_REV))
		lvsx_host_real_unreachable(pkt, pkt->half);
	return route_refuse(pkt, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0, LVSX_REASON_NO_ROUTE);
}

/* Does it fit? A reassembled datagram may be fragmented as its sender had it (RFC 791 §3.2). */
static LVSX_COLD bool route_fits(struct sk_buff *skb, unsigned int mtu)
{
	if (lvsx_nexthop_fits(skb, mtu))
		return true;
	if (!(ip_hdr(skb)->frag_off & htons(IP_DF)))
		return true;
	if (IPCB(skb)->frag_max_size && IPCB(skb)->frag_max_size <= mtu) {
		skb->ignore_df = 1;
		return true;
	}
	return false;
}

void lvsx_unroute(struct lvsx_pkt *pkt)
{
	dst_release(lvsx_nexthop_held(pkt->nexthop));
	pkt->nexthop = NULL;
}

int lvsx_route(struct lvsx_pkt *pkt)
{
	struct lvsx_cpu *cpu = pkt->owner->priv;
	struct sk_buff *skb = pkt->frame;
	struct lvsx_nexthop *hop;
	unsigned int mtu;

	if (unlikely(ip_hdr(skb)->ttl <= 1))
		return route_refuse(pkt, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0, LVSX_REASON_TTL);
	if (unlikely(skb_warn_if_lro(skb)))
		return lvsx_drop(pkt, LVSX_REASON_LRO);
	if (unlikely(!lvsx_policy_allows(skb, pkt->half)))
		return lvsx_drop(pkt, LVSX_REASON_POLICY);
	hop = lvsx_nexthop_find(cpu, pkt);
	if (unlikely(!hop))
		return route_none(pkt);
	pkt->nexthop = hop;
	if (unlikely(!lvsx_nexthop_takes(hop, skb->len))) {
		mtu = dst_mtu(hop->dst);
		if (!route_fits(skb, mtu)) {
			lvsx_unroute(pkt);
			return route_refuse(pkt, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu,
				    LVSX_REASON_TOO_BIG);
		}
	}
	return LVSX_NEXT;
}
