/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_HOOK_H
#define LVSX_HOOK_H

#include "netns/net.h"

struct sk_buff;

/* Begin to see this namespace's packets; tables and RSS classes must stand. Under ln->mutex. */
int lvsx_hook_start(struct lvsx_net *ln);

/* When all that are in an RCU section have left it no packet is on the road. Process context. */
void lvsx_hook_stop(struct lvsx_net *ln);

/*
 * netfilter's function at a device's ingress, @priv the lvsx_net: packets of flows that this CPU
 * knows are sent on, all others go their way. Softirq, RCU.
 */
unsigned int lvsx_hook_early(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

#endif
