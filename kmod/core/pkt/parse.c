// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsing packets that are not plain, see parse.h. Bytes that a remote party may have written are
 * read within three bounds: @end (what the IP header claims, if that much came), @len (what is
 * readable now; io->pull() extends it, and may move the bytes) and a fixed number of extension
 * headers.
 */
#include "parse.h"
#include "io.h"

#define EXT_MAX 8	/* more than RFC 8200 §4.1 would have in one packet */

static LVSX_COLD int parse_stop(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	pkt->reason = reason;
	return LVSX_PASS;
}

static LVSX_COLD bool parse_pull(struct lvsx_pkt *pkt, u32 len)
{
	return len <= pkt->end && (len <= pkt->len || pkt->io->pull(pkt, len));
}

/* Are the first @len bytes part of the packet, and readable? */
static bool parse_has(struct lvsx_pkt *pkt, u32 len)
{
	return likely(len <= pkt->len && len <= pkt->end) || parse_pull(pkt, len);
}

/* Why parse_has() failed: the packet is too short (@reason), or there was no memory to pull it. */
static enum lvsx_reason parse_lack(const struct lvsx_pkt *pkt, u32 len, enum lvsx_reason reason)
{
	return len > pkt->end ? reason : LVSX_REASON_NO_MEMORY;
}

/* Not even addresses could be read. */
static LVSX_COLD int parse_bad_ip(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	memset(pkt->tuple.saddr, 0, sizeof(pkt->tuple.saddr));
	memset(pkt->tuple.daddr, 0, sizeof(pkt->tuple.daddr));
	return parse_stop(pkt, reason);
}

static LVSX_COLD int parse_fragment(struct lvsx_pkt *pkt)
{
	pkt->flags |= LVSX_PKT_FRAGMENT;
	return parse_stop(pkt, LVSX_REASON_FRAGMENT);
}

/* Set the packet's end, as its header claims. Beyond 64 KiB (GSO) headers say 0. */
static bool parse_set_end(struct lvsx_pkt *pkt, u32 claimed, u32 least, bool jumbo)
{
	if (unlikely(jumbo && pkt->total > 0xffff))
		claimed = pkt->total;
	if (unlikely(claimed < least || claimed > pkt->total))
		return false;
	pkt->end = claimed;
	return true;
}

static int parse_ip4(struct lvsx_pkt *pkt)
{
	const struct lvsx_ip4 *ip;
	u32 ihl;

	if (unlikely(!parse_has(pkt, sizeof(*ip))))
		return parse_bad_ip(pkt, parse_lack(pkt, sizeof(*ip), LVSX_REASON_BAD_IP));
	ip = (const struct lvsx_ip4 *)pkt->data;
	ihl = (ip->version_ihl & 15) * 4;
	if (unlikely(ip->version_ihl >> 4 != 4 || ihl < sizeof(*ip)))
		return parse_bad_ip(pkt, LVSX_REASON_BAD_IP);
	if (unlikely(!parse_set_end(pkt, ntohs(ip->tot_len), ihl, !ip->tot_len)))
		return parse_bad_ip(pkt, LVSX_REASON_BAD_IP);

	pkt->l4 = ihl;
	pkt->tuple.proto = ip->proto;
	pkt->tuple.saddr[0] = ip->saddr;
	pkt->tuple.daddr[0] = ip->daddr;
	if (unlikely(ip->frag & htons(LVSX_IP4_MF | LVSX_IP4_OFFSET)))
		return parse_fragment(pkt);
	return LVSX_NEXT;
}

struct parse_ext {
	u32 at;		/* offset of the header that @next names */
	u8 next;
	__be16 frag;	/* offset and M bit of a fragment header, 0: none or an atomic one */
};

static bool parse_is_ext(u8 next)
{
	return next == LVSX_IP6_HOP_BY_HOP || next == LVSX_IP6_ROUTING ||
	       next == LVSX_IP6_FRAGMENT || next == LVSX_IP6_DESTINATION;
}

/*
 * Skip extension headers. @bad is the reason if they are cut short, too many, or include a routing
 * header with segments left: then the L4 checksum covers another destination than the IP header's.
 */
static LVSX_COLD int parse_skip_ext(struct lvsx_pkt *pkt, struct parse_ext *e, enum lvsx_reason bad)
{
	int left;

	for (left = EXT_MAX; parse_is_ext(e->next); left--) {
		const struct lvsx_ip6_ext *ext;
		u32 size = sizeof(struct lvsx_ip6_frag);

		if (!left)
			return parse_stop(pkt, bad);
		if (!parse_has(pkt, e->at + sizeof(*ext)))
			return parse_stop(pkt, parse_lack(pkt, e->at + sizeof(*ext), bad));
		ext = (const struct lvsx_ip6_ext *)(pkt->data + e->at);
		if (e->next == LVSX_IP6_FRAGMENT)
			e->frag |= ((const struct lvsx_ip6_frag *)ext)->offset &
				   htons(LVSX_IP6_OFFSET | LVSX_IP6_MF);
		else
			size = (ext->len + 1u) * 8;
		if (e->next == LVSX_IP6_ROUTING && ext->left)
			return parse_stop(pkt, bad);
		e->next = ext->next;
		e->at += size;
		if (e->frag & htons(LVSX_IP6_OFFSET))
			break;	/* what follows is the middle of a datagram */
	}
	return LVSX_NEXT;
}

/* The IPv6 header is not followed by TCP or UDP. */
static LVSX_COLD int parse_ext(struct lvsx_pkt *pkt)
{
	struct parse_ext e = { .at = pkt->l4, .next = pkt->tuple.proto };
	int verdict = parse_skip_ext(pkt, &e, LVSX_REASON_BAD_IP);

	if (e.frag)
		return parse_fragment(pkt);
	if (verdict != LVSX_NEXT)
		return verdict;
	pkt->l4 = e.at;
	pkt->tuple.proto = e.next;
	return LVSX_NEXT;
}

static int parse_ip6(struct lvsx_pkt *pkt)
{
	const struct lvsx_ip6 *ip;

	if (unlikely(!parse_has(pkt, sizeof(*ip))))
		return parse_bad_ip(pkt, parse_lack(pkt, sizeof(*ip), LVSX_REASON_BAD_IP));
	ip = (const struct lvsx_ip6 *)pkt->data;
	if (unlikely(pkt->data[0] >> 4 != 6))
		return parse_bad_ip(pkt, LVSX_REASON_BAD_IP);
	if (unlikely(!parse_set_end(pkt, sizeof(*ip) + ntohs(ip->payload_len), sizeof(*ip),
				    !ip->payload_len)))
		return parse_bad_ip(pkt, LVSX_REASON_BAD_IP);

	pkt->l4 = sizeof(*ip);
	pkt->tuple.proto = ip->next;
	memcpy(pkt->tuple.saddr, ip->saddr, sizeof(ip->saddr));
	memcpy(pkt->tuple.daddr, ip->daddr, sizeof(ip->daddr));
	if (likely(ip->next == LVSX_TCP || ip->next == LVSX_UDP))
		return LVSX_NEXT;
	return parse_ext(pkt);
}

static int parse_tcp(struct lvsx_pkt *pkt)
{
	const struct lvsx_tcp *tcp;
	u32 header;

	if (unlikely(!parse_has(pkt, pkt->l4 + sizeof(*tcp))))
		return parse_stop(pkt, parse_lack(pkt, pkt->l4 + sizeof(*tcp), LVSX_REASON_BAD_L4));
	tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);
	header = (tcp->doff >> 4) * 4;
	if (unlikely(header < sizeof(*tcp)))
		return parse_stop(pkt, LVSX_REASON_BAD_L4);
	/* The options, too: tcpopt.c reads them. */
	if (unlikely(!parse_has(pkt, pkt->l4 + header)))
		return parse_stop(pkt, parse_lack(pkt, pkt->l4 + header, LVSX_REASON_BAD_L4));
	tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);
	pkt->tuple.sport = tcp->sport;
	pkt->tuple.dport = tcp->dport;
	pkt->tcp_flags = tcp->flags;
	return LVSX_NEXT;
}

static int parse_udp(struct lvsx_pkt *pkt)
{
	const struct lvsx_udp *udp;
	u32 len;

	if (unlikely(!parse_has(pkt, pkt->l4 + sizeof(*udp))))
		return parse_stop(pkt, parse_lack(pkt, pkt->l4 + sizeof(*udp), LVSX_REASON_BAD_L4));
	udp = (const struct lvsx_udp *)(pkt->data + pkt->l4);
	len = ntohs(udp->len);
	if (unlikely(len < sizeof(*udp) || len > pkt->end - pkt->l4))
		return parse_stop(pkt, LVSX_REASON_BAD_L4);
	pkt->tuple.sport = udp->sport;
	pkt->tuple.dport = udp->dport;
	return LVSX_NEXT;
}

/* The quoted IP header: offset of the L4 header behind it, protocol, and addresses reversed. */
static int parse_quoted_ip4(struct lvsx_pkt *pkt, struct parse_ext *e, struct lvsx_tuple *t)
{
	const struct lvsx_ip4 *ip;
	u32 ihl;

	if (!parse_has(pkt, pkt->inner + sizeof(*ip)))
		return parse_stop(pkt,
				  parse_lack(pkt, pkt->inner + sizeof(*ip), LVSX_REASON_BAD_ICMP));
	ip = (const struct lvsx_ip4 *)(pkt->data + pkt->inner);
	ihl = (ip->version_ihl & 15) * 4;
	if (ip->version_ihl >> 4 != 4 || ihl < sizeof(*ip))
		return parse_stop(pkt, LVSX_REASON_BAD_ICMP);
	e->at = pkt->inner + ihl;
	e->next = ip->proto;
	e->frag = ip->frag & htons(LVSX_IP4_OFFSET);
	t->saddr[0] = ip->daddr;
	t->daddr[0] = ip->saddr;
	return LVSX_NEXT;
}

static int parse_quoted_ip6(struct lvsx_pkt *pkt, struct parse_ext *e, struct lvsx_tuple *t)
{
	const struct lvsx_ip6 *ip;
	int verdict;

	if (!parse_has(pkt, pkt->inner + sizeof(*ip)))
		return parse_stop(pkt,
				  parse_lack(pkt, pkt->inner + sizeof(*ip), LVSX_REASON_BAD_ICMP));
	ip = (const struct lvsx_ip6 *)(pkt->data + pkt->inner);
	if (pkt->data[pkt->inner] >> 4 != 6)
		return parse_stop(pkt, LVSX_REASON_BAD_ICMP);
	e->at = pkt->inner + sizeof(*ip);
	e->next = ip->next;
	memcpy(t->saddr, ip->daddr, sizeof(ip->daddr));
	memcpy(t->daddr, ip->saddr, sizeof(ip->saddr));
	verdict = parse_skip_ext(pkt, e, LVSX_REASON_BAD_ICMP);
	e->frag &= htons(LVSX_IP6_OFFSET);
	return verdict;
}

/* RFC 792 guarantees eight bytes of the quoted L4 header; with more, TCP's checksum is there. */
#define TCP_CHECK_END (offsetof(struct lvsx_tcp, check) + sizeof(__sum16))

/* An error goes to the sender of the quoted packet, so the tuple is the quoted one's, reversed. */
static int parse_quoted(struct lvsx_pkt *pkt)
{
	struct lvsx_tuple t = { .family = pkt->family };
	struct parse_ext e = { 0 };
	const struct lvsx_udp *ports;
	int verdict;

	pkt->inner = pkt->l4 + sizeof(struct lvsx_icmp);
	verdict = pkt->family == LVSX_IPV4 ? parse_quoted_ip4(pkt, &e, &t) :
					     parse_quoted_ip6(pkt, &e, &t);
	if (verdict != LVSX_NEXT)
		return verdict;
	if (e.frag || (e.next != LVSX_TCP && e.next != LVSX_UDP))
		return parse_stop(pkt, LVSX_REASON_PASS_PROTO);
	if (memcmp(t.daddr, pkt->tuple.daddr, lvsx_addr_len(pkt->family)))
		return parse_stop(pkt, LVSX_REASON_BAD_ICMP);
	if (!parse_has(pkt, e.at + sizeof(*ports)))
		return parse_stop(pkt,
				  parse_lack(pkt, e.at + sizeof(*ports), LVSX_REASON_BAD_ICMP));

	pkt->inner_l4 = e.at;
	pkt->inner_end = e.at + sizeof(*ports);
	if (e.next == LVSX_TCP && e.at + TCP_CHECK_END <= pkt->end)
		pkt->inner_end = e.at + TCP_CHECK_END;
	if (!parse_has(pkt, pkt->inner_end))
		return parse_stop(pkt, LVSX_REASON_NO_MEMORY);
	ports = (const struct lvsx_udp *)(pkt->data + e.at);
	t.proto = e.next;
	t.sport = ports->dport;
	t.dport = ports->sport;
	pkt->tuple = t;
	pkt->flags |= LVSX_PKT_ICMP_ERROR;
	return LVSX_NEXT;
}

static bool parse_is_error(u8 type, u8 family)
{
	if (family == LVSX_IPV4)
		return type == LVSX_ICMP_UNREACH || type == LVSX_ICMP_TIME_EXCEEDED ||
		       type == LVSX_ICMP_PARAMETER;
	return type >= LVSX_ICMP6_UNREACH && type <= LVSX_ICMP6_PARAMETER;
}

static LVSX_COLD int parse_icmp(struct lvsx_pkt *pkt)
{
	const struct lvsx_icmp *icmp;

	if (pkt->tuple.proto != (pkt->family == LVSX_IPV4 ? LVSX_ICMP : LVSX_ICMP6))
		return parse_stop(pkt, LVSX_REASON_PASS_PROTO);
	if (!parse_has(pkt, pkt->l4 + sizeof(*icmp)))
		return parse_stop(pkt,
				  parse_lack(pkt, pkt->l4 + sizeof(*icmp), LVSX_REASON_BAD_L4));
	icmp = (const struct lvsx_icmp *)(pkt->data + pkt->l4);
	if (!parse_is_error(icmp->type, pkt->family))
		return parse_stop(pkt, LVSX_REASON_PASS_PROTO);
	return parse_quoted(pkt);
}

int lvsx_parse_any(struct lvsx_pkt *pkt)
{
	int verdict;

	/* Set whatever may be read of a packet that has no ports or no valid header. */
	pkt->end = pkt->total;
	pkt->l4 = 0;
	pkt->tcp_flags = 0;
	pkt->flags &= LVSX_PKT_IO;
	pkt->tuple.sport = 0;
	pkt->tuple.dport = 0;
	pkt->tuple.proto = 0;
	pkt->tuple.family = pkt->family;
	verdict = likely(pkt->family == LVSX_IPV4) ? parse_ip4(pkt) : parse_ip6(pkt);
	if (unlikely(verdict != LVSX_NEXT))
		return verdict;
	if (likely(pkt->tuple.proto == LVSX_TCP))
		return parse_tcp(pkt);
	if (pkt->tuple.proto == LVSX_UDP)
		return parse_udp(pkt);
	return parse_icmp(pkt);
}
