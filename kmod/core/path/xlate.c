// SPDX-License-Identifier: GPL-2.0-only
/* Translating ICMP errors, see xlate.h. Touches no byte that parse.c has not checked. */
#include "xlate.h"

/* What replacing the address @old by @new_ adds to a sum. */
static u64 xlate_diff_addr(const __be32 *old, const __be32 *new_, u8 family)
{
	u64 sum = 0;
	u8 i;

	for (i = 0; i < lvsx_words(family); i++)
		sum += lvsx_csum_diff32(old[i], new_[i]);
	return sum;
}

/*
 * Turn the quoted packet back into what its sender sent. It travelled against @half, so source and
 * destination are swapped; sums do not depend on order, so @half's deltas apply. Returns what all
 * this adds to the sum of the ICMP message around it.
 */
static u64 xlate_quoted(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	const __be32 *saddr = lvsx_xlate_addr(half, LVSX_NEW_DST, pkt->family);
	const __be32 *daddr = lvsx_xlate_addr(half, LVSX_NEW_SRC, pkt->family);
	u8 *l4 = pkt->data + pkt->inner_l4;
	struct lvsx_udp *udp = (struct lvsx_udp *)l4;	/* TCP has its ports there too */
	u64 sum = (u64)half->l4_delta;
	__sum16 old;

	if (pkt->family == LVSX_IPV4) {
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
			udp->check = lvsx_xlate_udp_check(lvsx_csum_apply(old, half->l4_delta));
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
	const __be32 *saddr = lvsx_xlate_addr(half, LVSX_NEW_SRC, pkt->family);
	const __be32 *daddr = lvsx_xlate_addr(half, LVSX_NEW_DST, pkt->family);
	struct lvsx_icmp *icmp = (struct lvsx_icmp *)(pkt->data + pkt->l4);
	u64 sum = xlate_quoted(pkt, half), outer;
	__be32 old[8];

	if (pkt->family == LVSX_IPV4) {
		struct lvsx_ip4 *ip = (struct lvsx_ip4 *)pkt->data;

		outer = lvsx_csum_diff32(ip->saddr, *saddr) + lvsx_csum_diff32(ip->daddr, *daddr);
		lvsx_xlate_ip4(ip, saddr, daddr, lvsx_csum_fold(outer));
		if (likely(!(pkt->flags & LVSX_PKT_PARTIAL)))
			icmp->check = lvsx_csum_apply(icmp->check, lvsx_csum_fold(sum));
		return;
	}

	/* Both addresses: they adjoin. */
	memcpy(old, pkt->data + offsetof(struct lvsx_ip6, saddr), sizeof(old));
	outer = xlate_diff_addr(old, saddr, 4) + xlate_diff_addr(old + 4, daddr, 4);
	lvsx_xlate_ip6((struct lvsx_ip6 *)pkt->data, saddr, daddr);
	if (unlikely(pkt->flags & LVSX_PKT_PARTIAL))
		icmp->check = lvsx_csum_apply_partial(icmp->check, lvsx_csum_fold(outer));
	else
		icmp->check = lvsx_csum_apply(icmp->check, lvsx_csum_fold(outer + sum));
}
