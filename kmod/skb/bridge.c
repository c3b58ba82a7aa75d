// SPDX-License-Identifier: GPL-2.0-only
/* Which of a bridge's frames are for this host. See bridge.h. Only with CONFIG_BRIDGE_NETFILTER. */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/inetdevice.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <net/ip.h>
#include <net/route.h>
#include "bridge.h"

#define MANY_UPPERS 4096

/* The VLAN device of the frame's tag; @dev itself if it has none, or only a priority. */
static struct net_device *bridge_vlan_dev(const struct sk_buff *skb, struct net_device *dev)
{
	if (is_vlan_dev(dev) || !skb_vlan_tag_present(skb) || !skb_vlan_tag_get_id(skb))
		return dev;
	return __vlan_find_dev_deep_rcu(dev, skb->vlan_proto, skb_vlan_tag_get_id(skb));
}

/* The macvlan on @dev that has this address. */
static struct net_device *bridge_macvlan(struct net_device *dev, const u8 *addr)
{
	struct net_device *upper;
	struct list_head *iter;
	u32 left = MANY_UPPERS;

	if (!netif_is_macvlan_port(dev))
		return NULL;
	netdev_for_each_upper_dev_rcu(dev, upper, iter) {
		if (netif_is_macvlan(upper) && ether_addr_equal(upper->dev_addr, addr))
			return upper;
		if (!--left)
			break;
	}
	return NULL;
}

/*
 * Does this host's IP layer get what comes to the macvlan? Not if that is a container's or a
 * virtual machine's. And a host behind a port of the bridge may have the address now, a router of
 * the same virtual address (VRRP): then the VIP is there, too.
 */
static bool bridge_macvlan_receives(const struct net_device *macvlan, const struct sk_buff *skb)
{
	struct net *net = dev_net(skb->dev);

	return net_eq(dev_net(macvlan), net) && !rcu_access_pointer(macvlan->rx_handler) &&
	       inet_addr_type_dev_table(net, macvlan, ip_hdr(skb)->daddr) == RTN_LOCAL;
}

struct net_device *lvsx_bridge_receiver(const struct sk_buff *skb)
{
	const u8 *addr = eth_hdr(skb)->h_dest;
	struct net_device *dev = bridge_vlan_dev(skb, skb->dev), *macvlan;

	/* From a port of another bridge it comes here again, as that one's. PPPoE is not IP yet. */
	if (!dev || !net_eq(dev_net(dev), dev_net(skb->dev)) || netif_is_bridge_port(dev) ||
	    nf_bridge_info_get(skb)->orig_proto == BRNF_PROTO_PPPOE)
		return NULL;
	macvlan = bridge_macvlan(dev, addr);
	if (macvlan) {
		if (!bridge_macvlan_receives(macvlan, skb))
			return NULL;
		dev = macvlan;
	} else if (nf_bridge_info_get(skb)->pkt_otherhost &&
		   !ether_addr_equal(dev->dev_addr, addr)) {
		/* neither the bridge's address nor the port's; the kernel accepts both */
		return NULL;
	}
	return READ_ONCE(dev->flags) & IFF_UP ? dev : NULL;
}
