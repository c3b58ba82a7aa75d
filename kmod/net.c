// SPDX-License-Identifier: GPL-2.0-only
/*
 * Birth and death of the instance of each network namespace.
 *
 * A pernet *device* operation, registered after ip_vs registered its own: exit runs in the reverse
 * order, so that all our references are gone before IPVS empties its tables.
 */
#include <linux/slab.h>
#include <net/netns/generic.h>
#include "control.h"
#include "hook.h"
#include "ingress.h"
#include "steer.h"
#include "table.h"

unsigned int lvsx_net_id;

struct lvsx_net *lvsx_net(const struct net *net)
{
	return net_generic(net, lvsx_net_id);
}

static void tick(struct work_struct *work)
{
	lvsx_control_follow(container_of(to_delayed_work(work), struct lvsx_net, tick));
}

static int __net_init instance_init(struct net *net)
{
	struct lvsx_net *ln = lvsx_net(net);
	int err;

	ln->net = net;
	ln->reset_idle = true;
	mutex_init(&ln->mutex);
	INIT_LIST_HEAD(&ln->ingress);
	INIT_DELAYED_WORK(&ln->tick, tick);
	err = lvsx_services_init(ln);
	if (err)
		return err;
	err = lvsx_ipvs_init(ln);
	if (err)
		lvsx_services_exit(ln);
	return err;
}

/* True: packets may still be on the road. */
static bool stop(struct lvsx_net *ln)
{
	bool hooked = ln->hooked;

	WRITE_ONCE(ln->stopping, true);
	lvsx_hook_stop(ln);
	if (list_empty(&ln->ingress))
		return hooked;
	lvsx_ingress_stop(ln);
	return true;
}

static void end(struct lvsx_net *ln)
{
	cancel_delayed_work_sync(&ln->tick);
	lvsx_tables_stop(ln);
	lvsx_services_exit(ln);
	lvsx_ipvs_exit(ln);
	lvsx_steer_stop(ln);
}

/* Namespaces go by hundreds at a time: all wait once, and not where nothing was configured. */
static void __net_exit instances_exit(struct list_head *nets)
{
	bool hooked = false;
	struct net *net;

	list_for_each_entry(net, nets, exit_list)
		hooked |= stop(lvsx_net(net));
	if (hooked)
		synchronize_net();
	list_for_each_entry(net, nets, exit_list)
		end(lvsx_net(net));
}

static struct pernet_operations ops = {
	.init = instance_init,
	.exit_batch = instances_exit,
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
