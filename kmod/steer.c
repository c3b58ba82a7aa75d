// SPDX-License-Identifier: GPL-2.0-only
/* Building and swapping the class table. See steer.h. */
#include <linux/cpumask.h>
#include <linux/slab.h>
#include "steer.h"
#include "table.h"

int lvsx_steer(struct lvsx_net *ln)
{
	struct lvsx_rss *old = rcu_dereference_protected(ln->rss, true), *rss;
	u16 *cpus, n = 0;
	int c;

	rss = kvzalloc(sizeof(*rss), GFP_KERNEL);
	cpus = kcalloc(nr_cpu_ids, sizeof(*cpus), GFP_KERNEL);
	if (!rss || !cpus) {
		kfree(cpus);
		kvfree(rss);
		return -ENOMEM;
	}
	WRITE_ONCE(ln->cpus_changed, false);	/* before looking: a later change comes again */
	for_each_online_cpu(c)
		cpus[n++] = c;
	lvsx_rss_init_plain(rss, old ? old->generation + 1 : 1, cpus, n);
	rss->mixed = old && (old->mixed || lvsx_tables_flows(ln));
	rss->moved = rss->mixed;
	rcu_assign_pointer(ln->rss, rss);
	kfree(cpus);
	if (old) {
		synchronize_rcu();
		kvfree(old);
	}
	return 0;
}

void lvsx_steer_stop(struct lvsx_net *ln)
{
	kvfree(rcu_dereference_protected(ln->rss, true));
	RCU_INIT_POINTER(ln->rss, NULL);
}
