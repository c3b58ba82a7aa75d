// SPDX-License-Identifier: GPL-2.0-only
/* The next hop cache of one CPU. See routes.h. */
#include <linux/hash.h>
#include <linux/if_vlan.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include "compat/dst.h"
#include "routes.h"

#define WAYS 4U	/* of associativity: places that a route may be in */

/*
 * Does this route need no more than a neighbour? Else packets go through dst_output(): what is
 * encrypted, encapsulated or delivered here, or leaves by a device that reads the packet's route,
 * as tunnels do. A VLAN keeps the route, too, but does not read it.
 */
static bool nexthop_is_plain(const struct dst_entry *dst)
{
	const struct rtable *rt = container_of(dst, struct rtable, dst);
	const struct net_device *dev = lvsx_dst_dev(dst);

	return !dst_xfrm(dst) && !dst->lwtstate && rt->rt_gw_family != AF_INET6 &&
	       rt->rt_type == RTN_UNICAST &&
	       (dev->priv_flags & IFF_XMIT_DST_RELEASE || is_vlan_dev(dev));
}

/* What does not depend on the packet is decided here. */
void lvsx_nexthop_set(struct lvsx_nexthop *hop, struct dst_entry *dst, u32 name)
{
	u32 mtu = nexthop_is_plain(dst) ? dst_mtu(dst) : 0;

	*hop = (struct lvsx_nexthop){ .dst = dst, .name = name, .mtu = mtu };
}

struct lvsx_routes *lvsx_routes_new(void)
{
	struct lvsx_routes *routes = kvzalloc(sizeof(*routes), GFP_KERNEL);
	u32 place;

	if (!routes)
		return NULL;
	for (place = 0; place < LVSX_NEXTHOPS; place++)
		routes->hop[place].name = LVSX_NEXTHOPS | place;
	routes->last = routes->hop[1].name;
	return routes;
}

void lvsx_routes_put(struct lvsx_routes *routes)
{
	u32 place;

	for (place = 1; place < LVSX_NEXTHOPS; place++)
		if (routes->hop[place].dst)
			dst_release(routes->hop[place].dst);
}

/* The name of a place's next user; it is never 0. */
static u32 nexthop_next_name(u32 name)
{
	name += LVSX_NEXTHOPS;
	return likely(name >= LVSX_NEXTHOPS) ? name : name + LVSX_NEXTHOPS;
}

/*
 * A route may be in one of a few places; if all are taken, one is evicted, preferably an outdated
 * one.
 */
u32 lvsx_routes_get(struct lvsx_cpu *cpu, struct dst_entry *dst)
{
	struct lvsx_routes *routes = cpu->routes;
	struct lvsx_nexthop *hop = lvsx_nexthop_of(cpu, routes->last), *free = NULL, *set;
	u32 way;

	if (likely(hop->dst == dst))
		goto found;
	set = &routes->hop[hash_ptr(dst, LVSX_NEXTHOPS_SHIFT) & ~(WAYS - 1)];
	for (way = 0; way < WAYS; way++) {
		hop = set + way;
		if (hop == routes->hop)	/* place 0 */
			continue;
		if (hop->dst == dst)
			goto found;
		if (!free || (free->dst && (!hop->dst || !lvsx_nexthop_holds(cpu->ln->net, hop))))
			free = hop;
	}
	if (free->dst && lvsx_nexthop_holds(cpu->ln->net, free))
		free = set + 1 + routes->victim++ % (WAYS - 1);	/* not place 0 */
	if (free->dst)
		dst_release(free->dst);	/* freed after a grace period: packets may still hold it */
	lvsx_nexthop_set(free, dst, nexthop_next_name(free->name));
	routes->last = free->name;
	return free->name;
found:
	routes->last = hop->name;
	dst_release(dst);
	return hop->name;
}

LVSX_COLD bool lvsx_nexthop_takes_segments(const struct sk_buff *skb,
					   const struct lvsx_nexthop *hop)
{
	return hop->mtu && skb_is_gso(skb) && lvsx_nexthop_fits(skb, dst_mtu(hop->dst));
}
