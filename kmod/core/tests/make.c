// SPDX-License-Identifier: GPL-2.0-only
#include "make.h"
#include "sums.h"

static void put16(u8 *at, u32 value)
{
	at[0] = (u8)(value >> 8);
	at[1] = (u8)value;
}

static void put32(u8 *at, u32 value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

/* Returns the size of the IP header; @len: what follows it. */
static u32 put_ip(u8 *at, u8 family, u8 proto, const __be32 *saddr, const __be32 *daddr, u8 hops,
		  u32 len)
{
	if (family == LVSX_IPV6) {
		memset(at, 0, 40);
		at[0] = 0x60;
		put16(at + 4, len);
		at[6] = proto;
		at[7] = hops;
		memcpy(at + 8, saddr, 16);
		memcpy(at + 24, daddr, 16);
		return 40;
	}
	memset(at, 0, 20);
	at[0] = 0x45;
	put16(at + 2, 20 + len);
	put16(at + 4, 0x1234);
	put16(at + 6, LVSX_IP4_DF);
	at[8] = hops;
	at[9] = proto;
	memcpy(at + 12, saddr, 4);
	memcpy(at + 16, daddr, 4);
	put16(at + 10, sum_check(at, 20, 0));
	return 20;
}

static u32 put_tcp(u8 *at, const struct make *m)
{
	static const u8 options[] = { 1, 1, 8, 10 };	/* two NOPs, timestamps */
	u32 size = m->stamped ? 32 : 20;

	memset(at, 0, size);
	put16(at, m->sport);
	put16(at + 2, m->dport);
	put32(at + 4, m->seq);
	put32(at + 8, m->ack ? m->ack : 0x01020304);
	at[12] = (u8)(size << 2);
	at[13] = m->tcp_flags;
	put16(at + 14, 0x2000);
	if (m->stamped) {
		memcpy(at + 20, options, sizeof(options));
		put32(at + 24, m->timestamp);
		put32(at + 28, m->echo);
	}
	return size;
}

u32 make_packet(u8 *bytes, const struct make *m)
{
	u8 *l4 = bytes + (m->family == LVSX_IPV6 ? 40 : 20);
	u32 size = m->proto == LVSX_TCP ? put_tcp(l4, m) : 8, len = size + m->payload, i;
	u8 *check = l4 + (m->proto == LVSX_TCP ? 16 : 6);
	u16 pseudo = sum_pseudo((const u8 *)m->saddr, (const u8 *)m->daddr, m->family, m->proto,
				len);

	if (m->proto == LVSX_UDP) {
		put16(l4, m->sport);
		put16(l4 + 2, m->dport);
		put16(l4 + 4, len);
		put16(l4 + 6, 0);
	}
	for (i = 0; i < m->payload; i++)
		l4[size + i] = (u8)(i * 37 + m->seq);
	put16(check, m->partial ? pseudo : sum_check(l4, len, pseudo));
	if (m->proto == LVSX_UDP && !check[0] && !check[1])
		put16(check, 0xffff);
	return len + put_ip(bytes, m->family, m->proto, m->saddr, m->daddr,
			    m->hops ? m->hops : 64, len);
}

u32 make_error(u8 *bytes, const struct make *quoted, u32 quote, const __be32 *from)
{
	u8 family = quoted->family, proto = family == LVSX_IPV6 ? LVSX_ICMP6 : LVSX_ICMP;
	u8 *icmp = bytes + (family == LVSX_IPV6 ? 40 : 20);
	u32 size = make_packet(icmp + 8, quoted), len;
	u16 pseudo = 0;

	len = 8 + (quote < size ? quote : size);
	memset(icmp, 0, 8);
	icmp[0] = family == LVSX_IPV6 ? LVSX_ICMP6_TIME_EXCEEDED : LVSX_ICMP_TIME_EXCEEDED;
	if (family == LVSX_IPV6)
		pseudo =
			sum_pseudo((const u8 *)from, (const u8 *)quoted->saddr, family, proto, len);
	put16(icmp + 2, sum_check(icmp, len, pseudo));
	return put_ip(bytes, family, proto, from, quoted->saddr, 64, len) + len;
}
