/* SPDX-License-Identifier: GPL-2.0-only */
/* What one CPU caches of the host's routing: next hops, hints, sources. */
#ifndef LVSX_ROUTES_H
#define LVSX_ROUTES_H

#include <linux/skbuff.h>
#include <net/dst.h>
#include <net/gso.h>
#include <net/route.h>
#include "core/pkt/tuple.h"
#include "netns/cpu.h"

#define LVSX_NEXTHOPS_SHIFT 10
#define LVSX_NEXTHOPS (1U << LVSX_NEXTHOPS_SHIFT)	/* next hops that one CPU caches */
#define LVSX_ROUTE_HINTS_SHIFT 8

/*
 * A cached next hop. Halves of flows know it by its name, whose low bits are its place here and
 * whose high bits change whenever the place gets another next hop: a half that was idle meanwhile
 * finds another name there, and looks its route up again. So no references are counted.
 */
struct lvsx_nexthop {
	struct dst_entry *dst;	/* reference held; NULL: free */
	u32 name;		/* not 0 */
	u32 mtu;		/* 0: it needs more than a neighbour */
};

/* The next hop of the last flow of these addresses, for the next one. */
struct lvsx_route_hint {
	__be32 saddr;
	__be32 daddr;
	u32 hop;		/* its name, 0: none */
	u8 proto;
};

#define LVSX_SOURCES_SHIFT 8
#define LVSX_SOURCES (1U << LVSX_SOURCES_SHIFT)
#define LVSX_SOURCE_MS_SHIFT 10	/* about a second: changes of rp_filter notify nobody */

/* A source that was accepted, with DSCP 0 and without policy rules. */
struct lvsx_source {
	__be32 saddr;
	int ifindex;	/* where it came in */
	u32 genid;	/* of the routing tables */
	u32 second;	/* of pkt->now */
};

struct lvsx_routes {
	struct lvsx_nexthop hop[LVSX_NEXTHOPS];	/* place 0 is for one packet, see nexthop.c */
	struct lvsx_route_hint hint[1 << LVSX_ROUTE_HINTS_SHIFT];
	struct lvsx_source source[LVSX_SOURCES];
	u32 last;			/* name of the hop that matched last */
	u8 victim;			/* the next to be evicted */
};

/* One CPU's, empty; NULL: no memory. Process context. */
struct lvsx_routes *lvsx_routes_new(void);

/* Release every route in it. Nobody else sees it. */
void lvsx_routes_put(struct lvsx_routes *routes);

/*
 * The name of this route in @cpu's cache, whose reference is taken over. By its CPU, softirqs off.
 */
u32 lvsx_routes_get(struct lvsx_cpu *cpu, struct dst_entry *dst);

/* A route outside of the cache, whose reference is taken over; @name: that of place 0, or 0. */
void lvsx_nexthop_set(struct lvsx_nexthop *hop, struct dst_entry *dst, u32 name);

static __always_inline struct rtable *lvsx_nexthop_rt(const struct lvsx_nexthop *hop)
{
	return container_of(hop->dst, struct rtable, dst);
}

/* The place of the hop of this name; it may have been given to another one. */
static __always_inline struct lvsx_nexthop *lvsx_nexthop_of(const struct lvsx_cpu *cpu, u32 name)
{
	return &cpu->routes->hop[name & (LVSX_NEXTHOPS - 1)];
}

/* Is the route still valid? The route's own check, without the call. */
static __always_inline bool lvsx_nexthop_holds(const struct net *net,
					       const struct lvsx_nexthop *hop)
{
	/* A stale value for a moment is as if the packet had come earlier. */
	return likely(data_race(hop->dst->obsolete) == DST_OBSOLETE_FORCE_CHK &&
		      lvsx_nexthop_rt(hop)->rt_genid == rt_genid_ipv4(net));
}

/* Is it the one of this name, and still valid? */
static __always_inline bool lvsx_nexthop_valid(const struct net *net,
					       const struct lvsx_nexthop *hop, u32 name)
{
	return likely(hop->name == name && lvsx_nexthop_holds(net, hop));
}

/* Can a packet of @len bytes go straight to the neighbour? If not, look closer. */
static __always_inline bool lvsx_nexthop_takes(const struct lvsx_nexthop *hop, u32 len)
{
	/* An ICMP message may have lowered the path MTU meanwhile. */
	return likely(len <= hop->mtu && !lvsx_nexthop_rt(hop)->rt_pmtu);
}

/* The same for a GSO packet. */
bool lvsx_nexthop_takes_segments(const struct sk_buff *skb, const struct lvsx_nexthop *hop);

/* Does a packet fit @mtu as a whole, or each of its segments? */
static inline bool lvsx_nexthop_fits(const struct sk_buff *skb, unsigned int mtu)
{
	return skb_is_gso(skb) ? skb_gso_validate_network_len(skb, mtu) : skb->len <= mtu;
}

#endif
