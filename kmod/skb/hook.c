// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets of the host at IPv4 PRE_ROUTING, before raw and conntrack: from netfilter through the
 * data path, whose verdict becomes netfilter's. Read from the bottom: the fast path, what must be
 * looked at closer first, the slow path. Softirq, or process context after nftables' queue; inside
 * an RCU read section. Registered in a namespace when that gets its first configuration.
 */
#include <linux/if_vlan.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <net/ip.h>
#include "bridge.h"
#include "fast.h"
#include "hook.h"
#include "options.h"
#include "pkt_ops.h"
#include "trace.h"
#include "core/path/path.h"
#include "route/xmit.h"
#include "rss/rx_sample.h"

#define PRIORITY (NF_IP_PRI_RAW - 10)

/* Drop a packet before the data path. */
static LVSX_COLD unsigned int hook_refuse(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	lvsx_parse_any(pkt);	/* for the tracepoint */
	trace_lvsx_packet(pkt, lvsx_drop(pkt, reason));
	return NF_DROP;
}

/* Send a translated packet. */
static unsigned int hook_forward(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt)
{
	bool rev = pkt->half->flags & LVSX_HALF_REV;

	if (rev) {
		lvsx_rx_sample_note(this_cpu_ptr(ln->cpu), pkt);
		if (unlikely(ip_hdr(skb)->ihl > 5))
			lvsx_options_answer(skb);
	}
	if (unlikely(!lvsx_xmit(ln->net, skb, pkt, rev)) && !rev)
		lvsx_ipvs_avoid(ln, pkt->half->real);
	return NF_STOLEN;
}

/* The slow path. @hdr: of a plain packet; else its proto is 0. */
static noinline unsigned int hook_slow(struct lvsx_net *ln, struct lvsx_cpu *cpu,
				       struct sk_buff *skb, struct lvsx_hdr hdr)
{
	struct lvsx_plane plane LVSX_UNINIT;
	struct lvsx_pkt pkt LVSX_UNINIT;
	int verdict;

	lvsx_skb_set(&pkt, ln, cpu, skb);
	plane.table = cpu->table;
	if (unlikely(!plane.table)) {
		if (!lvsx_service_known(&ln->services, ip_hdr(skb)->daddr))
			return NF_ACCEPT;
		return hook_refuse(&pkt, LVSX_REASON_NO_MEMORY);
	}
	plane.map = rcu_dereference(ln->portmap);
	plane.timeouts = &ln->timeouts;
	verdict = likely(hdr.proto) ? lvsx_path_plain(&pkt, &plane, hdr) :
				      lvsx_path(&pkt, &plane);
	trace_lvsx_packet(&pkt, verdict);
	if (likely(verdict == LVSX_FORWARD))
		return hook_forward(ln, skb, &pkt);
	return verdict == LVSX_PASS ? NF_ACCEPT : NF_DROP;
}

static LVSX_COLD unsigned int hook_refuse_options(struct lvsx_net *ln, struct lvsx_cpu *cpu,
						  struct sk_buff *skb, enum lvsx_reason reason)
{
	struct lvsx_pkt pkt LVSX_UNINIT;

	lvsx_skb_set(&pkt, ln, cpu, skb);
	return hook_refuse(&pkt, reason);
}

/* A packet with IP options, which the host looks at before all else. */
static noinline unsigned int hook_options(struct lvsx_net *ln, struct lvsx_cpu *cpu,
					  struct sk_buff *skb)
{
	struct lvsx_options was;
	enum lvsx_reason reason;
	unsigned int verdict;

	switch (lvsx_options_take(skb, &was, &reason)) {
	case LVSX_OPTIONS_HOST:
		return NF_ACCEPT;
	case LVSX_OPTIONS_BAD:
		return hook_refuse_options(ln, cpu, skb, reason);
	case LVSX_OPTIONS_GOOD:
		break;
	}
	verdict = hook_slow(ln, cpu, skb, (struct lvsx_hdr){ 0 });
	if (verdict == NF_ACCEPT)
		lvsx_options_put_back(skb, &was);
	return verdict;
}

/* A packet that is not plain. Fragments have no ports, so the host reassembles them first. */
static noinline unsigned int hook_closer(struct lvsx_net *ln, struct lvsx_cpu *cpu,
					 struct sk_buff *skb)
{
	if (unlikely(ip_is_fragment(ip_hdr(skb)) && ip_defrag(ln->net, skb, IP_DEFRAG_VS_IN)))
		return NF_STOLEN;
	if (ip_hdr(skb)->ihl > 5)
		return hook_options(ln, cpu, skb);
	return hook_slow(ln, cpu, skb, (struct lvsx_hdr){ 0 });
}

/* As if the frame had passed the devices from the bridge up to @dev. */
static noinline unsigned int hook_above_bridge(struct lvsx_net *ln, struct lvsx_cpu *cpu,
					       struct sk_buff *skb, struct net_device *dev)
{
	bool tagged = skb_vlan_tag_present(skb);
	struct net_device *was = skb->dev;
	__be16 proto = skb->vlan_proto;	/* which clearing may clear, too */
	u16 tci = skb->vlan_tci;
	unsigned int verdict;

	__vlan_hwaccel_clear_tag(skb);
	skb->dev = dev;
	verdict = hook_closer(ln, cpu, skb);
	if (verdict != NF_ACCEPT)
		return verdict;
	skb->dev = was;
	if (tagged)
		__vlan_hwaccel_put_tag(skb, proto, tci);
	return NF_ACCEPT;
}

static unsigned int hook_prerouting(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state);

/* A packet that an earlier chain had queued to a program comes in that program's context. */
static noinline unsigned int hook_from_program(void *priv, struct sk_buff *skb,
					       const struct nf_hook_state *state)
{
	unsigned int verdict;

	local_bh_disable();
	verdict = hook_prerouting(priv, skb, state);
	local_bh_enable();
	return verdict;
}

static const struct lvsx_fast_io hook_fast_io = {
	.ready = lvsx_fast_ready,
	.writable = lvsx_fast_writable,
	.account = lvsx_fast_account,
	.send = lvsx_fast_send,
};

static unsigned int hook_prerouting(void *priv, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	struct lvsx_net *ln = priv;
	struct lvsx_fast fast LVSX_UNINIT;
	struct lvsx_cpu *cpu;
	struct lvsx_hdr hdr;

	if (!lvsx_service_maybe(&ln->services, ip_hdr(skb)->daddr) ||
	    skb->pkt_type != PACKET_HOST ||
	    unlikely(data_race(ln->paused)))	/* a byte, read once a packet */
		return NF_ACCEPT;
	if (unlikely(!in_softirq()))
		return hook_from_program(priv, skb, state);
	lvsx_fast_assert_context();
	cpu = this_cpu_ptr(ln->cpu);
	if (unlikely(nf_bridge_in_prerouting(skb))) {
		struct net_device *dev = lvsx_bridge_receiver(skb);

		if (!dev)
			return NF_ACCEPT;
		if (dev != skb->dev || skb_vlan_tag_present(skb))
			return hook_above_bridge(ln, cpu, skb, dev);
	}
	hdr = lvsx_parse_plain(skb->data, skb_headlen(skb), skb->len);
	if (unlikely(!hdr.proto))
		return hook_closer(ln, cpu, skb);
	lvsx_fast_set(&fast, cpu, skb, skb->len);
	if (likely(cpu->table && !trace_lvsx_packet_enabled() &&
		   lvsx_fastpath(&hook_fast_io, &fast.pkt, hdr, cpu->table)))
		return NF_STOLEN;
	return hook_slow(ln, cpu, skb, hdr);
}

int lvsx_hook_start(struct lvsx_net *ln)
{
	int err;

	ln->hook = (struct nf_hook_ops){
		.hook = hook_prerouting,
		.priv = ln,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = PRIORITY,
	};
	ln->paused = lvsx_ipvs_paused(ln->net);
	err = nf_register_net_hook(ln->net, &ln->hook);
	ln->hooked = !err;
	return err;
}

void lvsx_hook_stop(struct lvsx_net *ln)
{
	if (ln->hooked)
		nf_unregister_net_hook(ln->net, &ln->hook);
	ln->hooked = false;
}
