// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only file that knows both sides: a packet comes in from netfilter, goes through lvsx_path(),
 * and its verdict becomes netfilter's. Most go the short road of core/path/fastpath.h.
 *
 * IPv4 PRE_ROUTING, before raw and conntrack: softirq, or, where a program was asked about the
 * packet, process context; inside an RCU read section. Registered in a namespace when it gets its
 * first configuration.
 */
#include <linux/if_vlan.h>
#include <linux/netfilter.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <net/ip.h>
#include "bridge.h"
#include "core/path/fastpath.h"
#include "hook.h"
#include "options.h"
#include "route/nexthop.h"
#include "route/xmit.h"
#include "trace.h"

#define PRIORITY (NF_IP_PRI_RAW - 10)

/* Fragments have no ports: let the host put them together first. True: nothing to handle now. */
static bool gather(struct net *net, struct sk_buff *skb)
{
	return ip_is_fragment(ip_hdr(skb)) && ip_defrag(net, skb, IP_DEFRAG_VS_IN);
}

/* What the packet is before anybody has looked into it. */
static __always_inline void set_packet(struct lvsx_pkt *pkt, const struct sk_buff *skb)
{
	pkt->data = skb->data;
	pkt->len = skb_headlen(skb);
	pkt->total = skb->len;
	pkt->words = 1;
	pkt->flags = skb->ip_summed == CHECKSUM_PARTIAL ? LVSX_PKT_PARTIAL : 0;
}

/* And what the road asks of the world. Nothing is cleared that is not read before it is written. */
static __always_inline void set_world(struct lvsx_pkt *pkt, struct lvsx_net *ln,
				      struct lvsx_cpu *cpu, struct sk_buff *skb)
{
	pkt->now = lvsx_now_ms();
	pkt->mark = skb->mark;
	pkt->cpu = cpu->id;
	pkt->flags |= skb_cloned(skb) ? 0 : LVSX_PKT_WRITABLE;
	pkt->world = skb;
	pkt->instance = ln;
	pkt->counters = cpu->counters;
}

static __always_inline void set_plane(struct lvsx_plane *plane, const struct lvsx_net *ln,
				      const struct lvsx_cpu *cpu)
{
	plane->table[0] = cpu->table[0];
	plane->table[1] = cpu->table[1];
	plane->rss = rcu_dereference(ln->rss);
	plane->timeouts = &ln->timeouts;
}

/* Make of a packet at ingress what ip_rcv() would: no padding, no owner, a clean control block. */
static __always_inline void receive(struct sk_buff *skb, u32 len)
{
	if (unlikely(skb->len != len))
		pskb_trim_rcsum(skb, len);	/* it is linear: this cannot fail */
	skb_set_transport_header(skb, sizeof(struct iphdr));
	skb_orphan(skb);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	IPCB(skb)->iif = skb->skb_iif;
}

/*
 * Send on a packet of which all is known, by the shortest road there is. @pkt: set_packet() and
 * lvsx_parse_plain(). @early: it comes from ingress. False: it is not one, and nothing has happened
 * to it.
 */
static __always_inline bool send_known(struct lvsx_net *ln, struct lvsx_cpu *cpu,
				       struct sk_buff *skb, struct lvsx_pkt *pkt, bool early)
{
	const struct lvsx_table *table = cpu->table[0];
	struct lvsx_half *half;
	struct lvsx_hop *hop;
	bool rev;

	if (unlikely(!table || trace_lvsx_packet_enabled()))
		return false;
	if (unlikely(!lvsx_known_find(table, pkt, &half)))
		return false;
	hop = lvsx_hop_of(cpu, half->hop);
	if (unlikely(!lvsx_hop_valid(ln->net, hop, half->hop) || ip_hdr(skb)->ttl <= 1 ||
		     skb_warn_if_lro(skb) || !lvsx_policy_allows(skb, half)))
		return false;
	if (unlikely(!lvsx_hop_takes(hop, pkt->total) && !lvsx_hop_takes_segments(skb, hop)))
		return false;
	if (unlikely(skb_cloned(skb))) {
		if (skb_ensure_writable(skb, lvsx_xlate_span(pkt)))
			return false;
		pkt->data = skb->data;
	}
	rev = data_race(half->flags) & LVSX_HALF_REV;	/* a bit that never changes */
	if (unlikely(!lvsx_ipvs_count(ln, half->real, rev, pkt->total)))
		return false;
	if (early)
		receive(skb, pkt->total);

	pkt->now = lvsx_now_ms();
	lvsx_known_carry(pkt, half);
	cpu->counters[rev ? LVSX_REASON_REV : LVSX_REASON_FWD]++;
	lvsx_send_begin(ln->net, skb, rev);
	lvsx_send(skb, hop);
	return true;
}

/* The end of a packet that does not even begin its road. */
static LVSX_COLD unsigned int refuse(struct lvsx_pkt *pkt, enum lvsx_reason reason)
{
	lvsx_parse_any(pkt);	/* whose it is, for those who watch */
	trace_lvsx_packet(pkt, lvsx_drop(pkt, reason));
	return NF_DROP;
}

/* The whole road; from its second step on if the first has been taken. */
static __always_inline unsigned int go(struct lvsx_net *ln, struct lvsx_cpu *cpu,
				       struct sk_buff *skb, struct lvsx_pkt *pkt, bool parsed)
{
	struct lvsx_plane plane LVSX_UNINIT;
	int verdict;

	set_world(pkt, ln, cpu, skb);
	if (unlikely(!cpu->table[0])) {
		if (!lvsx_service_known(&ln->services, ip_hdr(skb)->daddr))
			return NF_ACCEPT;
		return refuse(pkt, LVSX_REASON_NO_MEMORY);
	}
	set_plane(&plane, ln, cpu);
	verdict = parsed ? lvsx_path_parsed(pkt, &plane) : lvsx_path(pkt, &plane);
	trace_lvsx_packet(pkt, verdict);
	if (likely(verdict == LVSX_FORWARD)) {
		if (!parsed && ip_hdr(skb)->ihl > 5 && pkt->half->flags & LVSX_HALF_REV)
			lvsx_options_answer(skb);
		lvsx_xmit(ln, skb, pkt);
		return NF_STOLEN;
	}
	if (verdict == LVSX_PASS)
		return NF_ACCEPT;
	lvsx_way_put(pkt);
	return NF_DROP;
}

static unsigned int go_slow(struct lvsx_net *ln, struct lvsx_cpu *cpu, struct sk_buff *skb)
{
	struct lvsx_pkt pkt LVSX_UNINIT;

	set_packet(&pkt, skb);
	return go(ln, cpu, skb, &pkt, false);
}

static LVSX_COLD unsigned int refuse_unseen(struct lvsx_net *ln, struct lvsx_cpu *cpu,
					    struct sk_buff *skb, enum lvsx_reason reason)
{
	struct lvsx_pkt pkt LVSX_UNINIT;

	set_packet(&pkt, skb);
	set_world(&pkt, ln, cpu, skb);
	return refuse(&pkt, reason);
}

static noinline unsigned int go_options(struct lvsx_net *ln, struct lvsx_cpu *cpu,
					struct sk_buff *skb)
{
	struct lvsx_options was;
	enum lvsx_reason reason;
	unsigned int verdict;

	switch (lvsx_options_take(skb, &was, &reason)) {
	case LVSX_OPTIONS_HOST:
		return NF_ACCEPT;
	case LVSX_OPTIONS_BAD:
		return refuse_unseen(ln, cpu, skb, reason);
	case LVSX_OPTIONS_GOOD:
		break;
	}
	verdict = go_slow(ln, cpu, skb);
	if (verdict == NF_ACCEPT)
		lvsx_options_put_back(skb, &was);
	return verdict;
}

static noinline unsigned int walk(struct lvsx_net *ln, struct lvsx_cpu *cpu, struct sk_buff *skb)
{
	if (unlikely(gather(ln->net, skb)))
		return NF_STOLEN;
	if (ip_hdr(skb)->ihl > 5)
		return go_options(ln, cpu, skb);
	return go_slow(ln, cpu, skb);
}

/* What lvsx_parse_plain() found, to be handed on in registers. */
struct parsed {
	__be32 saddr;
	__be32 daddr;
	u32 ports;
	u16 end;
	u8 proto;
	u8 tcp_flags;
};

static noinline unsigned int walk_on(struct lvsx_net *ln, struct lvsx_cpu *cpu, struct sk_buff *skb,
				     struct parsed parsed)
{
	struct lvsx_pkt pkt LVSX_UNINIT;

	set_packet(&pkt, skb);
	pkt.end = parsed.end;
	pkt.l4 = sizeof(struct lvsx_ip4);
	pkt.tcp_flags = parsed.tcp_flags;
	pkt.tuple.saddr[0] = parsed.saddr;
	pkt.tuple.daddr[0] = parsed.daddr;
	lvsx_store_ports(&pkt.tuple, offsetof(struct lvsx_tuple, sport), parsed.ports);
	pkt.tuple.proto = parsed.proto;
	pkt.tuple.words = 1;
	return go(ln, cpu, skb, &pkt, true);
}

static __always_inline struct parsed parsed_of(const struct lvsx_pkt *pkt)
{
	return (struct parsed){
		.saddr = pkt->tuple.saddr[0],
		.daddr = pkt->tuple.daddr[0],
		.ports = lvsx_load_ports(&pkt->tuple, offsetof(struct lvsx_tuple, sport)),
		.end = pkt->end,
		.proto = pkt->tuple.proto,
		.tcp_flags = pkt->tcp_flags,
	};
}

/*
 * A CPU's table has one writer: softirqs are off from here on, and the RCU read section that the
 * host began lasts.
 */
static __always_inline void assert_entered(void)
{
	lockdep_assert_in_softirq();
	RCU_LOCKDEP_WARN(!rcu_read_lock_held(), "lvsx: a packet outside an RCU read section");
}

static unsigned int in4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

/* A packet that a program was shown by an earlier chain comes back in that program's context. */
static noinline unsigned int in4_again(void *priv, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	unsigned int verdict;

	local_bh_disable();
	verdict = in4(priv, skb, state);
	local_bh_enable();
	return verdict;
}

/* As if the frame had gone through the devices between the bridge and @dev. */
static noinline unsigned int walk_above(struct lvsx_net *ln, struct lvsx_cpu *cpu,
					struct sk_buff *skb, struct net_device *dev)
{
	bool tagged = skb_vlan_tag_present(skb);
	struct net_device *was = skb->dev;
	__be16 proto = skb->vlan_proto;	/* which clearing may clear, too */
	u16 tci = skb->vlan_tci;
	unsigned int verdict;

	__vlan_hwaccel_clear_tag(skb);
	skb->dev = dev;
	verdict = walk(ln, cpu, skb);
	if (verdict != NF_ACCEPT)
		return verdict;
	skb->dev = was;
	if (tagged)
		__vlan_hwaccel_put_tag(skb, proto, tci);
	return NF_ACCEPT;
}

static unsigned int in4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct lvsx_net *ln = priv;
	struct lvsx_pkt pkt LVSX_UNINIT;
	struct lvsx_cpu *cpu;

	if (!lvsx_service_maybe(&ln->services, ip_hdr(skb)->daddr) ||
	    skb->pkt_type != PACKET_HOST ||
	    unlikely(data_race(ln->paused)))	/* a byte, read once a packet */
		return NF_ACCEPT;
	if (unlikely(!in_softirq()))
		return in4_again(priv, skb, state);
	assert_entered();
	cpu = this_cpu_ptr(ln->cpu);
	if (unlikely(nf_bridge_in_prerouting(skb))) {
		struct net_device *dev = lvsx_bridge_receiver(skb);

		if (!dev)
			return NF_ACCEPT;
		if (dev != skb->dev || skb_vlan_tag_present(skb))
			return walk_above(ln, cpu, skb, dev);
	}
	set_packet(&pkt, skb);
	if (unlikely(!lvsx_parse_plain(&pkt)))
		return walk(ln, cpu, skb);
	return likely(send_known(ln, cpu, skb, &pkt, false)) ? NF_STOLEN :
							walk_on(ln, cpu, skb, parsed_of(&pkt));
}

/*
 * Does the sum of a header without options hold? A ones' complement sum of 16-bit words is one
 * modulo 65535 (RFC 1071), of which 0xffff is zero; and the words of a header are not all zero.
 */
static __always_inline bool sum_holds(const struct iphdr *iph)
{
	const u32 *word = (const u32 *)iph;

	return ((u64)word[0] + word[1] + word[2] + word[3] + word[4]) % 0xffff == 0;
}

/*
 * What comes here has passed no check of the IP layer's, so only what is plainly right is taken: an
 * unfragmented IPv4 packet without options, to this host, of a flow that it changes nothing about.
 * All others go on as they came.
 */
unsigned int lvsx_hook_early(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct lvsx_net *ln = priv;
	struct lvsx_pkt pkt LVSX_UNINIT;
	u32 len;

	if (skb->protocol != htons(ETH_P_IP) || skb->pkt_type != PACKET_HOST ||
	    skb_vlan_tag_present(skb) || !pskb_may_pull(skb, sizeof(struct iphdr)) ||
	    !lvsx_service_maybe(&ln->services, ip_hdr(skb)->daddr) ||
	    unlikely(data_race(ln->paused) ||	/* a byte, read once a packet */
		     ip_hdr(skb)->ihl != 5 || skb_shared(skb) || !sum_holds(ip_hdr(skb))))
		return NF_ACCEPT;
	/* Padding counts for nothing; where it is scattered the IP layer may take it off. */
	len = ntohs(ip_hdr(skb)->tot_len);
	if (unlikely(skb->len != len && (skb->len < len || skb_is_nonlinear(skb))))
		return NF_ACCEPT;
	assert_entered();
	set_packet(&pkt, skb);
	pkt.total = len;
	return lvsx_parse_plain(&pkt) && send_known(ln, this_cpu_ptr(ln->cpu), skb, &pkt, true) ?
		NF_STOLEN : NF_ACCEPT;
}

int lvsx_hook_start(struct lvsx_net *ln)
{
	int err;

	ln->hook = (struct nf_hook_ops){
		.hook = in4,
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
