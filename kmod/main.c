// SPDX-License-Identifier: GPL-2.0-only
/*
 * lvsx: FullNAT beside stock IPVS. Loading and unloading of the module.
 */
#include <linux/module.h>
#include "compat/workqueue.h"
#include "skb/ingress.h"
#include "service/ipset.h"
#include "net.h"
#include "control/netlink.h"
#include "cpu/hotplug.h"

struct workqueue_struct *lvsx_wq;

static int __init lvsx_init(void)
{
	int err;

	/* A CPU's tables rely on disabled softirqs keeping that CPU's other contexts out. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		pr_err("lvsx: this kernel has PREEMPT_RT, where softirqs are preempted: use one without\n");
		return -EOPNOTSUPP;
	}
	lvsx_wq = alloc_workqueue("lvsx", LVSX_WQ_PERCPU | WQ_HIGHPRI, 0);
	if (!lvsx_wq)
		return -ENOMEM;
	err = lvsx_hotplug_init();
	if (err)
		goto err_wq;
	err = lvsx_net_init();
	if (err)
		goto err_hotplug;
	err = lvsx_ingress_init();
	if (err)
		goto err_net;
	err = lvsx_netlink_init();
	if (err)
		goto err_ingress;
	pr_info("lvsx: ready; no service is touched before lvsxadm says so\n");
	return 0;

err_ingress:
	lvsx_ingress_exit();
err_net:
	lvsx_net_exit();
err_hotplug:
	lvsx_hotplug_exit();
err_wq:
	destroy_workqueue(lvsx_wq);
	return err;
}

static void __exit lvsx_exit(void)
{
	lvsx_netlink_exit();
	lvsx_net_reset();
	lvsx_ingress_exit();
	lvsx_net_exit();
	lvsx_hotplug_exit();
	lvsx_ipset_exit();
	destroy_workqueue(lvsx_wq);
	rcu_barrier();	/* the last call_rcu() of this module's code has run */
	pr_info("lvsx: gone; stock IPVS carries on\n");
}

module_init(lvsx_init);
module_exit(lvsx_exit);
MODULE_DESCRIPTION("FullNAT for stock IPVS");
MODULE_AUTHOR("The lvsx authors");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
