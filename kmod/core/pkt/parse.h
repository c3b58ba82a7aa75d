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
 * decides by lvsx_env_ours() whether that is a drop; the addresses in the tuple are then those of
 * the packet itself, or zero when it has none.
 */
int lvsx_parse_any(struct lvsx_pkt *pkt);

/*
 * The same for nearly all packets, in line: a TCP or UDP packet behind an IPv4 header without
 * options, whole and readable up to its ports. False: it is not that, lvsx_parse_any() shall see.
 */
static __always_inline bool lvsx_parse_plain(struct lvsx_pkt *pkt)
{
	const struct lvsx_ip4 *ip = (const struct lvsx_ip4 *)pkt->data;
	const u32 l4 = sizeof(*ip);
	const struct lvsx_udp *udp = (const struct lvsx_udp *)(pkt->data + l4);
	u32 end, need;

	if (unlikely(pkt->words != 1 || pkt->len < l4 + sizeof(struct lvsx_udp)))
		return false;
	end = ntohs(ip->tot_len);
	if (unlikely(ip->version_ihl != 0x45 || end > pkt->total ||
		     ip->frag & htons(LVSX_IP4_MF | LVSX_IP4_OFFSET)))
		return false;
	if (ip->proto == LVSX_TCP) {
		const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + l4);

		if (unlikely(pkt->len < l4 + sizeof(*tcp)))
			return false;
		need = (tcp->doff >> 4) * 4;
		if (unlikely(need < sizeof(*tcp) || l4 + need > pkt->len))
			return false;
		pkt->tcp_flags = tcp->flags;
	} else {
		need = ntohs(udp->len);
		if (unlikely(ip->proto != LVSX_UDP || need < sizeof(*udp)))
			return false;
		pkt->tcp_flags = 0;
	}
	if (unlikely(l4 + need > end))
		return false;
	pkt->end = end;
	pkt->l4 = l4;
	pkt->flags &= LVSX_PKT_WORLDS;
	pkt->tuple.saddr[0] = ip->saddr;
	pkt->tuple.daddr[0] = ip->daddr;
	/* TCP has its ports there, too */
	lvsx_store_ports(&pkt->tuple, offsetof(struct lvsx_tuple, sport), lvsx_load_ports(udp, 0));
	pkt->tuple.proto = ip->proto;
	pkt->tuple.words = 1;
	return true;
}

static __always_inline int lvsx_parse(struct lvsx_pkt *pkt)
{
	return likely(lvsx_parse_plain(pkt)) ? LVSX_NEXT : lvsx_parse_any(pkt);
}

#endif
