// SPDX-License-Identifier: GPL-2.0-only
/*
 * Set-up and removal of each network namespace's instance.
 *
 * A pernet *device* operation, registered after that of ip_vs: exits run in reverse order, so that
 * all our references are gone before IPVS empties its tables.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netns/generic.h>
#include "net.h"
#include "control/config.h"
#include "cpu/tables.h"
#include "ipvs/ipvs.h"
#include "rss/remap.h"
#include "service/service.h"
#include "skb/hook.h"
#include "skb/ingress.h"

#define RESET_SECONDS_MAX 60U
#define ANSWER_MS 250	/* for the answers of those that were probed last */

unsigned int lvsx_net_id;

static unsigned int reset_seconds = 2;
module_param(reset_seconds, uint, 0644);
MODULE_PARM_DESC(reset_seconds, "seconds that rmmod may take to tell the ends of open connections; 0: nobody is told");

static void net_tick(struct work_struct *work)
{
	lvsx_control_follow(container_of(to_delayed_work(work), struct lvsx_net, tick));
}

static int __net_init net_init_instance(struct net *net)
{
	struct lvsx_net *ln = lvsx_net(net);
	int err;

	ln->net = net;
	ln->reset_idle = true;
	mutex_init(&ln->mutex);
	INIT_LIST_HEAD(&ln->ingress);
	INIT_DELAYED_WORK(&ln->tick, net_tick);
	err = lvsx_services_init(ln);
	if (err)
		return err;
	err = lvsx_ipvs_init(ln);
	if (err)
		lvsx_services_exit(ln);
	return err;
}

/* True: packets may still be in flight. */
static bool net_stop(struct lvsx_net *ln)
{
	bool hooked = ln->hooked;

	WRITE_ONCE(ln->stopping, true);
	lvsx_hook_stop(ln);
	if (list_empty(&ln->ingress))
		return hooked;
	lvsx_ingress_stop(ln);
	return true;
}

static void net_end(struct lvsx_net *ln)
{
	cancel_delayed_work_sync(&ln->tick);
	lvsx_tables_stop(ln);
	lvsx_services_exit(ln);
	lvsx_ipvs_exit(ln);
	lvsx_remap_stop(ln);
}

/* Namespaces may go by hundreds: one wait for all, and none if nothing was configured. */
static void __net_exit net_exit_instances(struct list_head *nets)
{
	bool hooked = false;
	struct net *net;

	list_for_each_entry(net, nets, exit_list)
		hooked |= net_stop(lvsx_net(net));
	if (hooked)
		synchronize_net();
	list_for_each_entry(net, nets, exit_list)
		net_end(lvsx_net(net));
}

static void net_reset(struct lvsx_net *ln)
{
	mutex_lock(&ln->mutex);
	lvsx_control_drain(ln, NULL, true, NULL);
	mutex_unlock(&ln->mutex);
	WRITE_ONCE(ln->resetting, true);
}

/* The flows of all namespaces; @each is called for those that have any. */
static u64 net_all_flows(void (*each)(struct lvsx_net *ln))
{
	struct net *net;
	u64 all = 0;

	down_read(&net_rwsem);
	for_each_net(net) {
		u64 flows = lvsx_cpus_flows(lvsx_net(net));

		if (flows && each)
			each(lvsx_net(net));
		all += flows;
	}
	up_read(&net_rwsem);
	return all;
}

void lvsx_net_reset(void)
{
	unsigned long until = jiffies + min(reset_seconds, RESET_SECONDS_MAX) * HZ;

	if (!reset_seconds || !net_all_flows(net_reset))
		return;
	while (time_before(jiffies, until) && net_all_flows(NULL))
		msleep(20);
	msleep(ANSWER_MS);
}

static struct pernet_operations ops = {
	.init = net_init_instance,
	.exit_batch = net_exit_instances,
	.id = &lvsx_net_id,
	.size = sizeof(struct lvsx_net),
};

int lvsx_net_init(void)
{
	return register_pernet_device(&ops);
}

void lvsx_net_exit(void)
{
	unregister_pernet_device(&ops);
}
