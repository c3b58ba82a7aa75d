// SPDX-License-Identifier: GPL-2.0-only
/* Checking IPsec policies. See policy.h. */
#include <linux/inetdevice.h>
#include "policy.h"

#ifdef CONFIG_XFRM
/*
 * Input routing would have noted disable_policy in the control block, but the packet has not been
 * there yet, and at ingress the block is not even the IP layer's.
 */
LVSX_COLD bool lvsx_policy_asked(struct sk_buff *skb, int dir)
{
	struct in_device *in_dev = __in_dev_get_rcu(skb->dev);

	return (in_dev && IN_DEV_ORCONF(in_dev, NOPOLICY)) ||
	       __xfrm_policy_check(NULL, dir, skb, AF_INET);
}
#endif
