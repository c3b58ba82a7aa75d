// SPDX-License-Identifier: GPL-2.0-only
/* Slow and plain on purpose: bytes in wire order, one loop, see sums.h. */
#include "sums.h"

u16 sum_bytes(const u8 *bytes, u32 len, u32 sum)
{
	u32 i;

	for (i = 0; i < len; i++) {
		sum += i & 1 ? bytes[i] : (u32)bytes[i] << 8;
		if (sum > 0xffff)
			sum -= 0xffff;
	}
	return (u16)sum;
}

u16 sum_check(const u8 *bytes, u32 len, u32 pseudo)
{
	return (u16)~sum_bytes(bytes, len, pseudo);
}

u16 sum_pseudo(const u8 *saddr, const u8 *daddr, u8 family, u8 proto, u32 len)
{
	u8 tail[8] = { len >> 24, len >> 16, len >> 8, len, 0, 0, 0, proto };

	return sum_bytes(tail, 8,
			 sum_bytes(saddr, lvsx_addr_len(family),
				   sum_bytes(daddr, lvsx_addr_len(family), 0)));
}

static u16 be16(const u8 *at)
{
	return (u16)(at[0] << 8 | at[1]);
}

/* Two zeros in ones' complement: both say "right". */
static u16 residue(u16 sum)
{
	return sum == 0xffff ? 0 : sum;
}

static u16 l4_residue(const u8 *ip, u8 family, const u8 *l4, u8 proto, u32 len, bool partial)
{
	u32 at = family == LVSX_IPV4 ? 12 : 8;
	u16 pseudo = 0, field;

	if (proto != LVSX_ICMP)
		pseudo = sum_pseudo(ip + at, ip + at + lvsx_addr_len(family), family, proto, len);
	if (!partial)
		return residue(sum_bytes(l4, len, pseudo));
	/* the field alone: it must hold the pseudo header's sum, and hardware adds the rest */
	field = be16(l4 + (proto == LVSX_TCP ? 16 : proto == LVSX_UDP ? 6 : 2));
	return residue(sum_bytes((const u8[]){ field >> 8, field }, 2, (u16)~pseudo));
}

/* Where the quoted datagram ends by its own header. */
static u32 quoted_len(const u8 *ip, u8 family)
{
	return family == LVSX_IPV4 ? be16(ip + 2) : 40u + be16(ip + 4);
}

void sums_of(const struct lvsx_pkt *pkt, const u8 *bytes, struct sums *s)
{
	const u8 *l4 = bytes + pkt->l4, *inner = bytes + pkt->inner;
	u8 proto = pkt->tuple.proto;
	bool error = pkt->flags & LVSX_PKT_ICMP_ERROR;
	u8 outer = error ? (pkt->family == LVSX_IPV4 ? LVSX_ICMP : LVSX_ICMP6) : proto;
	u32 len = pkt->end - pkt->l4;

	memset(s, 0, sizeof(*s));
	if (pkt->family == LVSX_IPV4)
		s->ip = residue(sum_bytes(bytes, (bytes[0] & 15) * 4, 0));
	if (outer == LVSX_UDP) {
		s->bare = !be16(l4 + 6);
		len = be16(l4 + 4);
	}
	if (!s->bare)
		s->l4 = l4_residue(bytes, pkt->family, l4, outer, len,
				   pkt->flags & LVSX_PKT_PARTIAL);
	if (!error)
		return;

	len = quoted_len(inner, pkt->family);
	if (pkt->family == LVSX_IPV4)
		s->quoted_ip = residue(sum_bytes(inner, (inner[0] & 15) * 4, 0));
	if (proto == LVSX_UDP)
		s->bare = !be16(bytes + pkt->inner_l4 + 6);
	if (s->bare || pkt->inner + len > pkt->end || pkt->inner + len < pkt->inner_end)
		return;
	if (proto == LVSX_TCP && pkt->inner_end < pkt->inner_l4 + 18)
		return;
	s->quoted_l4 = l4_residue(inner, pkt->family, bytes + pkt->inner_l4, proto,
				  pkt->inner + len - pkt->inner_l4, false);
}

bool sums_equal(const struct sums *a, const struct sums *b)
{
	return a->ip == b->ip && a->l4 == b->l4 && a->quoted_ip == b->quoted_ip &&
	       a->quoted_l4 == b->quoted_l4 && a->bare == b->bare;
}
