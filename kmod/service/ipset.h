/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's ipsets, by number. ip_set.ko is loaded when a set is first named, and is held from
 * then on until lvsx is removed.
 */
#ifndef LVSX_IPSET_H
#define LVSX_IPSET_H

#include <linux/types.h>

#define LVSX_IPSET_NAME 32	/* bytes of a set's name, with the final 0 */

struct net;
struct netlink_ext_ack;
struct nlattr;
struct sk_buff;

/* The set of this name (a string attribute), with a reference, so that it cannot be destroyed. */
int lvsx_ipset_get(struct net *net, const struct nlattr *name, u16 *set,
		   struct netlink_ext_ack *extack);

/* One more reference to a set of which one is held. Process context. */
void lvsx_ipset_hold(struct net *net, u16 set);
void lvsx_ipset_put(struct net *net, u16 set);

/* Its name. */
void lvsx_ipset_name(struct net *net, u16 set, char name[LVSX_IPSET_NAME]);

/*
 * Is the packet's client in it? In a set of more dimensions the first is the client, the others the
 * service's address or port. Softirq, RCU; skb->data is the IPv4 header of a client's packet.
 */
bool lvsx_ipset_has(struct net *net, u16 set, const struct sk_buff *skb);

/* At module exit; no set is held. */
void lvsx_ipset_exit(void);

#endif
