/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * br_netfilter (sysctl bridge-nf-call-iptables) passes what comes to a port of a bridge through
 * PRE_ROUTING before the bridge knows for whom it is; what is for this host does not pass it again.
 */
#ifndef LVSX_BRIDGE_H
#define LVSX_BRIDGE_H

struct net_device;
struct sk_buff;

/*
 * The device that this host will receive the frame on: the bridge, its VLAN device of the frame's
 * tag, or a macvlan of either. NULL: it is not for this host's IP layer. For frames for which
 * nf_bridge_in_prerouting() is true; inside an RCU read section.
 */
struct net_device *lvsx_bridge_receiver(const struct sk_buff *skb);

#endif
