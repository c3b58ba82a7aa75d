// SPDX-License-Identifier: GPL-2.0-only
/* Finding the next hop of a flow's packets. See nexthop.h. */
#include <net/ip.h>
#include "nexthop.h"
#include "core/table/flow.h"

/*
 * Not by the packet's fwmark, which may have rules that only make sense on input. @inside: the
 * destination may be an address of this host. NULL: there is no route.
 */
static struct dst_entry *nexthop_dst(struct net *net, __be32 saddr, __be32 daddr, __be16 sport,
				     __be16 dport, u8 proto, bool inside)
{
	struct flowi4 fl = {
		.saddr = saddr,
		.daddr = daddr,
		.fl4_sport = sport,
		.fl4_dport = dport,
		.flowi4_proto = proto,
		.flowi4_flags = FLOWI_FLAG_ANYSRC,	/* a VIP need not be this host's address */
		.flowi4_scope = RT_SCOPE_UNIVERSE,
	};
	struct rtable *rt = ip_route_output_key(net, &fl);

	if (IS_ERR(rt))
		return NULL;
	if (rt->rt_type != RTN_UNICAST && !(inside && rt->rt_type == RTN_LOCAL)) {
		ip_rt_put(rt);
		return NULL;
	}
	return &rt->dst;
}

/*
 * A real server may be an address of this host: packets to and from it go by the loopback device. A
 * client may not: what is sent to it would come in once more, as a client's packet.
 */
static LVSX_COLD struct dst_entry *nexthop_look_up(struct net *net, const struct lvsx_half *half)
{
	return nexthop_dst(net, lvsx_nexthop_from(half), lvsx_nexthop_to(half), half->new_sport,
			   half->new_dport, half->proto, !(half->flags & LVSX_HALF_REV));
}

struct dst_entry *lvsx_route_out(struct net *net, const struct lvsx_tuple *tuple)
{
	return nexthop_dst(net, tuple->saddr[0], tuple->daddr[0], tuple->sport, tuple->dport,
			   tuple->proto, true);
}

static void nexthop_set_hint(struct lvsx_cpu *cpu, const struct lvsx_half *half, u32 hop)
{
	*lvsx_nexthop_hint(cpu, half) = (struct lvsx_route_hint){
		.saddr = lvsx_nexthop_from(half),
		.daddr = lvsx_nexthop_to(half),
		.proto = half->proto,
		.hop = hop,
	};
}

/* Set the next hop of a half of our own that has none, or no valid one. 0: there is no route. */
static u32 nexthop_renew(struct lvsx_cpu *cpu, struct lvsx_half *half)
{
	bool fwd = !(half->flags & LVSX_HALF_REV);
	struct dst_entry *dst;

	half->nexthop = fwd ? lvsx_nexthop_hinted(cpu, half) : 0;
	if (half->nexthop)
		return half->nexthop;
	dst = nexthop_look_up(cpu->ln->net, half);
	if (!dst)
		return 0;
	half->nexthop = lvsx_routes_get(cpu, dst);
	if (fwd)
		nexthop_set_hint(cpu, half, half->nexthop);
	return half->nexthop;
}

/* The next hop of another CPU's half. */
static struct lvsx_nexthop *nexthop_borrow(struct lvsx_net *ln, const struct lvsx_half *half)
{
	struct lvsx_nexthop *hop = this_cpu_ptr(ln->cpu)->routes->hop;
	struct dst_entry *dst = nexthop_look_up(ln->net, half);

	if (!dst)
		return NULL;
	lvsx_nexthop_set(hop, dst, hop->name);
	return hop;
}

LVSX_COLD struct lvsx_nexthop *lvsx_nexthop_find_slow(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt)
{
	u32 name;

	if (pkt->owner->cpu != pkt->cpu)
		return nexthop_borrow(cpu->ln, pkt->half);
	name = nexthop_renew(cpu, pkt->half);
	return name ? lvsx_nexthop_of(cpu, name) : NULL;
}
