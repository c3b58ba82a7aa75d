// SPDX-License-Identifier: GPL-2.0-only
/* The flow tables of one namespace. See tables.h. */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/random.h>
#include "hotplug.h"
#include "route/routes.h"
#include "table.h"
#include "tables.h"
#include "upkeep.h"

static void tables_free(struct lvsx_net *ln)
{
	struct lvsx_cpu __percpu *cpus = ln->cpu;
	int c;

	WRITE_ONCE(ln->cpu, NULL);
	synchronize_rcu();	/* dumps use it in RCU sections */
	for_each_possible_cpu(c) {
		struct lvsx_cpu *cpu = per_cpu_ptr(cpus, c);

		lvsx_table_free(cpu->table);
		kvfree(cpu->routes);
	}
	free_percpu(cpus);
}

int lvsx_tables_start(struct lvsx_net *ln)
{
	struct lvsx_cpu __percpu *cpus = alloc_percpu(struct lvsx_cpu);
	int c, err;

	if (!cpus)
		return -ENOMEM;
	get_random_bytes(&ln->key, sizeof(ln->key));
	for_each_possible_cpu(c) {
		struct lvsx_cpu *cpu = per_cpu_ptr(cpus, c);

		cpu->id = c;
		cpu->ln = ln;
		lvsx_upkeep_init(cpu);
	}
	WRITE_ONCE(ln->cpu, cpus);
	err = lvsx_hotplug_add(ln);
	if (err)
		tables_free(ln);
	return err;
}

void lvsx_tables_stop(struct lvsx_net *ln)
{
	int c;

	if (!ln->cpu)
		return;
	lvsx_hotplug_remove(ln);
	for_each_possible_cpu(c) {
		struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

		cancel_delayed_work_sync(&cpu->tick);	/* of a CPU that is offline */
		if (!cpu->table)
			continue;
		lvsx_table_flush(cpu->table);
		lvsx_routes_put(cpu->routes);
	}
	tables_free(ln);
}
