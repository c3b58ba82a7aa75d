// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rewriting headers, see xlate.h. Touches no byte that parse.c has not found to be there. Called by
 * lvsx_path() as its last step; cannot fail.
 */
#include "xlate.h"
#include "csum.h"

/* What a hop less adds to the sum of an IPv4 header: ~old + new of the word that TTL stands in. */
#define HOP_DELTA htons(0xfeff)

static __always_inline const __be32 *half_addr(const struct lvsx_half *half,
					       enum lvsx_half_addr which, u8 words)
{
	return lvsx_half_addr((struct lvsx_half *)half, which, words);
}

u32 lvsx_xlate_span(const struct lvsx_pkt *pkt)
{
	if (unlikely(pkt->flags & LVSX_PKT_ICMP_ERROR))
		return pkt->inner_end;
	return pkt->l4 + (pkt->tuple.proto == LVSX_TCP ? sizeof(struct lvsx_tcp) :
							 sizeof(struct lvsx_udp));
}

static __always_inline void ip4_hop(struct lvsx_ip4 *ip, const __be32 *saddr,
				    const __be32 *daddr, u16 delta)
{
	u64 sum = (u16)~(__force u16)ip->check + (u64)delta + (__force u16)HOP_DELTA;

	ip->ttl--;
	ip->check = (__force __sum16)(u16)~lvsx_csum_fold(sum);
	ip->saddr = *saddr;
	ip->daddr = *daddr;
}

static __always_inline void ip6_hop(struct lvsx_ip6 *ip, const __be32 *saddr,
				    const __be32 *daddr)
{
	ip->hop_limit--;
	memcpy(ip->saddr, saddr, sizeof(ip->saddr));
	memcpy(ip->daddr, daddr, sizeof(ip->daddr));
}

static __always_inline __sum16 l4_check(const struct lvsx_pkt *pkt, __sum16 check,
					const struct lvsx_half *half)
{
	if (unlikely(pkt->flags & LVSX_PKT_PARTIAL))
		return lvsx_csum_apply_partial(check, half->addr_delta);
	return lvsx_csum_apply(check, half->l4_delta);
}

/* UDP says 0 for "no checksum", so a sum that comes out as 0 is sent as its other form. */
static __sum16 udp_check(__sum16 check)
{
	return check ? check : (__force __sum16)0xffff;
}

void lvsx_xlate(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	const __be32 *saddr = half_addr(half, LVSX_NEW_SRC, pkt->words);
	const __be32 *daddr = half_addr(half, LVSX_NEW_DST, pkt->words);
	u8 *l4 = pkt->data + pkt->l4;

	if (likely(pkt->words == 1))
		ip4_hop((struct lvsx_ip4 *)pkt->data, saddr, daddr, half->addr_delta);
	else
		ip6_hop((struct lvsx_ip6 *)pkt->data, saddr, daddr);

	if (likely(half->proto == LVSX_TCP)) {
		struct lvsx_tcp *tcp = (struct lvsx_tcp *)l4;

		tcp->sport = half->new_sport;
		tcp->dport = half->new_dport;
		tcp->check = l4_check(pkt, tcp->check, half);
	} else {
		struct lvsx_udp *udp = (struct lvsx_udp *)l4;

		udp->sport = half->new_sport;
		udp->dport = half->new_dport;
		if (udp->check)
			udp->check = udp_check(l4_check(pkt, udp->check, half));
	}
}

/* The sum of what replacing the addresses at @old by those at @new_ does. */
static u64 diff_addr(const __be32 *old, const __be32 *new_, u8 words)
{
	u64 sum = 0;
	u8 i;

	for (i = 0; i < words; i++)
		sum += lvsx_csum_diff32(old[i], new_[i]);
	return sum;
}

/*
 * The quoted packet, back to what its sender sent: it travelled against @half, so the ends are
 * exchanged; a sum does not mind, and @half's deltas hold. Returns what all this adds to the sum of
 * the ICMP message that contains it.
 */
static u64 xlate_quoted(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	const __be32 *saddr = half_addr(half, LVSX_NEW_DST, pkt->words);
	const __be32 *daddr = half_addr(half, LVSX_NEW_SRC, pkt->words);
	u8 *l4 = pkt->data + pkt->inner_l4;
	struct lvsx_udp *udp = (struct lvsx_udp *)l4;	/* TCP has its ports there too */
	u64 sum = (u64)half->l4_delta;
	__sum16 old;

	if (pkt->words == 1) {
		struct lvsx_ip4 *ip = (struct lvsx_ip4 *)(pkt->data + pkt->inner);

		old = ip->check;
		ip->check = lvsx_csum_apply(old, half->addr_delta);
		sum += lvsx_csum_diff16((__force __be16)old, (__force __be16)ip->check);
		ip->saddr = *saddr;
		ip->daddr = *daddr;
	} else {
		struct lvsx_ip6 *ip = (struct lvsx_ip6 *)(pkt->data + pkt->inner);

		memcpy(ip->saddr, saddr, sizeof(ip->saddr));
		memcpy(ip->daddr, daddr, sizeof(ip->daddr));
	}

	udp->sport = half->new_dport;
	udp->dport = half->new_sport;
	if (half->proto == LVSX_UDP) {
		old = udp->check;
		if (old)
			udp->check = udp_check(lvsx_csum_apply(old, half->l4_delta));
		return sum + lvsx_csum_diff16((__force __be16)old, (__force __be16)udp->check);
	}
	if (pkt->inner_end > pkt->inner_l4 + sizeof(*udp)) {
		struct lvsx_tcp *tcp = (struct lvsx_tcp *)l4;

		old = tcp->check;
		tcp->check = lvsx_csum_apply(old, half->l4_delta);
		sum += lvsx_csum_diff16((__force __be16)old, (__force __be16)tcp->check);
	}
	return sum;
}

void lvsx_xlate_icmp(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	const __be32 *saddr = half_addr(half, LVSX_NEW_SRC, pkt->words);
	const __be32 *daddr = half_addr(half, LVSX_NEW_DST, pkt->words);
	struct lvsx_icmp *icmp = (struct lvsx_icmp *)(pkt->data + pkt->l4);
	u64 sum = xlate_quoted(pkt, half), outer;
	__be32 old[8];

	if (pkt->words == 1) {
		struct lvsx_ip4 *ip = (struct lvsx_ip4 *)pkt->data;

		outer = lvsx_csum_diff32(ip->saddr, *saddr) + lvsx_csum_diff32(ip->daddr, *daddr);
		ip4_hop(ip, saddr, daddr, lvsx_csum_fold(outer));
		if (likely(!(pkt->flags & LVSX_PKT_PARTIAL)))
			icmp->check = lvsx_csum_apply(icmp->check, lvsx_csum_fold(sum));
		return;
	}

	/* both of them: they adjoin */
	memcpy(old, pkt->data + offsetof(struct lvsx_ip6, saddr), sizeof(old));
	outer = diff_addr(old, saddr, 4) + diff_addr(old + 4, daddr, 4);
	ip6_hop((struct lvsx_ip6 *)pkt->data, saddr, daddr);
	if (unlikely(pkt->flags & LVSX_PKT_PARTIAL))
		icmp->check = lvsx_csum_apply_partial(icmp->check, lvsx_csum_fold(outer));
	else
		icmp->check = lvsx_csum_apply(icmp->check, lvsx_csum_fold(outer + sum));
}
