// SPDX-License-Identifier: GPL-2.0-only
/* CPU hotplug. See hotplug.h. */
#include <linux/cpuhotplug.h>
#include <linux/mm.h>
#include "core/table/wheel.h"
#include "hotplug.h"
#include "route/routes.h"
#include "rss/remap.h"
#include "table.h"
#include "upkeep.h"

static enum cpuhp_state prepare_state, online_state;

/* Ports are assigned to CPUs that are here. */
static void hotplug_set_here(struct lvsx_cpu *cpu, bool here)
{
	WRITE_ONCE(cpu->here, here);
	/* Pairs with the barrier in remap_swap_in(): who clears the mark sees @here. */
	smp_mb();
	WRITE_ONCE(cpu->ln->cpus_changed, true);
}

/*
 * A CPU is about to come up. Before it sees a packet it gets a table, or the one back that it left,
 * and its share of the ports. Runs on another CPU.
 */
static int hotplug_prepare(unsigned int c, struct hlist_node *node)
{
	struct lvsx_net *ln = hlist_entry(node, struct lvsx_net, prepared);
	struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

	cancel_delayed_work_sync(&cpu->tick);
	WRITE_ONCE(cpu->adopted, false);
	WRITE_ONCE(cpu->leaving, true);
	if (!cpu->table) {
		struct lvsx_routes *routes = lvsx_routes_new();
		struct lvsx_table *t = routes ? lvsx_table_new(cpu, &ln->key) : NULL;

		if (!t) {
			kvfree(routes);
			return -ENOMEM;
		}
		cpu->routes = routes;
		/* Pairs with the dependent loads of those that look into other CPUs' tables. */
		smp_store_release(&cpu->table, t);
	}
	hotplug_set_here(cpu, true);
	if (READ_ONCE(ln->hooked))
		lvsx_remap_now(ln);
	return 0;
}

/*
 * It is down, or failed to come up: its flows stay, where others find them, and expire. Runs on
 * another CPU.
 */
static int hotplug_dead(unsigned int c, struct hlist_node *node)
{
	struct lvsx_net *ln = hlist_entry(node, struct lvsx_net, prepared);
	struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

	hotplug_set_here(cpu, false);
	if (READ_ONCE(ln->hooked))
		lvsx_upkeep_adopt(cpu);
	return 0;
}

static int hotplug_up(unsigned int c, struct hlist_node *node)
{
	struct lvsx_net *ln = hlist_entry(node, struct lvsx_net, online);
	struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

	WRITE_ONCE(cpu->leaving, false);
	queue_delayed_work_on(c, lvsx_wq, &cpu->tick, msecs_to_jiffies(LVSX_TICK_MS));
	return 0;
}

/* It is going down but still sees packets. Runs on that CPU, so that these see the mark. */
static int hotplug_down(unsigned int c, struct hlist_node *node)
{
	struct lvsx_net *ln = hlist_entry(node, struct lvsx_net, online);
	struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

	WRITE_ONCE(cpu->leaving, true);
	cancel_delayed_work_sync(&cpu->tick);
	return 0;
}

int lvsx_hotplug_add(struct lvsx_net *ln)
{
	int err = cpuhp_state_add_instance(prepare_state, &ln->prepared);

	if (err)
		return err;
	err = cpuhp_state_add_instance(online_state, &ln->online);
	if (err)
		cpuhp_state_remove_instance_nocalls(prepare_state, &ln->prepared);
	return err;
}

void lvsx_hotplug_remove(struct lvsx_net *ln)
{
	cpuhp_state_remove_instance(online_state, &ln->online);
	cpuhp_state_remove_instance_nocalls(prepare_state, &ln->prepared);
}

int lvsx_hotplug_init(void)
{
	int got = cpuhp_setup_state_multi(CPUHP_BP_PREPARE_DYN, "net/lvsx:prepare", hotplug_prepare,
					  hotplug_dead);

	if (got < 0)
		return got;
	prepare_state = got;
	got = cpuhp_setup_state_multi(CPUHP_AP_ONLINE_DYN, "net/lvsx:online", hotplug_up,
				      hotplug_down);
	if (got < 0) {
		cpuhp_remove_multi_state(prepare_state);
		return got;
	}
	online_state = got;
	return 0;
}

void lvsx_hotplug_exit(void)
{
	cpuhp_remove_multi_state(online_state);
	cpuhp_remove_multi_state(prepare_state);
}
