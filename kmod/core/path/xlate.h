/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation: rewrite a parsed, writable packet as its half says. All or nothing: once begun it
 * cannot fail. Addresses, ports, checksums; one hop is taken off TTL or hop limit, of which
 * io->route() has seen that there is one.
 */
#ifndef LVSX_XLATE_H
#define LVSX_XLATE_H

#include "core/pkt/csum.h"
#include "core/pkt/packet.h"
#include "core/table/flow.h"

/* How many bytes from the IP header on lvsx_xlate() or lvsx_xlate_icmp() will write to. */
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

/* What a hop less adds to the sum of an IPv4 header: ~old + new of the word that TTL stands in. */
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

/* UDP says 0 for "no checksum", so a sum that comes out as 0 is sent as its other form. */
static __always_inline __sum16 lvsx_xlate_udp_check(__sum16 check)
{
	return check ? check : (__force __sum16)0xffff;
}

/* A TCP or UDP packet. */
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

/*
 * An ICMP error about a packet of this flow. @half is the one whose direction the error travels;
 * the quoted packet gets the ends that its sender knows. The outer source becomes the local
 * address (towards the real server) or the VIP (towards the client): the only addresses of ours
 * that the other side may know.
 */
void lvsx_xlate_icmp(struct lvsx_pkt *pkt, const struct lvsx_half *half);

#endif
