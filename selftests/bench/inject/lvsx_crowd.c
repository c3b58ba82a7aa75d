// SPDX-License-Identifier: GPL-2.0-only
/*
 * Opens connections by the million, and tells whether they still work. In the network namespace of
 * whoever inserts the module, with devices as the injector has them:
 *
 *	cd /sys/module/lvsx_crowd/parameters
 *	echo 1000000 >open	so many connections more
 *	echo 1 >check		are those of the sample well?
 *
 * A connection is opened by one packet of a client of its own (address and port). With `cpus` above
 * 1, batches of them are sent on that many CPUs in turn. A sample of them, spread over an opening,
 * is looked at where it leaves: it must go to one of the real servers, from a local address (or as
 * itself, without any). To check is to send, for each of the sample, a packet of the client, the
 * real server's answer and the client's again; they must leave as before, the answer as the
 * service's, all with right checksums. The first that does not fails the write, and the log has it.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/inet.h>
#include <linux/module.h>
#include <linux/nsproxy.h>
#include <linux/workqueue.h>
#include "frame.h"

#define BATCH 64
#define PARTS 64		/* of an opening, each with a share of the sample at its end */
#define SAMPLE_MAX 8192
#define PORTS 50000		/* source ports of one address; then the next address */
#define SPORT 10000

static char *dev = "in0", *egress = "out0", *src = "", *dst = "", *real = "", *local = "";
static char *proto = "udp", *flags = "s";
static int dport = 80, reals = 1, locals, sample = 16, cpus = 1;
static bool trace;
module_param(dev, charp, 0444);
MODULE_PARM_DESC(dev, "device of the clients");
module_param(egress, charp, 0444);
MODULE_PARM_DESC(egress, "device of the real servers");
module_param(src, charp, 0444);
MODULE_PARM_DESC(src, "first client; others follow");
module_param(dst, charp, 0444);
module_param(dport, int, 0444);
module_param(real, charp, 0444);
MODULE_PARM_DESC(real, "first real server, on the same port; others follow");
module_param(reals, int, 0444);
module_param(local, charp, 0444);
MODULE_PARM_DESC(local, "first local address; others follow");
module_param(locals, int, 0444);
MODULE_PARM_DESC(locals, "how many; none: clients are seen as they are");
module_param(proto, charp, 0444);
module_param(flags, charp, 0444);
MODULE_PARM_DESC(flags, "of tcp's first packets");
module_param(sample, int, 0444);
MODULE_PARM_DESC(sample, "connections to look at in each 64th of an opening");
module_param(cpus, int, 0444);
module_param(trace, bool, 0644);
MODULE_PARM_DESC(trace, "set a profiler's marks around each first packet");

static struct net_device *client_dev, *real_dev;
static struct frame first;	/* of a client's packets */
static u32 opened;
module_param(opened, uint, 0444);
MODULE_PARM_DESC(opened, "result: connections");

struct one {
	u32 flow;
	struct ends out;	/* how its packets leave */
};

static struct one *sampled;
static u32 nr_sampled;
module_param_named(sampled, nr_sampled, uint, 0444);
MODULE_PARM_DESC(sampled, "result: connections in the sample");

/* What left by a device last. */
static struct {
	struct ends ends;
	bool whole;		/* its checksums hold */
	u32 n;
} seen;

static u8 proto_of(void)
{
	return strcmp(proto, "tcp") ? IPPROTO_UDP : IPPROTO_TCP;
}

static __be32 client_of(u32 flow)
{
	return htonl(ntohl(in_aton(src)) + flow / PORTS);
}

static __be16 port_of(u32 flow)
{
	return htons(SPORT + flow % PORTS);
}

static bool is_whole(const struct iphdr *iph)
{
	int rest = ntohs(iph->tot_len) - sizeof(*iph);
	__wsum sum = csum_partial(iph + 1, rest, 0);

	return !ip_fast_csum(iph, iph->ihl) &&
	       !csum_tcpudp_magic(iph->saddr, iph->daddr, rest, iph->protocol, sum);
}

static int watch(struct sk_buff *skb, struct net_device *out, struct packet_type *tap,
		 struct net_device *orig)
{
	const struct iphdr *iph = ip_hdr(skb);
	const __be16 *port = (const __be16 *)(iph + 1);

	if (skb->pkt_type == PACKET_OUTGOING && skb->protocol == htons(ETH_P_IP)) {
		seen.ends = (struct ends){ iph->saddr, iph->daddr, port[0], port[1] };
		seen.whole = iph->ihl == 5 && is_whole(iph);
		seen.n++;
	}
	consume_skb(skb);
	return 0;
}

static struct packet_type taps[2];

static void look(bool on)
{
	int i;

	for (i = 0; i < 2; i++) {
		taps[i].type = htons(ETH_P_ALL);
		taps[i].dev = i ? real_dev : client_dev;
		taps[i].func = watch;
		if (on)
			dev_add_pack(&taps[i]);
		else
			dev_remove_pack(&taps[i]);
	}
}

static u64 sent_by(struct net_device *out)
{
	struct rtnl_link_stats64 sum;

	return dev_get_stats(out, &sum)->tx_packets;
}

static noinline void send(struct sk_buff *skb, bool marked)
{
	if (!skb)
		return;
	if (marked)
		mark_begin();
	netif_receive_skb(skb);
	if (marked)
		mark_end();
}

struct batch {
	u32 from, n;
	bool marked;
};

static long send_batch(void *arg)
{
	const struct batch *b = arg;
	u32 f;

	local_bh_disable();
	for (f = b->from; f < b->from + b->n; f++)
		send(frame_make(&first, client_dev, client_of(f), port_of(f)), b->marked);
	local_bh_enable();
	return 0;
}

static void open_some(u32 n)
{
	struct batch b = { .marked = trace };
	static u32 turn;

	for (; n; turn++) {
		b.from = opened;
		b.n = min_t(u32, n, BATCH);
		n -= b.n;
		if (cpus > 1)
			work_on_cpu(turn % cpus, send_batch, &b);
		else
			send_batch(&b);
		opened += b.n;
		cond_resched();
	}
}

static bool same(const struct ends *a, const struct ends *b)
{
	return a->saddr == b->saddr && a->daddr == b->daddr && a->sport == b->sport &&
	       a->dport == b->dport;
}

static bool within(__be32 addr, const char *from, int n)
{
	return ntohl(addr) - ntohl(in_aton(from)) < n;
}

static bool bad(const char *what, u32 flow)
{
	const struct ends *e = &seen.ends;

	pr_err("connection %u, %pI4:%u: %s: last seen %pI4:%u>%pI4:%u, checksums %s, %u packets\n",
	       flow, &(__be32){ client_of(flow) }, ntohs(port_of(flow)), what, &e->saddr,
	       ntohs(e->sport), &e->daddr, ntohs(e->dport), seen.whole ? "hold" : "wrong", seen.n);
	return false;
}

/* A packet that came in; true: exactly one left, and it was whole. */
static bool carry(struct net_device *in, const struct frame *frame, __be32 addr, __be16 port)
{
	seen.n = 0;
	local_bh_disable();
	send(frame_make(frame, in, addr, port), false);
	local_bh_enable();
	return seen.n == 1 && seen.whole;
}

/* Open one and look at it. */
static bool open_sampled(void)
{
	struct one *one = &sampled[nr_sampled];
	u32 f = opened++;

	if (!carry(client_dev, &first, client_of(f), port_of(f)))
		return bad("its first packet did not leave whole", f);
	if (!within(seen.ends.daddr, real, reals) || seen.ends.dport != htons(dport) ||
	    (locals ? !within(seen.ends.saddr, local, locals) :
	     seen.ends.saddr != client_of(f) || seen.ends.sport != port_of(f)))
		return bad("its first packet was not translated rightly", f);
	*one = (struct one){ f, seen.ends };
	nr_sampled++;
	return true;
}

static bool from_client(const struct one *one)
{
	if (!carry(client_dev, &first, client_of(one->flow), port_of(one->flow)) ||
	    !same(&seen.ends, &one->out))
		return bad("the client's packet left otherwise than before", one->flow);
	return true;
}

/* The answer of the real server goes to where the packet came from. */
static bool from_real(const struct one *one)
{
	struct ends answer = { one->out.daddr, one->out.saddr, one->out.dport, one->out.sport };
	struct ends want = {
		in_aton(dst), client_of(one->flow), htons(dport), port_of(one->flow)
	};
	static struct frame frame;

	frame.len = first.len;
	frame_fill(&frame, real_dev, ETH_P_IP, proto_of(), &answer, "sa");
	if (!carry(real_dev, &frame, answer.saddr, answer.sport) || !same(&seen.ends, &want))
		return bad("the answer did not leave as the service's to the client", one->flow);
	return true;
}

static int open_many(u32 n)
{
	u64 before = sent_by(real_dev), arrived;
	u32 want = opened + n, part, i, share;
	bool well = true;

	for (part = 0; part < PARTS && well; part++) {
		share = (u64)n * (part + 1) / PARTS - (u64)n * part / PARTS;
		open_some(share - min_t(u32, share, sample));
		if (!sample)
			continue;
		look(true);
		for (i = min_t(u32, share, sample); i-- && well; )
			well = nr_sampled < SAMPLE_MAX && open_sampled();
		look(false);
		if (signal_pending(current))
			return -EINTR;
	}
	arrived = sent_by(real_dev) - before;
	if (well && opened == want && arrived == n)
		return 0;
	pr_err("%u connections were to be opened, %llu packets arrived at %s\n", n, arrived,
	       egress);
	return -EIO;
}

static int set_open(const char *value, const struct kernel_param *param)
{
	u32 n;
	int err = kstrtou32(value, 0, &n);

	return err ? err : open_many(n);
}

static int set_check(const char *value, const struct kernel_param *param)
{
	bool well = true;
	u32 i;

	look(true);
	for (i = 0; i < nr_sampled && well; i++)
		well = from_client(&sampled[i]) && from_real(&sampled[i]) &&
		       from_client(&sampled[i]);
	look(false);
	return well ? 0 : -EIO;
}

static const struct kernel_param_ops open_ops = { .set = set_open };
static const struct kernel_param_ops check_ops = { .set = set_check };
module_param_cb(open, &open_ops, NULL, 0200);
module_param_cb(check, &check_ops, NULL, 0200);

static void release(void)
{
	dev_put(real_dev);
	dev_put(client_dev);
	kvfree(sampled);
}

static int __init crowd_init(void)
{
	struct net *net = current->nsproxy->net_ns;
	struct ends ends = {
		.saddr = in_aton(src),
		.daddr = in_aton(dst),
		.sport = htons(SPORT),
		.dport = htons(dport),
	};

	sampled = kvcalloc(SAMPLE_MAX, sizeof(*sampled), GFP_KERNEL);
	client_dev = dev_get_by_name(net, dev);
	real_dev = dev_get_by_name(net, egress);
	if (!sampled || !client_dev || !real_dev || cpus < 1 || cpus > num_online_cpus()) {
		pr_err("expected devices %s and %s in this network namespace, and cpus of 1 to %d\n",
		       dev, egress, num_online_cpus());
		release();
		return -EINVAL;
	}
	first.len = 64;
	frame_fill(&first, client_dev, ETH_P_IP, proto_of(), &ends, flags);
	return 0;
}

static void __exit crowd_exit(void)
{
	release();
}

module_init(crowd_init);
module_exit(crowd_exit);
MODULE_DESCRIPTION("opener of many connections for the lvsx benchmark");
MODULE_LICENSE("GPL");
