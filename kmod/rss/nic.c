// SPDX-License-Identifier: GPL-2.0-only
/* Reading a network card's hash key and indirection table. See nic.h. */
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "compat/rxfh.h"
#include "nic.h"

#define KEY_MAX 1024		/* bytes of the longest key that makes sense */
#define FOUR_TUPLE (RXH_IP_SRC | RXH_IP_DST | RXH_L4_B_0_1 | RXH_L4_B_2_3)

struct nic_search {
	u32 napi;
	struct net_device *owner;	/* of @napi */
	struct net_device *any;
	u32 cards;
};

static bool nic_tells_hash(const struct net_device *dev)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;

	return ops && ops->get_rxfh && ops->get_rxfh_indir_size && ops->get_rxfh_key_size;
}

static bool nic_owns_napi(const struct net_device *dev, u32 napi)
{
	const struct napi_struct *n;
	bool found = false;

#ifdef CONFIG_NET_RX_BUSY_POLL
	rcu_read_lock();
	list_for_each_entry_rcu(n, &dev->napi_list, dev_list)
		found |= n->napi_id == napi;
	rcu_read_unlock();
#endif
	return found;
}

static int nic_visit(struct net_device *dev, struct netdev_nested_priv *priv)
{
	struct nic_search *s = priv->data;

	if (!nic_tells_hash(dev))
		return 0;
	s->any = dev;
	s->cards++;
	if (s->napi && nic_owns_napi(dev, s->napi))
		s->owner = dev;
	return 0;
}

struct net_device *lvsx_nic_below(struct net_device *dev, u32 napi)
{
	struct nic_search s = { .napi = napi };
	struct netdev_nested_priv priv = { .data = &s };

	nic_visit(dev, &priv);
	netdev_walk_all_lower_dev(dev, nic_visit, &priv);
	if (s.owner)
		return s.owner;
	return s.cards == 1 ? s.any : NULL;
}

/* Are ports part of what is hashed? @silent: the answer for a card that does not say. */
static bool nic_hashes_ports(struct net_device *dev, u32 flow_type, bool silent)
{
	u64 fields = 0;

	if (lvsx_rxfh_fields(dev, flow_type, &fields))
		return silent;
	return fields == FOUR_TUPLE;
}

static const char *nic_copy(struct lvsx_nic *nic, const u32 *indir, u32 size, const u8 *key)
{
	u32 i;

	memset(nic, 0, sizeof(*nic));
	nic->indir_size = size;
	for (i = 0; i < size; i++) {
		if (indir[i] >= LVSX_NO_CPU)
			return "its indirection table names an impossible queue";
		nic->indir[i] = (u16)indir[i];
	}
	memcpy(nic->key, key, LVSX_RSS_KEY_LEN);
	return NULL;
}

static const char *nic_read_rxfh(struct net_device *dev, struct lvsx_nic *nic)
{
	u32 size = dev->ethtool_ops->get_rxfh_indir_size(dev);
	u32 key_size = dev->ethtool_ops->get_rxfh_key_size(dev);
	const char *why = NULL;
	u8 hfunc = 0, *key;
	bool plain = false;
	u32 *indir;

	if (!size || size > LVSX_PORT_CLASSES || size & (size - 1))
		return "its indirection table is empty, too large or not a power of two";
	if (key_size < LVSX_RSS_KEY_LEN || key_size > KEY_MAX)
		return "its hash key is not one of 40 bytes or more";
	indir = kcalloc(size, sizeof(*indir), GFP_KERNEL);
	key = kzalloc(key_size, GFP_KERNEL);
	if (!indir || !key)
		why = "there is no memory to read its indirection table";
	else if (lvsx_rxfh_get(dev, indir, size, key, key_size, &hfunc, &plain))
		why = "it does not tell its hash key";
	else if (hfunc != ETH_RSS_HASH_TOP)
		why = "its hash is not Toeplitz (ethtool -X DEVICE hfunc toeplitz)";
	else if (!plain)
		why = "it makes its hash symmetric (ethtool -X DEVICE xfrm none)";
	else
		why = nic_copy(nic, indir, size, key);
	kfree(key);
	kfree(indir);
	if (why)
		return why;
	nic->tcp = nic_hashes_ports(dev, TCP_V4_FLOW, true);
	nic->udp = nic_hashes_ports(dev, UDP_V4_FLOW, false);
	return NULL;
}

const char *lvsx_nic_read(struct net_device *dev, struct lvsx_nic *nic)
{
	const struct ethtool_ops *ops = dev->ethtool_ops;
	const char *why;

	ASSERT_RTNL();
	if (!nic_tells_hash(dev))
		return "it does not tell its hash key";
	if (!netif_device_present(dev))
		return "it is not present";
	if (dev->real_num_rx_queues < 2)
		return "it has one receive queue (ethtool -L DEVICE combined CPUS)";
	if (lvsx_rps_on(dev))
		return "receive packet steering moves its packets (rps_cpus)";
	lvsx_dev_lock(dev);
	if (ops->begin && ops->begin(dev) < 0) {
		why = "it is asleep";
	} else {
		why = nic_read_rxfh(dev, nic);
		if (ops->complete)
			ops->complete(dev);
	}
	lvsx_dev_unlock(dev);
	if (!why && !nic->tcp && !nic->udp)
		why = "it hashes addresses only (ethtool -N DEVICE rx-flow-hash tcp4 sdfn)";
	return why;
}
