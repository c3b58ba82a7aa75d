// SPDX-License-Identifier: GPL-2.0-only
/*
 * Building the port map, replacing it, and freeing earlier ones. See remap.h,
 * core/port/portmap.h.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include "remap.h"
#include "core/table/flow.h"
#include "netns/cpu.h"

#define HURRY_MS 100	/* how long a CPU that comes up waits for ln->mutex */

static struct lvsx_portmap *remap_current(struct lvsx_net *ln)
{
	return rcu_dereference_protected(ln->portmap, lockdep_is_held(&ln->mutex));
}

static bool remap_is_here(struct lvsx_net *ln, int c)
{
	return READ_ONCE(per_cpu_ptr(ln->cpu, c)->here);
}

static u16 remap_all_here(struct lvsx_net *ln, u16 *cpus)
{
	u16 n = 0;
	int c;

	for_each_possible_cpu(c)
		if (remap_is_here(ln, c))
			cpus[n++] = c;
	return n;
}

/* The CPU of each entry of the indirection table. */
static void remap_homes(struct lvsx_net *ln, u16 *home)
{
	const struct lvsx_rss_state *rss = ln->rss;
	u32 i;

	for (i = 0; i < rss->nic.indir_size; i++) {
		u16 cpu = lvsx_rxqueues_cpu(&rss->queues, rss->nic.indir[i]);

		home[i] = cpu < nr_cpu_ids && cpu_possible(cpu) && remap_is_here(ln, cpu) ?
			  cpu : LVSX_NO_CPU;
	}
}

static struct lvsx_portmap *remap_build(struct lvsx_net *ln, u32 generation)
{
	const struct lvsx_rss_state *rss = ln->rss;
	struct lvsx_portmap *map = kvzalloc(sizeof(*map), GFP_KERNEL);
	u16 *cpus = kcalloc(nr_cpu_ids, sizeof(*cpus), GFP_KERNEL), n;
	u16 *home = kcalloc(LVSX_PORT_CLASSES, sizeof(*home), GFP_KERNEL);

	if (!map || !cpus || !home) {
		kvfree(map);
		map = NULL;
		goto out;
	}
	n = remap_all_here(ln, cpus);
	if (rss->use) {
		remap_homes(ln, home);
		if (lvsx_portmap_init_rss(map, generation, rss->nic.key, LVSX_RSS_KEY_LEN, home,
					  rss->nic.indir_size, cpus, n))
			goto out;
	}
	lvsx_portmap_init_rr(map, generation, cpus, n);
out:
	kfree(home);
	kfree(cpus);
	return map;
}

/* A slot that no flow uses; else that of the current map, which both share then. */
static u8 remap_free_slot(const struct lvsx_portmap *now)
{
	u8 slot;

	for (slot = 0; slot < LVSX_MAP_SLOTS; slot++)
		if (slot != now->slot && !now->draining[slot])
			return slot;
	return now->slot;
}

/* @new comes after @old, whose flows live on. */
static void remap_inherit(struct lvsx_portmap *new, const struct lvsx_portmap *old)
{
	memcpy(new->draining, old->draining, sizeof(new->draining));
	new->slot = remap_free_slot(old);
	if (new->slot == old->slot)
		new->shared_slot = true;
	else
		new->draining[old->slot] = old;
	new->any_draining = true;
}

static int remap_swap_in(struct lvsx_net *ln)
{
	struct lvsx_portmap *old = remap_current(ln), *new;

	/*
	 * Cleared before the CPUs are read, so that a later change is not missed. Pairs with the
	 * barrier in hotplug_set_here().
	 */
	smp_store_mb(ln->cpus_changed, false);
	new = remap_build(ln, old ? old->generation + 1 : 1);
	if (!new) {
		WRITE_ONCE(ln->cpus_changed, true);	/* next time */
		return -ENOMEM;
	}
	if (!old) {
		rcu_assign_pointer(ln->portmap, new);
		return 0;
	}
	remap_inherit(new, old);
	WRITE_ONCE(old->retiring, true);
	synchronize_rcu();
	rcu_assign_pointer(ln->portmap, new);
	synchronize_rcu();
	if (new->shared_slot)
		kvfree(old);
	return 0;
}

/* Live flows that were made by the map in this slot. */
static u64 remap_flows_of(struct lvsx_net *ln, u8 slot)
{
	u64 n = 0;
	int c;

	for_each_possible_cpu(c) {
		const struct lvsx_table *t = lvsx_table_of(ln, c);

		n += t ? READ_ONCE(t->map_flows[slot]) : 0;
	}
	return n;
}

/* Free earlier maps that no flow uses any more. */
static void remap_retire(struct lvsx_net *ln)
{
	struct lvsx_portmap *now = remap_current(ln);
	const struct lvsx_portmap *gone[LVSX_MAP_SLOTS];
	bool draining = now->shared_slot;
	u32 n = 0, i;

	if (!now->any_draining)
		return;
	for (i = 0; i < LVSX_MAP_SLOTS; i++) {
		if (!now->draining[i])
			continue;
		if (remap_flows_of(ln, i)) {
			draining = true;
			continue;
		}
		gone[n++] = now->draining[i];
		WRITE_ONCE(now->draining[i], NULL);
	}
	WRITE_ONCE(now->any_draining, draining);
	if (n)
		synchronize_rcu();
	while (n)
		kvfree(gone[--n]);
}

int lvsx_remap_start(struct lvsx_net *ln)
{
	int err = -ENOMEM;

	ln->rss = lvsx_rss_state_new();
	if (ln->rss)
		err = remap_swap_in(ln);
	if (err)
		lvsx_remap_stop(ln);
	return err;
}

void lvsx_remap_follow(struct lvsx_net *ln)
{
	const struct lvsx_portmap *now = remap_current(ln);
	bool due = READ_ONCE(ln->cpus_changed);

	if (time_after_eq(jiffies, ln->rss->next)) {
		remap_retire(ln);
		due |= lvsx_rss_state_update(ln);
		due |= now->shared_slot && remap_free_slot(now) != now->slot;
	}
	if (due)
		remap_swap_in(ln);
}

void lvsx_remap_now(struct lvsx_net *ln)
{
	u32 tries;

	for (tries = 0; tries < HURRY_MS; tries++) {
		if (mutex_trylock(&ln->mutex)) {
			if (remap_current(ln))
				remap_swap_in(ln);
			mutex_unlock(&ln->mutex);
			return;
		}
		usleep_range(500, 1000);
	}
}

void lvsx_remap_stop(struct lvsx_net *ln)
{
	/* Nobody else sees it any more. */
	struct lvsx_portmap *now = rcu_dereference_raw(ln->portmap);
	u32 i;

	for (i = 0; now && i < LVSX_MAP_SLOTS; i++)
		kvfree(now->draining[i]);
	kvfree(now);
	RCU_INIT_POINTER(ln->portmap, NULL);
	kvfree(ln->rss);
	ln->rss = NULL;
}
