// SPDX-License-Identifier: GPL-2.0-only
/* Notifying peers. See notify.h; the segments are core/pkt/segment.c's. */
#include <linux/module.h>
#include <linux/netfilter_ipv4.h>
#include <net/icmp.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/xfrm.h>
#include "compat/dst.h"
#include "core/host.h"
#include "core/pkt/segment.h"
#include "core/table/table.h"
#include "nexthop.h"
#include "notify.h"
#include "policy.h"
#include "route.h"
#include "source.h"
#include "xmit.h"

static unsigned int reset_rate = 10000;
module_param(reset_rate, uint, 0644);
MODULE_PARM_DESC(reset_rate, "RSTs that one CPU may send a second, and flows whose ends it may ask when they expire");

static u32 notify_rate(void)
{
	return min(READ_ONCE(reset_rate), LVSX_LIMIT_RATE_MAX);
}

bool lvsx_notify_may(struct lvsx_cpu *cpu)
{
	return lvsx_limit_has(&cpu->probes, lvsx_now_ms(), notify_rate());
}

/* Is it intact, and may it come in? What the host's TCP would check before it answers. */
static bool notify_is_sound(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt, __be32 local)
{
	struct sk_buff *skb = pkt->frame;

	return !nf_ip_checksum(skb, NF_INET_PRE_ROUTING, ip_hdrlen(skb), IPPROTO_TCP) &&
	       lvsx_source_is_client(cpu, pkt, local) &&
	       lvsx_policy_lets_in(skb, XFRM_POLICY_IN);
}

/* False: no memory, or no route. */
static bool notify_send(struct net *net, struct lvsx_segment *s, u32 priority)
{
	struct dst_entry *dst = lvsx_route_out(net, &s->tuple);
	unsigned int room = dst ? LL_RESERVED_SPACE(lvsx_dst_dev(dst)) : 0;
	struct sk_buff *skb = dst ? alloc_skb(room + dst->header_len + LVSX_SEGMENT_MAX,
					      GFP_ATOMIC | __GFP_NOWARN) : NULL;

	if (!skb) {
		dst_release(dst);
		return false;
	}
	s->hops = ip4_dst_hoplimit(dst);
	skb_reserve(skb, room + dst->header_len);
	skb_put(skb, lvsx_segment_write(s, skb->data));
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(struct iphdr));
	skb->protocol = htons(ETH_P_IP);
	skb->priority = priority;
	lvsx_xmit_own(net, skb, dst);
	return true;
}

/* Only answers count against the limit, so that junk does not use it up. */
static bool notify_reset(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt)
{
	const struct sk_buff *skb = pkt->frame;
	struct lvsx_segment s;

	if (!lvsx_segment_reset(&s, pkt))
		return false;
	s.traffic = ip_hdr(skb)->tos & ~INET_ECN_MASK;
	return lvsx_limit_take(&cpu->answers, pkt->now, notify_rate()) &&
	       notify_send(cpu->ln->net, &s, skb->priority);
}

int lvsx_notify_no_flow(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt, __be32 local)
{
	if (pkt->tcp_flags & LVSX_TCP_RST)
		return lvsx_drop(pkt, LVSX_REASON_NO_FLOW);
	if (!lvsx_limit_has(&cpu->answers, pkt->now, notify_rate()))
		return lvsx_drop(pkt, LVSX_REASON_RESET_LIMIT);
	if (!notify_is_sound(cpu, pkt, local) || !notify_reset(cpu, pkt))
		return lvsx_drop(pkt, LVSX_REASON_NO_FLOW);
	return lvsx_drop(pkt, LVSX_REASON_RESET);
}

void lvsx_notify_refused(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt, __be32 local)
{
	struct sk_buff *skb = pkt->frame;

	if (pkt->tuple.proto == LVSX_TCP) {
		if (lvsx_limit_has(&cpu->answers, pkt->now, notify_rate()) &&
		    notify_is_sound(cpu, pkt, local))
			notify_reset(cpu, pkt);
	} else if (lvsx_route_input(skb)) {
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
	}
}

/* If it has acknowledged more, its answer goes to the client, which resets it. */
LVSX_COLD void lvsx_notify_real(struct lvsx_net *ln, const struct lvsx_pkt *pkt,
				const struct lvsx_tuple *seen)
{
	const struct sk_buff *skb = pkt->frame;
	struct lvsx_segment s;

	lvsx_segment_abort(&s, pkt, seen);
	notify_send(ln->net, &s, skb->priority);
	s.flags = LVSX_TCP_ACK;
	s.seq--;
	notify_send(ln->net, &s, skb->priority);
}

static bool notify_probe(struct lvsx_net *ln, const struct lvsx_half *half,
			 const struct lvsx_half *other)
{
	struct lvsx_tuple wire;
	struct lvsx_segment s;

	lvsx_half_rewrite(half, &wire);
	lvsx_segment_probe(&s, &wire, READ_ONCE(half->seq), READ_ONCE(other->seq));
	return notify_send(ln->net, &s, 0);
}

/*
 * The sequence numbers that an RST must have are not known here. So both ends are probed, and their
 * answers find no flow: at the VIP lvsx_notify_no_flow() resets them, at a local address the host.
 */
bool lvsx_notify_ends(struct lvsx_cpu *cpu, const struct lvsx_half *fwd,
		      const struct lvsx_half *rev)
{
	bool told = lvsx_limit_take(&cpu->probes, lvsx_now_ms(), notify_rate());

	if (told) {
		rcu_read_lock();
		told = notify_probe(cpu->ln, rev, fwd) | notify_probe(cpu->ln, fwd, rev);
		rcu_read_unlock();
	}
	return told;
}

void lvsx_host_flow_idled(struct lvsx_table *t, const struct lvsx_half *fwd,
			  const struct lvsx_half *rev)
{
	struct lvsx_cpu *cpu = t->priv;

	if (READ_ONCE(cpu->ln->reset_idle))
		cpu->counters[lvsx_notify_ends(cpu, fwd, rev) ? LVSX_REASON_FLOW_TOLD :
							       LVSX_REASON_FLOW_UNTOLD]++;
}
