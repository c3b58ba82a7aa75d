// SPDX-License-Identifier: GPL-2.0-only
/* TCP segments of our own, see segment.h. */
#include "segment.h"
#include "csum.h"

bool lvsx_segment_reset(struct lvsx_segment *s, const struct lvsx_pkt *pkt)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);
	const struct lvsx_tuple *t = &pkt->tuple;

	if (tcp->flags & LVSX_TCP_RST)
		return false;
	*s = (struct lvsx_segment){
		.tuple = {
			.sport = t->dport,
			.dport = t->sport,
			.proto = LVSX_TCP,
			.family = t->family,
		},
		.flags = LVSX_TCP_RST,
	};
	memcpy(s->tuple.saddr, t->daddr, lvsx_addr_len(t->family));
	memcpy(s->tuple.daddr, t->saddr, lvsx_addr_len(t->family));
	if (tcp->flags & LVSX_TCP_ACK) {
		s->seq = ntohl(tcp->ack);
	} else {
		s->flags |= LVSX_TCP_ACK;
		s->ack = ntohl(tcp->seq) + lvsx_tcp_span(pkt);
	}
	return true;
}

void lvsx_segment_abort(struct lvsx_segment *s, const struct lvsx_pkt *pkt,
			const struct lvsx_tuple *seen)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);

	*s = (struct lvsx_segment){
		.tuple = *seen,
		.seq = ntohl(tcp->seq),
		.ack = ntohl(tcp->ack),
		.flags = LVSX_TCP_RST | (tcp->flags & LVSX_TCP_ACK),
	};
}

void lvsx_segment_probe(struct lvsx_segment *s, const struct lvsx_tuple *wire, u32 seq, u32 ack)
{
	*s = (struct lvsx_segment){
		.tuple = *wire,
		.seq = seq - 1,
		.ack = ack,
		.flags = LVSX_TCP_ACK,
	};
}

/* The sum of @len bytes, which is even. */
static u64 segment_sum(const void *bytes, u32 len)
{
	const u8 *p = bytes;
	u64 sum = 0;
	u16 word;

	for (; len; len -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sum += word;
	}
	return sum;
}

static void segment_write_tcp(const struct lvsx_segment *s, struct lvsx_tcp *tcp)
{
	const struct lvsx_tuple *t = &s->tuple;
	u64 sum = (__force u16)htons(sizeof(*tcp)) + (__force u16)htons(LVSX_TCP);

	*tcp = (struct lvsx_tcp){
		.sport = t->sport,
		.dport = t->dport,
		.seq = htonl(s->seq),
		.ack = htonl(s->ack),
		.doff = sizeof(*tcp) / 4 << 4,
		.flags = s->flags,
	};
	sum += segment_sum(t->saddr, lvsx_addr_len(t->family)) +
	       segment_sum(t->daddr, lvsx_addr_len(t->family)) + segment_sum(tcp, sizeof(*tcp));
	tcp->check = (__force __sum16)(u16)~lvsx_csum_fold(sum);
}

static u32 segment_write_ip4(const struct lvsx_segment *s, struct lvsx_ip4 *ip)
{
	*ip = (struct lvsx_ip4){
		.version_ihl = 0x45,
		.tos = s->traffic,
		.tot_len = htons(sizeof(*ip) + sizeof(struct lvsx_tcp)),
		.frag = htons(LVSX_IP4_DF),	/* so it needs no identification */
		.ttl = s->hops,
		.proto = LVSX_TCP,
		.saddr = s->tuple.saddr[0],
		.daddr = s->tuple.daddr[0],
	};
	ip->check = (__force __sum16)(u16)~lvsx_csum_fold(segment_sum(ip, sizeof(*ip)));
	return sizeof(*ip);
}

static u32 segment_write_ip6(const struct lvsx_segment *s, struct lvsx_ip6 *ip)
{
	*ip = (struct lvsx_ip6){
		.version_flow = htonl(6u << 28 | (u32)s->traffic << 20),
		.payload_len = htons(sizeof(struct lvsx_tcp)),
		.next = LVSX_TCP,
		.hop_limit = s->hops,
	};
	memcpy(ip->saddr, s->tuple.saddr, sizeof(ip->saddr));
	memcpy(ip->daddr, s->tuple.daddr, sizeof(ip->daddr));
	return sizeof(*ip);
}

u32 lvsx_segment_write(const struct lvsx_segment *s, u8 *out)
{
	u32 l4 = s->tuple.family == LVSX_IPV4 ? segment_write_ip4(s, (struct lvsx_ip4 *)out) :
						segment_write_ip6(s, (struct lvsx_ip6 *)out);

	segment_write_tcp(s, (struct lvsx_tcp *)(out + l4));
	return l4 + sizeof(struct lvsx_tcp);
}
