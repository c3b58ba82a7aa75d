// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fast path at a device's ingress, before the IP layer: see ingress.h. The list of a
 * namespace's devices is guarded by rtnl.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netfilter_netdev.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "fast.h"
#include "ingress.h"
#include "trace.h"

/* Do to a packet what ip_rcv() would: no padding, no owner, a clean control block. */
static __always_inline void ingress_receive(struct sk_buff *skb, u32 len)
{
	if (unlikely(skb->len != len))
		pskb_trim_rcsum(skb, len);	/* it is linear: this cannot fail */
	skb_set_transport_header(skb, sizeof(struct iphdr));
	skb_orphan(skb);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	IPCB(skb)->iif = skb->skb_iif;
}

static __always_inline void ingress_send(struct lvsx_pkt *pkt, bool rev)
{
	ingress_receive(pkt->frame, pkt->total);
	lvsx_fast_send(pkt, rev);
}

static const struct lvsx_fast_io ingress_io = {
	.ready = lvsx_fast_ready,
	.writable = lvsx_fast_writable,
	.account = lvsx_fast_account,
	.send = ingress_send,
};

/*
 * Is the checksum of a header without options right? A ones' complement sum of 16-bit words is the
 * sum modulo 65535 (RFC 1071), where 0xffff is zero; and the words of a header are not all zero.
 */
static __always_inline bool ingress_csum_holds(const struct iphdr *iph)
{
	const u32 *word = (const u32 *)iph;

	return ((u64)word[0] + word[1] + word[2] + word[3] + word[4]) % 0xffff == 0;
}

/*
 * The IP layer has checked nothing yet, so only what is clearly valid is taken: an unfragmented
 * IPv4 packet without options, to this host, of a flow whose state it does not change. All others
 * go on unchanged. Softirq, RCU; @priv: the lvsx_net.
 */
static unsigned int ingress_hook(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct lvsx_net *ln = priv;
	struct lvsx_fast fast LVSX_UNINIT;
	struct lvsx_cpu *cpu;
	struct lvsx_hdr hdr;
	u32 len;

	if (skb->protocol != htons(ETH_P_IP) || skb->pkt_type != PACKET_HOST ||
	    skb_vlan_tag_present(skb) || !pskb_may_pull(skb, sizeof(struct iphdr)) ||
	    !lvsx_service_maybe(&ln->services, ip_hdr(skb)->daddr) ||
	    unlikely(data_race(ln->paused) ||	/* a byte, read once a packet */
		     ip_hdr(skb)->ihl != 5 || skb_shared(skb) || !ingress_csum_holds(ip_hdr(skb))))
		return NF_ACCEPT;
	/* Padding is ignored; if the packet is not linear, trimming is left to the IP layer. */
	len = ntohs(ip_hdr(skb)->tot_len);
	if (unlikely(skb->len != len && (skb->len < len || skb_is_nonlinear(skb))))
		return NF_ACCEPT;
	lvsx_fast_assert_context();
	cpu = this_cpu_ptr(ln->cpu);
	hdr = lvsx_parse_plain(skb->data, skb_headlen(skb), len);
	lvsx_fast_set(&fast, cpu, skb, len);
	return likely(hdr.proto && cpu->table && !trace_lvsx_packet_enabled() &&
		      lvsx_fastpath(&ingress_io, &fast.pkt, hdr, cpu->table)) ?
	       NF_STOLEN : NF_ACCEPT;
}

struct lvsx_ingress {
	struct list_head list;
	struct rcu_head rcu;	/* dumps of hooks may still read @ops */
	struct net_device *dev;
	struct nf_hook_ops ops;
};

static struct lvsx_ingress *ingress_find(struct lvsx_net *ln, const struct net_device *dev)
{
	struct lvsx_ingress *in;

	list_for_each_entry(in, &ln->ingress, list)
		if (in->dev == dev)
			return in;
	return NULL;
}

static u32 ingress_count(const struct lvsx_net *ln)
{
	const struct lvsx_ingress *in;
	u32 n = 0;

	list_for_each_entry(in, &ln->ingress, list)
		n++;
	return n;
}

static void ingress_drop(struct lvsx_net *ln, struct lvsx_ingress *in)
{
	nf_unregister_net_hook(ln->net, &in->ops);
	list_del(&in->list);
	kfree_rcu(in, rcu);
}

static int ingress_refuse(struct netlink_ext_ack *extack, int err, const char *why)
{
	extack->_msg = why;
	return err;
}

static int ingress_attach(struct lvsx_net *ln, struct net_device *dev,
			  struct netlink_ext_ack *extack)
{
	struct lvsx_ingress *in;
	int err;

	if (ingress_find(ln, dev))
		return ingress_refuse(extack, -EEXIST, "this device has the early hook already");
	if (ingress_count(ln) >= LVSX_INGRESS_MAX)
		return ingress_refuse(extack, -ENOSPC, "64 devices have the early hook, which is the most");
	in = kzalloc(sizeof(*in), GFP_KERNEL);
	if (!in)
		return -ENOMEM;
	in->dev = dev;
	in->ops = (struct nf_hook_ops){
		.hook = ingress_hook,
		.priv = ln,
		.dev = dev,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
	};
	err = nf_register_net_hook(ln->net, &in->ops);
	if (err) {
		kfree(in);
		return ingress_refuse(extack, err, "this kernel or device cannot have a hook at ingress");
	}
	list_add_tail(&in->list, &ln->ingress);
	return 0;
}

int lvsx_ingress_add(struct lvsx_net *ln, const char *name, struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	rtnl_lock();
	dev = __dev_get_by_name(ln->net, name);
	err = dev ? ingress_attach(ln, dev, extack) :
		    ingress_refuse(extack, -ENODEV, "there is no such device in this network namespace");
	rtnl_unlock();
	return err;
}

int lvsx_ingress_del(struct lvsx_net *ln, const char *name, struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	struct lvsx_ingress *in;
	int err = 0;

	rtnl_lock();
	dev = __dev_get_by_name(ln->net, name);
	in = dev ? ingress_find(ln, dev) : NULL;
	if (in)
		ingress_drop(ln, in);
	else
		err = ingress_refuse(extack, -ENOENT, "no such device has the early hook");
	rtnl_unlock();
	return err;
}

void lvsx_ingress_say(struct lvsx_net *ln, char *text, size_t size)
{
	const struct lvsx_ingress *in;
	size_t n = 0;

	*text = 0;
	rtnl_lock();
	list_for_each_entry(in, &ln->ingress, list)
		n += scnprintf(text + n, size - n, "%s%s", n ? " " : "", in->dev->name);
	rtnl_unlock();
}

void lvsx_ingress_stop(struct lvsx_net *ln)
{
	struct lvsx_ingress *in, *next;

	rtnl_lock();
	list_for_each_entry_safe(in, next, &ln->ingress, list)
		ingress_drop(ln, in);
	rtnl_unlock();
}

/* A device is removed, or moved to another namespace. Under rtnl. */
static int ingress_device_event(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct lvsx_net *ln = event == NETDEV_UNREGISTER ? lvsx_net(dev_net(dev)) : NULL;
	struct lvsx_ingress *in = ln ? ingress_find(ln, dev) : NULL;

	if (in)
		ingress_drop(ln, in);
	return NOTIFY_DONE;
}

static struct notifier_block devices = { .notifier_call = ingress_device_event };

int lvsx_ingress_init(void)
{
	return register_netdevice_notifier(&devices);
}

void lvsx_ingress_exit(void)
{
	unregister_netdevice_notifier(&devices);
}
