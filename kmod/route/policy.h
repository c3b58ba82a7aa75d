/* SPDX-License-Identifier: GPL-2.0-only */
/* IPsec policies for incoming packets. Softirq, RCU. */
#ifndef LVSX_POLICY_H
#define LVSX_POLICY_H

#include <linux/skbuff.h>
#include <net/xfrm.h>
#include "core/table/flow.h"

/* The same as lvsx_policy_lets_in(), where there are policies. */
bool lvsx_policy_asked(struct sk_buff *skb, int dir);

/* @dir: XFRM_POLICY_IN: to this host; XFRM_POLICY_FWD: to be forwarded. Softirq, RCU. */
static __always_inline bool lvsx_policy_lets_in(struct sk_buff *skb, int dir)
{
#ifdef CONFIG_XFRM
	return likely(__xfrm_check_nopolicy(dev_net(skb->dev), skb, dir)) ||
	       lvsx_policy_asked(skb, dir);
#else
	return true;
#endif
}

/* Do IPsec policies let the real server's answer in? As in stock, clients are not checked. */
static __always_inline bool lvsx_policy_allows(struct sk_buff *skb, const struct lvsx_half *half)
{
	return !(half->flags & LVSX_HALF_REV) || lvsx_policy_lets_in(skb, XFRM_POLICY_FWD);
}

#endif
