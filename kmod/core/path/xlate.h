/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation: rewrite addresses, ports and checksums of a parsed, writable packet as its half
 * says, and decrement TTL or hop limit, which io->route() has checked. It cannot fail, so a packet
 * is translated as a whole or not at all.
 */
#ifndef LVSX_XLATE_H
#define LVSX_XLATE_H

#include "core/pkt/csum.h"
#include "core/pkt/packet.h"
#include "core/table/flow.h"

/**
 * lvsx_xlate_span() - how many bytes must be writable
 * @pkt: the packet, parsed
 *
 * Return: Bytes from the IP header on that lvsx_xlate() or lvsx_xlate_icmp() may write to.
 */
static __always_inline u32 lvsx_xlate_span(const struct lvsx_pkt *pkt)
{
	if (unlikely(pkt->flags & LVSX_PKT_ICMP_ERROR))
		return pkt->inner_end;
	return pkt->l4 + (pkt->tuple.proto == LVSX_TCP ? sizeof(struct lvsx_tcp) :
							 sizeof(struct lvsx_udp));
}

static __always_inline const __be32 *lvsx_xlate_addr(const struct lvsx_half *half,
						     enum lvsx_half_addr which, u8 family)
{
	return lvsx_half_addr_of((struct lvsx_half *)half, which,
				 family == LVSX_IPV4 ? 0 : LVSX_KIND_WIDE);
}

/* What decrementing the TTL adds to an IPv4 header's sum: ~old + new of the word that it is in. */
#define LVSX_HOP_DELTA ((__force u16)htons(0xfeff))

static __always_inline void lvsx_xlate_ip4(struct lvsx_ip4 *ip, const __be32 *saddr,
					   const __be32 *daddr, u16 delta)
{
	ip->ttl--;
	ip->check = lvsx_csum_apply(ip->check, (u32)delta + LVSX_HOP_DELTA);
	ip->saddr = *saddr;
	ip->daddr = *daddr;
}

static __always_inline void lvsx_xlate_ip6(struct lvsx_ip6 *ip, const __be32 *saddr,
					   const __be32 *daddr)
{
	ip->hop_limit--;
	memcpy(ip->saddr, saddr, sizeof(ip->saddr));
	memcpy(ip->daddr, daddr, sizeof(ip->daddr));
}

static __always_inline __sum16 lvsx_xlate_check(const struct lvsx_pkt *pkt, __sum16 check,
						const struct lvsx_half *half)
{
	if (unlikely(pkt->flags & LVSX_PKT_PARTIAL))
		return lvsx_csum_apply_partial(check, half->addr_delta);
	return lvsx_csum_apply(check, half->l4_delta);
}

/* In UDP 0 means "no checksum", so a checksum of 0 is sent as 0xffff, which equals it. */
static __always_inline __sum16 lvsx_xlate_udp_check(__sum16 check)
{
	return check ? check : (__force __sum16)0xffff;
}

/**
 * lvsx_xlate() - translate a TCP or UDP packet
 * @pkt: the packet
 * @half: the half that it matches
 *
 * Context: Softirq.
 */
static __always_inline void lvsx_xlate(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	const __be32 *saddr = lvsx_xlate_addr(half, LVSX_NEW_SRC, pkt->family);
	const __be32 *daddr = lvsx_xlate_addr(half, LVSX_NEW_DST, pkt->family);
	u8 *l4 = pkt->data + pkt->l4;
	struct lvsx_udp *udp = (struct lvsx_udp *)l4;	/* TCP has its ports there, too */

	if (likely(pkt->family == LVSX_IPV4))
		lvsx_xlate_ip4((struct lvsx_ip4 *)pkt->data, saddr, daddr, half->addr_delta);
	else
		lvsx_xlate_ip6((struct lvsx_ip6 *)pkt->data, saddr, daddr);

	lvsx_store_ports(udp, 0, lvsx_load_ports(half, offsetof(struct lvsx_half, new_sport)));
	if (likely(half->proto == LVSX_TCP)) {
		struct lvsx_tcp *tcp = (struct lvsx_tcp *)l4;

		tcp->check = lvsx_xlate_check(pkt, tcp->check, half);
	} else if (udp->check) {
		udp->check = lvsx_xlate_udp_check(lvsx_xlate_check(pkt, udp->check, half));
	}
}

/**
 * lvsx_xlate_icmp() - translate an ICMP error about a packet of a flow
 * @pkt: the error
 * @half: the half of the direction that the error travels in
 *
 * The quoted packet is turned back into the one that its sender sent. The outer source becomes the
 * local address (towards the real server) or the VIP (towards the client): the other side must not
 * learn any other.
 *
 * Context: Softirq.
 */
void lvsx_xlate_icmp(struct lvsx_pkt *pkt, const struct lvsx_half *half);

#endif
