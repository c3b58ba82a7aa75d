/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asking a NIC for its receive-side scaling. get_rxfh() began to take a structure, the hashed
 * fields got a call of their own, receive queues a header, and devices locks besides rtnl (all
 * probed). Under rtnl.
 */
#ifndef LVSX_COMPAT_RXFH_H
#define LVSX_COMPAT_RXFH_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#ifdef LVSX_HAVE_DEV_LOCK
#include <net/netdev_lock.h>
#define lvsx_dev_lock(dev) netdev_lock_ops(dev)
#define lvsx_dev_unlock(dev) netdev_unlock_ops(dev)
#else
#define lvsx_dev_lock(dev) do { } while (0)
#define lvsx_dev_unlock(dev) do { } while (0)
#endif
#ifdef LVSX_HAVE_RX_QUEUE_H
#include <net/netdev_rx_queue.h>
#endif

/* @indir and @key are as large as the device says. @plain: what is hashed is not swapped before. */
static inline int lvsx_rxfh_get(struct net_device *dev, u32 *indir, u32 indir_size, u8 *key,
				u32 key_size, u8 *hfunc, bool *plain)
{
#ifdef LVSX_HAVE_RXFH_PARAM
	struct ethtool_rxfh_param p = {
		.indir = indir,
		.indir_size = indir_size,
		.key = key,
		.key_size = key_size,
	};
	int err = dev->ethtool_ops->get_rxfh(dev, &p);

	*hfunc = p.hfunc;
	*plain = !p.input_xfrm;
	return err;
#else
	*plain = true;
	return dev->ethtool_ops->get_rxfh(dev, indir, key, hfunc);
#endif
}

/* The fields (RXH_…) that are hashed of packets of @flow_type (TCP_V4_FLOW, …). */
static inline int lvsx_rxfh_fields(struct net_device *dev, u32 flow_type, u64 *fields)
{
	struct ethtool_rxnfc nfc = { .cmd = ETHTOOL_GRXFH, .flow_type = flow_type };
	int err;

#ifdef LVSX_HAVE_RXFH_FIELDS
	if (dev->ethtool_ops->get_rxfh_fields) {
		struct ethtool_rxfh_fields f = { .flow_type = flow_type };

		err = dev->ethtool_ops->get_rxfh_fields(dev, &f);
		*fields = f.data;
		return err;
	}
#endif
	if (!dev->ethtool_ops->get_rxnfc)
		return -EOPNOTSUPP;
	err = dev->ethtool_ops->get_rxnfc(dev, &nfc, NULL);
	*fields = nfc.data;
	return err;
}

/* Does software move the packets of a queue to other CPUs (receive packet steering)? */
static inline bool lvsx_rps_on(const struct net_device *dev)
{
#ifdef CONFIG_RPS
	unsigned int i;

	for (i = 0; i < dev->real_num_rx_queues; i++)
		if (rcu_access_pointer(dev->_rx[i].rps_map))
			return true;
#endif
	return false;
}

#endif
