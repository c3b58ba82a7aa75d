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

static void __net_exit instance_exit(struct net *net)
{
	struct lvsx_net *ln = lvsx_net(net);

	WRITE_ONCE(ln->stopping, true);
	lvsx_ingress_stop(ln);
	lvsx_hook_stop(ln);
	cancel_delayed_work_sync(&ln->tick);
	lvsx_tables_stop(ln);
	lvsx_services_exit(ln);
	lvsx_ipvs_exit(ln);
	lvsx_steer_stop(ln);
}

static struct pernet_operations ops = {
	.init = instance_init,
	.exit = instance_exit,
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
