/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way out: next hops cached per CPU and named by number in the halves of flows, the checks that
 * need them (MTU, TTL), and sending. Softirq, RCU.
 */
#ifndef LVSX_NEXTHOP_H
#define LVSX_NEXTHOP_H

#include "cpu/tables.h"

struct sk_buff;

/* One CPU's cache of next hops, empty; NULL: no memory. Process context. */
struct lvsx_hops *lvsx_hops_new(void);

/* Let go of every route in it. Nobody else is looking. */
void lvsx_hops_put(struct lvsx_hops *hops);

/* Send a translated packet by the way that lvsx_env_route() readied. Consumes the skb. */
void lvsx_xmit(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt);

/* It will not be sent after all. */
void lvsx_way_put(struct lvsx_pkt *pkt);

/* Give the packet the route that the host would have given it, so that ICMP can answer it. */
bool lvsx_route_input(struct sk_buff *skb);

/* The way of a packet of our own, with a reference; NULL: none. Softirqs off, RCU. */
struct dst_entry *lvsx_route_out(struct net *net, const struct lvsx_tuple *tuple);

/* Send it that way, from its IP header on. Consumes both. Same. */
void lvsx_route_send(struct net *net, struct sk_buff *skb, struct dst_entry *dst);

#endif
