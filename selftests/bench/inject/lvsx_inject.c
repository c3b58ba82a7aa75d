// SPDX-License-Identifier: GPL-2.0-only
/*
 * Injector of the packet bench: hands packets to a device's receive path as its driver would, a new
 * skb each, and takes the time in batches with softirqs off. All of it happens at insmod, in the
 * network namespace of whoever inserts the module; the results are parameters that can be read
 * until rmmod. When a single packet did not arrive at `egress` insmod fails: a drop is never fast.
 *
 * First `look` packets are sent untimed and looked at where they leave: `seen` tells how the last
 * of them was addressed. Then `passes` times `count` packets are timed; `ns` has the time of each.
 * Packet number f belongs to flow f modulo `flows`, which differ in source address and port.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/inet.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include "frame.h"

#define BATCH 64
#define PASSES_MAX 64
#define PORTS 50000		/* source ports of one address; then the next address */
#define UNKNOWN 0x88b5		/* an Ethernet protocol for experiments: nobody takes it */
#define SEEN_MAX sizeof("255.255.255.255:65535>255.255.255.255:65535")

static char *dev = "in0", *egress = "", *src = "", *dst = "", *proto = "udp", *flags = "";
static int sport, dport, flows = 1, look, count, passes = 1, len = 64;
module_param(dev, charp, 0444);
MODULE_PARM_DESC(dev, "device that the packets come in on");
module_param(egress, charp, 0444);
MODULE_PARM_DESC(egress, "device that they must leave by; empty: nobody wants them (the base)");
module_param(src, charp, 0444);
module_param(dst, charp, 0444);
module_param(sport, int, 0444);
module_param(dport, int, 0444);
module_param(proto, charp, 0444);
MODULE_PARM_DESC(proto, "udp or tcp");
module_param(flags, charp, 0444);
MODULE_PARM_DESC(flags, "of tcp: s SYN, sa SYN and ACK, a ACK");
module_param(len, int, 0444);
MODULE_PARM_DESC(len, "bytes from the IP header on");
module_param(flows, int, 0444);
module_param(look, int, 0444);
module_param(count, int, 0444);
module_param(passes, int, 0444);

static ulong ns[PASSES_MAX];
static int nr_ns;
static char seen[SEEN_MAX];
module_param_array(ns, ulong, &nr_ns, 0444);
MODULE_PARM_DESC(ns, "result: nanoseconds of each pass");
module_param_string(seen, seen, sizeof(seen), 0444);
MODULE_PARM_DESC(seen, "result: addresses of the last packet that was looked at");

static struct frame frame;
static __be32 source;
static bool wanted;

/* One packet of flow @f. */
static struct sk_buff *make(struct net_device *in, u32 f)
{
	return frame_make(&frame, in, htonl(ntohl(source) + f / PORTS), htons(sport + f % PORTS));
}

/* Time of @n packets from flow *@f on. A profiler is to see only what is @timed. */
static u64 blast(struct net_device *in, int n, u32 *f, bool timed)
{
	u64 sum = 0, begin;

	while (n > 0) {
		int left = min(n, BATCH);

		n -= left;
		local_bh_disable();
		if (timed)
			mark_begin();
		begin = ktime_get_ns();
		while (left--) {
			struct sk_buff *skb = make(in, *f);

			if (++*f == flows)
				*f = 0;
			if (skb)
				netif_receive_skb(skb);
		}
		sum += ktime_get_ns() - begin;
		if (timed)
			mark_end();
		local_bh_enable();
		cond_resched();
	}
	return sum;
}

static int watch(struct sk_buff *skb, struct net_device *out, struct packet_type *tap,
		 struct net_device *orig)
{
	const struct iphdr *iph = ip_hdr(skb);
	const __be16 *port = (const __be16 *)(iph + 1);

	if (skb->pkt_type == PACKET_OUTGOING && skb->protocol == htons(ETH_P_IP))
		snprintf(seen, sizeof(seen), "%pI4:%u>%pI4:%u", &iph->saddr, ntohs(port[0]),
			 &iph->daddr, ntohs(port[1]));
	consume_skb(skb);
	return 0;
}

/* The packets that one has to look at, untimed. */
static void blast_watched(struct net_device *in, struct net_device *out, u32 *f)
{
	struct packet_type tap = { .type = htons(ETH_P_ALL), .dev = out, .func = watch };

	if (out)
		dev_add_pack(&tap);
	blast(in, look, f, false);
	if (out)
		dev_remove_pack(&tap);
}

/* How many packets have come to their end: at egress, or dropped since nobody wants them. */
static u64 ended(struct net_device *in, struct net_device *out)
{
	struct rtnl_link_stats64 sum;

	return out ? dev_get_stats(out, &sum)->tx_packets : dev_get_stats(in, &sum)->rx_dropped;
}

static void fill(struct net_device *in)
{
	struct ends ends = {
		.saddr = in_aton(src),
		.daddr = in_aton(dst),
		.sport = htons(sport),
		.dport = htons(dport),
	};

	source = ends.saddr;
	frame.len = len;
	frame_fill(&frame, in, wanted ? ETH_P_IP : UNKNOWN,
		   strcmp(proto, "tcp") ? IPPROTO_UDP : IPPROTO_TCP, &ends, flags);
}

static int measure(struct net_device *in, struct net_device *out)
{
	u64 before = ended(in, out), sent = look + (u64)passes * count, arrived;
	u32 f = 0;

	fill(in);
	blast_watched(in, out, &f);
	while (nr_ns < passes)
		ns[nr_ns++] = blast(in, count, &f, true);
	arrived = ended(in, out) - before;
	if (arrived == sent)
		return 0;
	pr_err("%llu packets were sent from %s, %llu arrived at %s; last seen: %s\n", sent, dev,
	       arrived, wanted ? egress : "their drop", *seen ? seen : "none");
	return -EIO;
}

static int __init inject_init(void)
{
	struct net *net = current->nsproxy->net_ns;
	struct net_device *in, *out = NULL;
	int err = -ENODEV;

	wanted = *egress;
	if (look < 0 || count < 0 || passes < 0 || passes > PASSES_MAX || flows < 1 ||
	    len < 64 || len > ETH_DATA_LEN) {
		pr_err("look and count cannot be negative, passes is up to %d, flows from 1, len 64 to %d\n",
		       PASSES_MAX, ETH_DATA_LEN);
		return -EINVAL;
	}
	in = dev_get_by_name(net, dev);
	if (wanted)
		out = dev_get_by_name(net, egress);
	if (in && (out || !wanted))
		err = measure(in, out);
	else
		pr_err("no device %s in this network namespace\n", in ? egress : dev);
	dev_put(out);
	dev_put(in);
	return err;
}

static void __exit inject_exit(void)
{
}

module_init(inject_init);
module_exit(inject_exit);
MODULE_DESCRIPTION("packet injector of the lvsx benchmark");
MODULE_LICENSE("GPL");
