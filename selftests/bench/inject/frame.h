/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets of the benches: a template, and packets made of it as a driver with receive checksums
 * would hand them over.
 */
#ifndef LVSX_BENCH_FRAME_H
#define LVSX_BENCH_FRAME_H

#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/tcp.h>
#include <net/udp.h>

/* Who sends to whom. */
struct ends {
	__be32 saddr, daddr;
	__be16 sport, dport;
};

struct frame {
	u8 data[ETH_HLEN + ETH_DATA_LEN] __aligned(4);
	int len;		/* from the IP header on */
};

/* @flags of TCP: s SYN, sa SYN and ACK, a ACK. */
static inline void frame_fill(struct frame *frame, const struct net_device *in, u16 ethertype,
			      u8 proto, const struct ends *ends, const char *flags)
{
	struct ethhdr *eth = (struct ethhdr *)frame->data;
	struct iphdr *iph = (struct iphdr *)(frame->data + ETH_HLEN);
	int rest = frame->len - sizeof(*iph);

	ether_addr_copy(eth->h_dest, in->dev_addr);
	eth->h_source[0] = 2;	/* locally administered */
	eth->h_proto = htons(ethertype);
	*iph = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tot_len = htons(frame->len),
		.ttl = 64,
		.frag_off = htons(IP_DF),
		.saddr = ends->saddr,
		.daddr = ends->daddr,
		.protocol = proto,
	};
	ip_send_check(iph);
	memset(iph + 1, 0, rest);
	if (proto == IPPROTO_UDP) {
		struct udphdr *uh = (struct udphdr *)(iph + 1);

		uh->source = ends->sport;
		uh->dest = ends->dport;
		uh->len = htons(rest);
		uh->check = udp_v4_check(rest, ends->saddr, ends->daddr, csum_partial(uh, rest, 0));
	} else {
		struct tcphdr *th = (struct tcphdr *)(iph + 1);

		th->source = ends->sport;
		th->dest = ends->dport;
		th->doff = sizeof(*th) / 4;
		th->window = htons(1000);
		th->syn = !!strchr(flags, 's');
		th->ack = !!strchr(flags, 'a');
		/* Both ends begin with 1000. */
		th->seq = htonl(th->syn ? 1000 : 1001);
		th->ack_seq = htonl(th->ack ? 1001 : 0);
		th->check = tcp_v4_check(rest, ends->saddr, ends->daddr, csum_partial(th, rest, 0));
	}
}

/* A packet that comes in by @in, from another address and port than the template's. */
static noinline struct sk_buff *frame_make(const struct frame *frame, struct net_device *in,
					   __be32 addr, __be16 port)
{
	struct sk_buff *skb = netdev_alloc_skb_ip_align(in, ETH_HLEN + frame->len);
	struct iphdr *iph;

	if (!skb)
		return NULL;
	skb_put_data(skb, frame->data, ETH_HLEN + frame->len);
	iph = (struct iphdr *)(skb->data + ETH_HLEN);
	csum_replace4(&iph->check, iph->saddr, addr);
	if (iph->protocol == IPPROTO_UDP) {
		struct udphdr *uh = (struct udphdr *)(iph + 1);

		csum_replace4(&uh->check, iph->saddr, addr);
		csum_replace2(&uh->check, uh->source, port);
		uh->source = port;
	} else {
		struct tcphdr *th = (struct tcphdr *)(iph + 1);

		csum_replace4(&th->check, iph->saddr, addr);
		csum_replace2(&th->check, th->source, port);
		th->source = port;
	}
	iph->saddr = addr;
	skb->protocol = eth_type_trans(skb, in);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return skb;
}

/*
 * Where a profiler begins and ends to count: code that does nothing and that no compiler makes.
 */
static __always_inline void mark_begin(void)
{
	asm volatile("xchg %%bx, %%bx" ::: "memory");
}

static __always_inline void mark_end(void)
{
	asm volatile("xchg %%cx, %%cx" ::: "memory");
}

#endif
