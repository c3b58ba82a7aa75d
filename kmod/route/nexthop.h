/* SPDX-License-Identifier: GPL-2.0-only */
/* The next hop of a flow's packets, and routes for packets of our own. Softirq, RCU. */
#ifndef LVSX_NEXTHOP_H
#define LVSX_NEXTHOP_H

#include "routes.h"
#include "core/pkt/packet.h"
#include "core/table/flow.h"

/* Destination and source of a translated packet of this half, which is IPv4. */
static __always_inline __be32 lvsx_nexthop_to(const struct lvsx_half *half)
{
	return *lvsx_half_addr_of((struct lvsx_half *)half, LVSX_NEW_DST, 0);
}

static __always_inline __be32 lvsx_nexthop_from(const struct lvsx_half *half)
{
	return *lvsx_half_addr_of((struct lvsx_half *)half, LVSX_NEW_SRC, 0);
}

/* The place of the hint for a real server, the same for all flows from this local address. */
static __always_inline struct lvsx_route_hint *lvsx_nexthop_hint(struct lvsx_cpu *cpu,
								 const struct lvsx_half *half)
{
	u32 hash = ((__force u32)lvsx_nexthop_to(half) * 0x9e3779b1u ^
		    (__force u32)lvsx_nexthop_from(half)) * 0x9e3779b1u;

	return &cpu->routes->hint[hash >> (32 - LVSX_ROUTE_HINTS_SHIFT)];
}

/* Policy rules and IPsec policies may depend on ports: then addresses do not tell the route. */
static __always_inline bool lvsx_nexthop_by_ports(const struct net *net)
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

/* The next hop that the last flow of these addresses took, if it is still valid. 0: none. */
static __always_inline u32 lvsx_nexthop_hinted(struct lvsx_cpu *cpu, const struct lvsx_half *half)
{
	const struct lvsx_route_hint *hint = lvsx_nexthop_hint(cpu, half);

	if (lvsx_nexthop_by_ports(cpu->ln->net) || hint->saddr != lvsx_nexthop_from(half) ||
	    hint->daddr != lvsx_nexthop_to(half) || hint->proto != half->proto ||
	    !lvsx_nexthop_valid(cpu->ln->net, lvsx_nexthop_of(cpu, hint->hop), hint->hop))
		return 0;
	return hint->hop;
}

/* lvsx_nexthop_find() if neither the half nor its real server's hint has it. */
struct lvsx_nexthop *lvsx_nexthop_find_slow(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt);

/*
 * The next hop of pkt->half: from the cache if the flow is this CPU's own, else for this one
 * packet, and sending or lvsx_unroute() must follow. NULL: there is no route.
 */
static __always_inline struct lvsx_nexthop *lvsx_nexthop_find(struct lvsx_cpu *cpu,
							      struct lvsx_pkt *pkt)
{
	if (likely(pkt->owner->cpu == pkt->cpu && pkt->half->nexthop)) {
		struct lvsx_nexthop *hop = lvsx_nexthop_of(cpu, pkt->half->nexthop);

		if (likely(lvsx_nexthop_valid(cpu->ln->net, hop, pkt->half->nexthop)))
			return hop;
	} else if (likely(pkt->owner->cpu == pkt->cpu && !(pkt->half->flags & LVSX_HALF_REV))) {
		pkt->half->nexthop = lvsx_nexthop_hinted(cpu, pkt->half);
		if (likely(pkt->half->nexthop))
			return lvsx_nexthop_of(cpu, pkt->half->nexthop);
	}
	return lvsx_nexthop_find_slow(cpu, pkt);
}

/* The reference that the packet has: only place 0 has one. */
static inline struct dst_entry *lvsx_nexthop_held(const struct lvsx_nexthop *hop)
{
	return likely(hop->name & (LVSX_NEXTHOPS - 1)) ? NULL : hop->dst;
}

/* The route of a packet of our own, with a reference; NULL: none. Softirqs off, RCU. */
struct dst_entry *lvsx_route_out(struct net *net, const struct lvsx_tuple *tuple);

#endif
