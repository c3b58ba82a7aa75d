/* SPDX-License-Identifier: GPL-2.0-only */
/* Parsing. Every length of a packet is checked here and nowhere else. */
#ifndef LVSX_PARSE_H
#define LVSX_PARSE_H

#include "packet.h"

/**
 * lvsx_parse_any() - parse a packet of any kind, out of line
 * @pkt: the packet
 *
 * For an ICMP error the tuple is the quoted packet's, reversed: that of a packet which travels as
 * the error does, so that a look-up finds the half that the error must follow.
 *
 * Context: Softirq.
 * Return: LVSX_NEXT: tuple, end, l4 and tcp_flags are valid (for an ICMP error inner, inner_l4 and
 * inner_end, too), and these bytes are readable: the TCP header with its options, the UDP header,
 * or all up to inner_end. LVSX_PASS: no ports to look up a flow by; pkt->reason says why, not
 * counted: PASS_PROTO, FRAGMENT (LVSX_PKT_FRAGMENT is set), BAD_IP, BAD_L4, BAD_ICMP or NO_MEMORY.
 * The caller asks lvsx_host_is_ours() whether to drop it; the tuple's addresses are the packet's
 * own, or zero if it has none.
 */
int lvsx_parse_any(struct lvsx_pkt *pkt);

/**
 * struct lvsx_hdr - the headers of a plain packet: IPv4 without options, no fragment, TCP or UDP
 * @addrs: source and destination, as lvsx_load_addrs() returns them
 * @ports: source and destination, as lvsx_load_ports() returns them
 * @end: length of the IP packet
 * @proto: LVSX_TCP or LVSX_UDP; 0: the packet is not plain
 * @tcp_flags: enum lvsx_tcp_flag, 0 for UDP
 */
struct lvsx_hdr {
	u64 addrs;
	u32 ports;
	u16 end;
	u8 proto;
	u8 tcp_flags;
};

/**
 * lvsx_parse_plain() - parse a packet if it is plain, in line
 * @data: the IP header
 * @len: bytes readable at @data
 * @total: bytes of the whole packet
 *
 * Return: The headers. If @proto is 0 the packet is not plain, and lvsx_parse_any() must parse it.
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

/**
 * lvsx_parse_set() - fill in a packet as lvsx_parse_any() would have
 * @pkt: the packet
 * @hdr: its headers, of a plain packet
 */
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

/**
 * lvsx_parse() - parse a packet: turn bytes into a tuple
 * @pkt: the packet
 *
 * Context: Softirq.
 * Return: As lvsx_parse_any().
 */
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
