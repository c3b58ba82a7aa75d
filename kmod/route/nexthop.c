// SPDX-License-Identifier: GPL-2.0-only
/*
 * Next hops and sending. See nexthop.h.
 *
 * pkt->way carries the next hop from lvsx_env_route() to lvsx_xmit(): a place of the owner's
 * cache, whose route RCU keeps until the packet is gone; or place 0 of this CPU's, which holds a
 * reference for this one packet.
 */
#include <linux/icmp.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <net/arp.h>
#include <net/dst.h>
#include <net/dst_metadata.h>
#include <net/gso.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/neighbour.h>
#include <net/route.h>
#include "compat/dst.h"
#include "core/path/xlate.h"
#include "nexthop.h"
#include "xmit.h"

#define WAYS 4U	/* places that one route may have */

static struct lvsx_hop *way_of(const struct lvsx_pkt *pkt)
{
	return (struct lvsx_hop *)pkt->way;
}

/* The reference that goes with the packet: that of this CPU's place 0. */
static struct dst_entry *held_by(const struct lvsx_hop *hop)
{
	return likely(hop->name & (LVSX_HOPS - 1)) ? NULL : hop->dst;
}

void lvsx_way_put(struct lvsx_pkt *pkt)
{
	if (pkt->way)
		dst_release(held_by(way_of(pkt)));
	pkt->way = 0;
}

/*
 * Does this way want no more than a neighbour? Else the packet goes through dst_output(): what is
 * encrypted, encapsulated or delivered here, or leaves by a device that reads the packet's route,
 * as tunnels do. A VLAN keeps it, too, but does not read it.
 */
static bool is_plain(const struct dst_entry *dst)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);
	const struct net_device *dev = lvsx_dst_dev(dst);

	return !dst_xfrm(dst) && !dst->lwtstate && rt->rt_gw_family != AF_INET6 &&
	       rt->rt_type == RTN_UNICAST &&
	       (dev->priv_flags & IFF_XMIT_DST_RELEASE || is_vlan_dev(dev));
}

/* Takes the reference over. What can be known before any packet is settled here. */
static void set_hop(struct lvsx_hop *hop, struct dst_entry *dst, u32 name)
{
	u32 mtu = is_plain(dst) ? dst_mtu(dst) : 0;

	*hop = (struct lvsx_hop){ .dst = dst, .name = name, .mtu = mtu };
}

struct lvsx_hops *lvsx_hops_new(void)
{
	struct lvsx_hops *hops = kvzalloc(sizeof(*hops), GFP_KERNEL);
	u32 place;

	if (!hops)
		return NULL;
	for (place = 0; place < LVSX_HOPS; place++)
		hops->hop[place].name = LVSX_HOPS | place;
	hops->hint = hops->hop[1].name;
	return hops;
}

void lvsx_hops_put(struct lvsx_hops *hops)
{
	u32 place;

	for (place = 1; place < LVSX_HOPS; place++)
		if (hops->hop[place].dst)
			dst_release(hops->hop[place].dst);
}

/* The name that a place has when it is given away next; it is never 0. */
static u32 next_name(u32 name)
{
	name += LVSX_HOPS;
	return likely(name >= LVSX_HOPS) ? name : name + LVSX_HOPS;
}

/*
 * The name of this route, whose reference is taken over. It has one of a few places; where all are
 * taken one goes, a route that does not hold any more before others.
 */
static u32 hop_get(struct lvsx_cpu *cpu, struct dst_entry *dst)
{
	struct lvsx_hops *hops = cpu->hops;
	struct lvsx_hop *hop = lvsx_hop_of(cpu, hops->hint), *free = NULL, *set;
	u32 way;

	if (likely(hop->dst == dst))
		goto found;
	set = &hops->hop[hash_ptr(dst, LVSX_HOPS_SHIFT) & ~(WAYS - 1)];
	for (way = 0; way < WAYS; way++) {
		hop = set + way;
		if (hop == hops->hop)	/* place 0 */
			continue;
		if (hop->dst == dst)
			goto found;
		if (!free || (free->dst && (!hop->dst || !lvsx_hop_holds(cpu->ln->net, hop))))
			free = hop;
	}
	if (free->dst && lvsx_hop_holds(cpu->ln->net, free))
		free = set + 1 + hops->victim++ % (WAYS - 1);	/* not place 0 */
	if (free->dst)
		dst_release(free->dst);	/* freed after a grace period: packets may still hold it */
	set_hop(free, dst, next_name(free->name));
	hops->hint = free->name;
	return free->name;
found:
	hops->hint = hop->name;
	dst_release(dst);
	return hop->name;
}

/* @inside: it may be an address of this host. NULL: there is none. */
static struct dst_entry *way_for(struct net *net, struct flowi4 *fl, bool inside)
{
	struct rtable *rt = ip_route_output_key(net, fl);

	if (IS_ERR(rt))
		return NULL;
	if (rt->rt_type != RTN_UNICAST && !(inside && rt->rt_type == RTN_LOCAL)) {
		ip_rt_put(rt);
		return NULL;
	}
	return &rt->dst;
}

/*
 * Not by the packet's fwmark, which may have rules that only make sense on the way in. A real
 * server may be an address of this host: its packets go by the loopback device, and its answers
 * come by it. A client may not: what is sent to it would come in as a client's once more.
 */
static LVSX_COLD struct dst_entry *look_up(struct net *net, const struct lvsx_half *half)
{
	struct flowi4 fl = {
		.daddr = half->addr[LVSX_NEW_DST],
		.saddr = half->addr[LVSX_NEW_SRC],
		.fl4_sport = half->new_sport,
		.fl4_dport = half->new_dport,
		.flowi4_proto = half->proto,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,	/* a VIP need not be this host's address */
		.flowi4_scope = RT_SCOPE_UNIVERSE,
	};

	return way_for(net, &fl, !(half->flags & LVSX_HALF_REV));
}

struct dst_entry *lvsx_route_out(struct net *net, const struct lvsx_tuple *tuple)
{
	struct flowi4 fl = {
		.daddr = tuple->daddr[0],
		.saddr = tuple->saddr[0],
		.fl4_sport = tuple->sport,
		.fl4_dport = tuple->dport,
		.flowi4_proto = tuple->proto,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
		.flowi4_scope = RT_SCOPE_UNIVERSE,
	};

	return way_for(net, &fl, true);
}

/* The place for the way to a real server, the same for all flows from this local address. */
static __always_inline struct lvsx_way *place(struct lvsx_cpu *cpu, const struct lvsx_half *half)
{
	u32 hash = ((__force u32)half->addr[LVSX_NEW_DST] * 0x9e3779b1u ^
		    (__force u32)half->addr[LVSX_NEW_SRC]) * 0x9e3779b1u;

	return &cpu->hops->way[hash >> (32 - LVSX_WAYS_SHIFT)];
}

/* Policy rules and IPsec policies may be by ports, so that flows of the same addresses part. */
static bool by_ports(const struct net *net)
{
	bool by = false;

#ifdef CONFIG_IP_MULTIPLE_TABLES
	by = READ_ONCE(net->ipv4.fib_rules_require_fldissect);
#endif
#ifdef CONFIG_XFRM
	by |= READ_ONCE(net->xfrm.policy_count[XFRM_POLICY_OUT]);
#endif
	return by;
}

#ifdef CONFIG_XFRM
/*
 * disable_policy, which input routing would have noted in the control block: the packet has not
 * been there, and at ingress that block is not even the IP layer's.
 */
LVSX_COLD bool lvsx_policy_asked(struct sk_buff *skb, int dir)
{
	struct in_device *in_dev = __in_dev_get_rcu(skb->dev);

	return (in_dev && IN_DEV_ORCONF(in_dev, NOPOLICY)) ||
	       __xfrm_policy_check(NULL, dir, skb, AF_INET);
}
#endif

/* The next hop that the last flow of these addresses took, if it still is. 0: none. */
static __always_inline u32 way_get(struct lvsx_cpu *cpu, const struct lvsx_half *half)
{
	const struct lvsx_way *way = place(cpu, half);

	if (by_ports(cpu->ln->net) || way->saddr != half->addr[LVSX_NEW_SRC] ||
	    way->daddr != half->addr[LVSX_NEW_DST] || way->proto != half->proto ||
	    !lvsx_hop_valid(cpu->ln->net, lvsx_hop_of(cpu, way->hop), way->hop))
		return 0;
	return way->hop;
}

static void way_set(struct lvsx_cpu *cpu, const struct lvsx_half *half, u32 hop)
{
	*place(cpu, half) = (struct lvsx_way){
		.saddr = half->addr[LVSX_NEW_SRC],
		.daddr = half->addr[LVSX_NEW_DST],
		.proto = half->proto,
		.hop = hop,
	};
}

/* A half of our own that has no next hop, or no valid one, gets it. 0: there is no route. */
static u32 renew(struct lvsx_cpu *cpu, struct lvsx_half *half)
{
	bool fwd = !(half->flags & LVSX_HALF_REV);
	struct dst_entry *dst;

	half->hop = fwd ? way_get(cpu, half) : 0;
	if (half->hop)
		return half->hop;
	dst = look_up(cpu->ln->net, half);
	if (!dst)
		return 0;
	half->hop = hop_get(cpu, dst);
	if (fwd)
		way_set(cpu, half, half->hop);
	return half->hop;
}

/* The next hop of a half that is another CPU's. */
static struct lvsx_hop *borrow(struct lvsx_net *ln, const struct lvsx_half *half)
{
	struct lvsx_hop *hop = this_cpu_ptr(ln->cpu)->hops->hop;
	struct dst_entry *dst = look_up(ln->net, half);

	if (!dst)
		return NULL;
	set_hop(hop, dst, hop->name);
	return hop;
}

static LVSX_COLD struct lvsx_hop *choose_new(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt)
{
	u32 name;

	if (pkt->half->flags & LVSX_HALF_REV)
		lvsx_sight_note(this_cpu_ptr(cpu->ln->cpu), pkt);
	if (pkt->owner->cpu != pkt->cpu)
		return borrow(cpu->ln, pkt->half);
	name = renew(cpu, pkt->half);
	return name ? lvsx_hop_of(cpu, name) : NULL;
}

static __always_inline struct lvsx_hop *choose(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt)
{
	if (likely(pkt->owner->cpu == pkt->cpu && pkt->half->hop)) {
		struct lvsx_hop *hop = lvsx_hop_of(cpu, pkt->half->hop);

		if (likely(lvsx_hop_valid(cpu->ln->net, hop, pkt->half->hop)))
			return hop;
	} else if (likely(pkt->owner->cpu == pkt->cpu && !(pkt->half->flags & LVSX_HALF_REV))) {
		pkt->half->hop = way_get(cpu, pkt->half);
		if (likely(pkt->half->hop))
			return lvsx_hop_of(cpu, pkt->half->hop);
	}
	return choose_new(cpu, pkt);
}

bool lvsx_route_input(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);

	return skb_valid_dst(skb) ||
	       !lvsx_ip_route_input(skb, iph->daddr, iph->saddr, iph->tos, skb->dev);
}

static LVSX_COLD int tell(struct lvsx_pkt *pkt, int type, int code, u32 info,
			  enum lvsx_reason reason)
{
	struct sk_buff *skb = pkt->world;

	if (lvsx_route_input(skb))
		icmp_send(skb, type, code, htonl(info));
	return lvsx_drop(pkt, reason);
}

/* As stock says to a client. New connections go to other real servers for a moment. */
static LVSX_COLD int no_route(struct lvsx_net *ln, struct lvsx_pkt *pkt)
{
	if (!(pkt->half->flags & LVSX_HALF_REV))
		lvsx_ipvs_avoid(ln, pkt->half->real);
	return tell(pkt, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0, LVSX_REASON_NO_ROUTE);
}

LVSX_COLD bool lvsx_hop_takes_segments(const struct sk_buff *skb, const struct lvsx_hop *hop)
{
	return hop->mtu && skb_is_gso(skb) &&
	       skb_gso_validate_network_len(skb, dst_mtu(hop->dst));
}

/* Does it fit? A reassembled datagram is split again as its sender had split it (RFC 791 §3.2). */
static LVSX_COLD bool fits(struct sk_buff *skb, unsigned int mtu)
{
	if (skb_is_gso(skb) ? skb_gso_validate_network_len(skb, mtu) : skb->len <= mtu)
		return true;
	if (!(ip_hdr(skb)->frag_off & htons(IP_DF)))
		return true;
	if (IPCB(skb)->frag_max_size && IPCB(skb)->frag_max_size <= mtu) {
		skb->ignore_df = 1;
		return true;
	}
	return false;
}

int lvsx_env_route(struct lvsx_pkt *pkt)
{
	struct lvsx_cpu *cpu = pkt->owner->world;
	struct sk_buff *skb = pkt->world;
	struct lvsx_hop *hop;
	unsigned int mtu;

	if (unlikely(ip_hdr(skb)->ttl <= 1))
		return tell(pkt, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0, LVSX_REASON_TTL);
	if (unlikely(skb_warn_if_lro(skb)))
		return lvsx_drop(pkt, LVSX_REASON_LRO);
	if (unlikely(!lvsx_policy_allows(skb, pkt->half)))
		return lvsx_drop(pkt, LVSX_REASON_POLICY);
	hop = choose(cpu, pkt);
	if (unlikely(!hop))
		return no_route(cpu->ln, pkt);
	pkt->way = (unsigned long)hop;
	if (unlikely(!lvsx_hop_takes(hop, skb->len))) {
		mtu = dst_mtu(hop->dst);
		if (!fits(skb, mtu)) {
			lvsx_way_put(pkt);
			return tell(pkt, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, mtu,
				    LVSX_REASON_TOO_BIG);
		}
	}
	if (unlikely(!lvsx_ipvs_count(cpu->ln, pkt->half->real, pkt->half->flags & LVSX_HALF_REV,
				      skb->len))) {
		bool expires = lvsx_ipvs_expires(cpu->ln->net);

		if (pkt->flags & LVSX_PKT_ICMP_ERROR && !expires)
			return LVSX_NEXT;
		lvsx_way_put(pkt);
		return lvsx_drop(pkt, expires ? LVSX_REASON_FLOW_NODEST : LVSX_REASON_REAL_GONE);
	}
	return LVSX_NEXT;
}

LVSX_COLD void lvsx_send_priority(const struct net *net, struct sk_buff *skb)
{
	if (READ_ONCE(net->ipv4.sysctl_ip_fwd_update_priority))
		skb->priority = rt_tos2priority(ip_hdr(skb)->tos);
}

/* What the neighbour cannot take as it is: to be split, or not is_plain(). */
static LVSX_COLD bool xmit_slow(struct net *net, struct sk_buff *skb, struct lvsx_hop *hop,
				bool rev)
{
	unsigned int mtu = dst_mtu(hop->dst);

	if (hop->mtu &&
	    (skb_is_gso(skb) ? skb_gso_validate_network_len(skb, mtu) : skb->len <= mtu))
		return false;
	/* Fragments of many clients have one source now: their identifiers must not meet. */
	if (!rev && !skb_is_gso(skb) && skb->len > mtu) {
		__ip_select_ident(net, ip_hdr(skb), 1);
		ip_send_check(ip_hdr(skb));
	}
	dst_hold(hop->dst);
	skb_dst_set(skb, hop->dst);
	dst_output(net, NULL, skb);
	return true;
}

/*
 * One that is new is to be resolved. The packet takes its route along: should nobody answer, the
 * kernel tells the sender by it, which is the local address, and our own hook passes it on.
 */
LVSX_COLD bool lvsx_send_slow(struct sk_buff *skb, const struct lvsx_hop *hop, __be32 nexthop)
{
	struct net_device *dev = skb->dev;
	struct neighbour *neigh;
	bool failed;

	dst_hold(hop->dst);
	skb_dst_set(skb, hop->dst);
	if (skb_headroom(skb) < LL_RESERVED_SPACE(dev)) {
		skb = skb_expand_head(skb, LL_RESERVED_SPACE(dev));
		if (!skb)
			return true;
	}
	neigh = __ipv4_neigh_lookup_noref(dev, (__force u32)nexthop) ?:
		__neigh_create(&arp_tbl, &nexthop, dev, false);
	if (IS_ERR(neigh)) {
		kfree_skb(skb);
		return true;
	}
	failed = READ_ONCE(neigh->nud_state) & NUD_FAILED;
	neigh_output(neigh, skb, false);
	return !failed;
}

void lvsx_xmit(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt)
{
	struct lvsx_hop *hop = way_of(pkt);
	struct dst_entry *held = held_by(hop);
	bool rev = pkt->half->flags & LVSX_HALF_REV;

	lvsx_send_begin(ln->net, skb, rev);
	if (likely(lvsx_hop_takes(hop, skb->len)) || !xmit_slow(ln->net, skb, hop, rev))
		if (unlikely(!lvsx_send(skb, hop)) && !rev)
			lvsx_ipvs_avoid(ln, pkt->half->real);
	/* The device may have brought this CPU another packet; place 0 is that one's then. */
	if (unlikely(held))
		dst_release(held);
}

void lvsx_route_send(struct net *net, struct sk_buff *skb, struct dst_entry *dst)
{
	struct lvsx_hop hop;

	set_hop(&hop, dst, 0);
	if (hop.mtu) {
		lvsx_send(skb, &hop);
		dst_release(dst);
	} else {
		skb->dev = lvsx_dst_dev(dst);
		skb_dst_set(skb, dst);
		dst_output(net, NULL, skb);
	}
}
