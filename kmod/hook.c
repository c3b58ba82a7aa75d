// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only file that knows both sides: a packet comes in from netfilter, goes through lvsx_path(),
 * and its verdict becomes netfilter's.
 *
 * IPv4 PRE_ROUTING, before raw and conntrack: softirq, inside an RCU read section. Registered in a
 * namespace when it gets its first configuration.
 */
#include <linux/if_vlan.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <net/ip.h>
#include "hook.h"
#include "route.h"
#include "trace.h"

#define PRIORITY (NF_IP_PRI_RAW - 10)

/* Fragments have no ports: let the host put them together first. True: nothing to handle now. */
static bool gather(struct net *net, struct sk_buff *skb)
{
	return ip_is_fragment(ip_hdr(skb)) && ip_defrag(net, skb, IP_DEFRAG_VS_IN);
}

/* On the road. Nothing is cleared that is not read before it is written. */
static __always_inline void lay(struct lvsx_pkt *pkt, struct lvsx_net *ln, struct lvsx_cpu *cpu,
				struct sk_buff *skb)
{
	pkt->data = skb->data;
	pkt->len = skb_headlen(skb);
	pkt->total = skb->len;
	pkt->now = lvsx_now_ms();
	pkt->mark = skb->mark;
	pkt->cpu = cpu->id;
	pkt->words = 1;
	pkt->flags = (skb->ip_summed == CHECKSUM_PARTIAL ? LVSX_PKT_PARTIAL : 0) |
		     (skb_cloned(skb) ? 0 : LVSX_PKT_WRITABLE);
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

/* The end of a road that lvsx has taken: sent, or netfilter's word for it. */
static __always_inline unsigned int arrive(struct lvsx_net *ln, struct sk_buff *skb,
					   struct lvsx_pkt *pkt, int verdict)
{
	if (likely(verdict == LVSX_FORWARD)) {
		lvsx_xmit(ln, skb, pkt);
		return NF_STOLEN;
	}
	if (verdict == LVSX_PASS)
		return NF_ACCEPT;
	lvsx_way_put(pkt);
	return NF_DROP;
}

static unsigned int in4(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct lvsx_net *ln = priv;
	struct lvsx_plane plane LVSX_UNINIT;
	struct lvsx_pkt pkt LVSX_UNINIT;
	struct lvsx_cpu *cpu;
	int verdict;

	if (!lvsx_service_maybe(&ln->services, ip_hdr(skb)->daddr) ||
	    skb->pkt_type != PACKET_HOST || !lvsx_ipvs_enabled(state->net))
		return NF_ACCEPT;
	if (unlikely(gather(state->net, skb)))
		return NF_STOLEN;

	cpu = this_cpu_ptr(ln->cpu);
	lay(&pkt, ln, cpu, skb);
	if (unlikely(!cpu->table[0])) {
		lvsx_drop(&pkt, LVSX_REASON_NO_MEMORY);
		return NF_DROP;
	}
	set_plane(&plane, ln, cpu);
	verdict = lvsx_path(&pkt, &plane);
	trace_lvsx_packet(&pkt, verdict);
	return arrive(ln, skb, &pkt, verdict);
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
 * Make of it what ip_rcv() would: no padding, a header whose sum holds, no owner, a clean control
 * block. False: it may be wrong or odd; nothing of meaning has changed.
 */
static __always_inline bool receive(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	unsigned int len = ntohs(iph->tot_len);

	if (unlikely(iph->ihl != 5 || skb_shared(skb) || !sum_holds(iph)))
		return false;
	if (unlikely(skb->len != len && (len < sizeof(*iph) || pskb_trim_rcsum(skb, len))))
		return false;
	skb_set_transport_header(skb, sizeof(*iph));
	skb_orphan(skb);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	IPCB(skb)->iif = skb->skb_iif;
	return true;
}

/*
 * What comes here has passed no check of the IP layer's, so only what is plainly right is taken: an
 * unfragmented IPv4 packet without options, to this host, for a flow that is there.
 */
unsigned int lvsx_hook_early(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct lvsx_net *ln = priv;
	struct lvsx_plane plane LVSX_UNINIT;
	struct lvsx_pkt pkt LVSX_UNINIT;
	struct lvsx_cpu *cpu;
	int verdict;

	if (skb->protocol != htons(ETH_P_IP) || skb->pkt_type != PACKET_HOST ||
	    skb_vlan_tag_present(skb) || !pskb_may_pull(skb, sizeof(struct iphdr)) ||
	    !lvsx_service_maybe(&ln->services, ip_hdr(skb)->daddr) ||
	    !lvsx_ipvs_enabled(state->net))
		return NF_ACCEPT;
	cpu = this_cpu_ptr(ln->cpu);
	if (unlikely(!cpu->table[0] || !receive(skb)))
		return NF_ACCEPT;

	lay(&pkt, ln, cpu, skb);
	set_plane(&plane, ln, cpu);
	verdict = lvsx_path_known(&pkt, &plane);
	if (verdict == LVSX_PASS)
		return NF_ACCEPT;
	trace_lvsx_packet(&pkt, verdict);
	return arrive(ln, skb, &pkt, verdict);
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
	err = nf_register_net_hook(ln->net, &ln->hook);
	ln->hooked = !err;
	return err;
}

void lvsx_hook_stop(struct lvsx_net *ln)
{
	if (ln->hooked)
		nf_unregister_net_hook(ln->net, &ln->hook);
	ln->hooked = false;
	synchronize_net();	/* the last packet has left in4() */
}
