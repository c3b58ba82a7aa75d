// SPDX-License-Identifier: GPL-2.0-only
/* Asking IPsec policies. See policy.h. */
#include <linux/inetdevice.h>
#include "policy.h"

#ifdef CONFIG_XFRM
/*
 * disable_policy, which input routing would have noted in the control block: the packet has not
 * been there, and at ingress that block is not even the IP layer's.
 */
LVSX_COLD bool lvsx_policy_asked(struct sk_buff *skb, int dir)
{
	struct in_device *in_dev = __in_dev_get_rcu(skb->dev);

	return (in_dev && IN_DEV_ORCONF(in_dev, NOPOLICY)) ||
	       __xfrm_policy_check(NULL, dir, skb, AF_INET);
}
#endif
