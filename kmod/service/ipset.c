// SPDX-License-Identifier: GPL-2.0-only
/*
 * Matching against ipsets. Their functions are looked up by name instead of linked, so that lvsx
 * can be loaded without ip_set.ko. See ipset.h.
 */
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/netfilter/ipset/ip_set.h>
#include <linux/netlink.h>
#include "ipset.h"

static_assert(LVSX_IPSET_NAME == IPSET_MAXNAMELEN, "a name fits");

/* All of them or none; set once, under the mutex, before any set is held. */
static struct {
	typeof(ip_set_get_byname) *get_byname;
	typeof(ip_set_nfnl_get_byindex) *get_byindex;
	typeof(ip_set_put_byindex) *put_byindex;
	typeof(ip_set_name_byindex) *name_byindex;
	typeof(ip_set_test) *test;
} ipset;
static DEFINE_MUTEX(ipset_mutex);

static void ipset_put_functions(void)
{
	if (ipset.get_byname)
		symbol_put(ip_set_get_byname);
	if (ipset.get_byindex)
		symbol_put(ip_set_nfnl_get_byindex);
	if (ipset.put_byindex)
		symbol_put(ip_set_put_byindex);
	if (ipset.name_byindex)
		symbol_put(ip_set_name_byindex);
	if (ipset.test)
		symbol_put(ip_set_test);
	memset(&ipset, 0, sizeof(ipset));
}

static bool ipset_get_functions(void)
{
	if (ipset.test)
		return true;
	request_module("ip_set");
	ipset.get_byname = symbol_get(ip_set_get_byname);
	ipset.get_byindex = symbol_get(ip_set_nfnl_get_byindex);
	ipset.put_byindex = symbol_get(ip_set_put_byindex);
	ipset.name_byindex = symbol_get(ip_set_name_byindex);
	ipset.test = symbol_get(ip_set_test);
	if (ipset.get_byname && ipset.get_byindex && ipset.put_byindex && ipset.name_byindex &&
	    ipset.test)
		return true;
	ipset_put_functions();
	return false;
}

int lvsx_ipset_get(struct net *net, const struct nlattr *name, u16 *set,
		   struct netlink_ext_ack *extack)
{
	struct ip_set *unused;
	bool there;

	mutex_lock(&ipset_mutex);
	there = ipset_get_functions();
	mutex_unlock(&ipset_mutex);
	if (!there) {
		NL_SET_ERR_MSG(extack, "this kernel has no ipset (ip_set.ko): list addresses instead");
		return -EOPNOTSUPP;
	}
	*set = ipset.get_byname(net, name, &unused);
	if (*set == IPSET_INVALID_ID) {
		NL_SET_ERR_MSG(extack, "there is no such ipset: create it first (ipset create)");
		return -ENOENT;
	}
	return 0;
}

void lvsx_ipset_hold(struct net *net, u16 set)
{
	ipset.get_byindex(net, set);
}

void lvsx_ipset_put(struct net *net, u16 set)
{
	ipset.put_byindex(net, set);
}

void lvsx_ipset_name(struct net *net, u16 set, char name[LVSX_IPSET_NAME])
{
	ipset.name_byindex(net, set, name);
}

bool lvsx_ipset_has(struct net *net, u16 set, const struct sk_buff *skb)
{
	const struct nf_hook_state state = {
		.hook = NF_INET_PRE_ROUTING,
		.pf = NFPROTO_IPV4,
		.in = skb->dev,
		.net = net,
	};
	const struct xt_action_param par = { .state = &state };
	struct ip_set_adt_opt opt = {
		.family = NFPROTO_IPV4,
		.dim = IPSET_DIM_THREE,
		.flags = IPSET_DIM_ONE_SRC,
		/* Without a device the packet is a made-up one, for --where. */
		.cmdflags = skb->dev ? 0 : IPSET_FLAG_SKIP_COUNTER_UPDATE,
		.ext.timeout = UINT_MAX,
		.ext.packets_op = IPSET_COUNTER_NONE,
		.ext.bytes_op = IPSET_COUNTER_NONE,
	};

	return ipset.test(set, skb, &par, &opt) > 0;
}

void lvsx_ipset_exit(void)
{
	ipset_put_functions();
}
