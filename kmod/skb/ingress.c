// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which devices have the hook at their ingress, whose function is in hook.c. See ingress.h. The
 * list of a namespace's devices is guarded by rtnl.
 */
#include <linux/netdevice.h>
#include <linux/netfilter_netdev.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "hook.h"
#include "ingress.h"

struct lvsx_ingress {
	struct list_head list;
	struct rcu_head rcu;	/* who lists hooks may still read @ops */
	struct net_device *dev;
	struct nf_hook_ops ops;
};

static struct lvsx_ingress *find(struct lvsx_net *ln, const struct net_device *dev)
{
	struct lvsx_ingress *in;

	list_for_each_entry(in, &ln->ingress, list)
		if (in->dev == dev)
			return in;
	return NULL;
}

static u32 devices_of(const struct lvsx_net *ln)
{
	const struct lvsx_ingress *in;
	u32 n = 0;

	list_for_each_entry(in, &ln->ingress, list)
		n++;
	return n;
}

static void drop(struct lvsx_net *ln, struct lvsx_ingress *in)
{
	nf_unregister_net_hook(ln->net, &in->ops);
	list_del(&in->list);
	kfree_rcu(in, rcu);
}

static int refuse(struct netlink_ext_ack *extack, int err, const char *why)
{
	extack->_msg = why;
	return err;
}

static int add(struct lvsx_net *ln, struct net_device *dev, struct netlink_ext_ack *extack)
{
	struct lvsx_ingress *in;
	int err;

	if (find(ln, dev))
		return refuse(extack, -EEXIST, "this device has the early hook already");
	if (devices_of(ln) >= LVSX_INGRESS_MAX)
		return refuse(extack, -ENOSPC, "64 devices have the early hook, which is the most");
	in = kzalloc(sizeof(*in), GFP_KERNEL);
	if (!in)
		return -ENOMEM;
	in->dev = dev;
	in->ops = (struct nf_hook_ops){
		.hook = lvsx_hook_early,
		.priv = ln,
		.dev = dev,
		.pf = NFPROTO_NETDEV,
		.hooknum = NF_NETDEV_INGRESS,
	};
	err = nf_register_net_hook(ln->net, &in->ops);
	if (err) {
		kfree(in);
		return refuse(extack, err, "this kernel or device cannot have a hook at ingress");
	}
	list_add_tail(&in->list, &ln->ingress);
	return 0;
}

int lvsx_ingress_add(struct lvsx_net *ln, const char *name, struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	rtnl_lock();
	dev = __dev_get_by_name(ln->net, name);
	err = dev ? add(ln, dev, extack) :
		    refuse(extack, -ENODEV, "there is no such device in this network namespace");
	rtnl_unlock();
	return err;
}

int lvsx_ingress_del(struct lvsx_net *ln, const char *name, struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	struct lvsx_ingress *in;
	int err = 0;

	rtnl_lock();
	dev = __dev_get_by_name(ln->net, name);
	in = dev ? find(ln, dev) : NULL;
	if (in)
		drop(ln, in);
	else
		err = refuse(extack, -ENOENT, "no such device has the early hook");
	rtnl_unlock();
	return err;
}

void lvsx_ingress_say(struct lvsx_net *ln, char *text, size_t size)
{
	const struct lvsx_ingress *in;
	size_t n = 0;

	*text = 0;
	rtnl_lock();
	list_for_each_entry(in, &ln->ingress, list)
		n += scnprintf(text + n, size - n, "%s%s", n ? " " : "", in->dev->name);
	rtnl_unlock();
}

void lvsx_ingress_stop(struct lvsx_net *ln)
{
	struct lvsx_ingress *in, *next;

	rtnl_lock();
	list_for_each_entry_safe(in, next, &ln->ingress, list)
		drop(ln, in);
	rtnl_unlock();
}

/* A device that goes, or moves to another namespace. Under rtnl. */
static int on_device(struct notifier_block *nb, unsigned long event, void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);
	struct lvsx_net *ln = event == NETDEV_UNREGISTER ? lvsx_net(dev_net(dev)) : NULL;
	struct lvsx_ingress *in = ln ? find(ln, dev) : NULL;

	if (in)
		drop(ln, in);
	return NOTIFY_DONE;
}

static struct notifier_block devices = { .notifier_call = on_device };

int lvsx_ingress_init(void)
{
	return register_netdevice_notifier(&devices);
}

void lvsx_ingress_exit(void)
{
	unregister_netdevice_notifier(&devices);
}
