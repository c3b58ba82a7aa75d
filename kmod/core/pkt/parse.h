/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_PARSE_H
#define LVSX_PARSE_H

#include "packet.h"

/*
 * Bytes to tuple. Every length of a packet is checked here and nowhere else.
 *
 * Returns LVSX_NEXT: tuple, end, l4, tcp_flags (and inner, inner_l4, inner_end for an ICMP error)
 * are valid, and these bytes are readable: a TCP header with its options, a UDP header, or all that
 * stands before inner_end. For an ICMP error the tuple is that of the flow's packet which would
 * travel the other way, so that a look-up finds the half that the error must follow.
 *
 * Returns LVSX_PASS with pkt->reason set (not counted) when it is not for us to judge by ports:
 * PASS_PROTO, FRAGMENT (LVSX_PKT_FRAGMENT set), BAD_IP, BAD_L4, BAD_ICMP, NO_MEMORY. The caller
 * decides by lvsx_host_is_ours() whether that is a drop; the addresses in the tuple are then those
 * of the packet itself, or zero when it has none.
 */
int lvsx_parse_any(struct lvsx_pkt *pkt);

/* The headers of a plain packet: TCP or UDP behind an IPv4 header without options, whole. */
struct lvsx_hdr {
	u64 addrs;	/* source and destination, as lvsx_load_addrs() has them */
	u32 ports;	/* source and destination, as lvsx_load_ports() has them */
	u16 end;	/* bytes of the IP packet */
	u8 proto;	/* 0: it is not such a packet */
	u8 tcp_flags;	/* 0 of UDP */
};

/*
 * The same for nearly all packets, in line. @data: the IP header, of which @len bytes are readable;
 * @total: bytes of the whole packet. What is not plain lvsx_parse_any() shall see.
 */
static __always_inline struct lvsx_hdr lvsx_parse_plain(const u8 *data, u32 len, u32 total)
{
	const struct lvsx_ip4 *ip = (const struct lvsx_ip4 *)data;
	const u32 l4 = sizeof(*ip);
	const struct lvsx_udp *udp = (const struct lvsx_udp *)(data + l4);
	struct lvsx_hdr hdr = {};
	u32 need;

	if (unlikely(len < l4 + sizeof(struct lvsx_udp)))
		return hdr;
	hdr.end = ntohs(ip->tot_len);
	if (unlikely(ip->version_ihl != 0x45 || hdr.end > total ||
		     ip->frag & htons(LVSX_IP4_MF | LVSX_IP4_OFFSET)))
		return hdr;
	if (ip->proto == LVSX_TCP) {
		const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(data + l4);

		if (unlikely(len < l4 + sizeof(*tcp)))
			return hdr;
		need = (tcp->doff >> 4) * 4;
		if (unlikely(need < sizeof(*tcp) || l4 + need > len))
			return hdr;
		hdr.tcp_flags = tcp->flags;
	} else {
		need = ntohs(udp->len);
		if (unlikely(ip->proto != LVSX_UDP || need < sizeof(*udp)))
			return hdr;
		hdr.tcp_flags = 0;
	}
	if (unlikely(l4 + need > hdr.end))
		return hdr;
	hdr.addrs = lvsx_load_addrs(ip, offsetof(struct lvsx_ip4, saddr));
	hdr.ports = lvsx_load_ports(udp, 0);	/* TCP has its ports there, too */
	hdr.proto = ip->proto;
	return hdr;
}

/* What lvsx_parse_any() would have left in @pkt, of a plain packet. */
static __always_inline void lvsx_parse_set(struct lvsx_pkt *pkt, struct lvsx_hdr hdr)
{
	pkt->end = hdr.end;
	pkt->l4 = sizeof(struct lvsx_ip4);
	pkt->tcp_flags = hdr.tcp_flags;
	pkt->flags &= LVSX_PKT_IO;
	pkt->tuple.saddr[0] = lvsx_addrs_first(hdr.addrs);
	pkt->tuple.daddr[0] = lvsx_addrs_second(hdr.addrs);
	lvsx_store_ports(&pkt->tuple, offsetof(struct lvsx_tuple, sport), hdr.ports);
	pkt->tuple.proto = hdr.proto;
	pkt->tuple.family = LVSX_IPV4;
}

static __always_inline int lvsx_parse(struct lvsx_pkt *pkt)
{
	if (likely(pkt->family == LVSX_IPV4)) {
		struct lvsx_hdr hdr = lvsx_parse_plain(pkt->data, pkt->len, pkt->total);

		if (likely(hdr.proto)) {
			lvsx_parse_set(pkt, hdr);
			return LVSX_NEXT;
		}
	}
	return lvsx_parse_any(pkt);
}

#endif
