// SPDX-License-Identifier: GPL-2.0-only
/*
 * Building and swapping the class table, and letting go of earlier ones. See remap.h,
 * core/port/portmap.h.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/slab.h>
#include "remap.h"
#include "cpu/tables.h"

#define HURRY_MS 100	/* how long a CPU waits, while it comes, for ln->mutex */

static struct lvsx_rss *in_force(struct lvsx_net *ln)
{
	return rcu_dereference_protected(ln->rss, lockdep_is_held(&ln->mutex));
}

static bool is_here(struct lvsx_net *ln, int c)
{
	return READ_ONCE(per_cpu_ptr(ln->cpu, c)->here);
}

static u16 all_here(struct lvsx_net *ln, u16 *cpus)
{
	u16 n = 0;
	int c;

	for_each_possible_cpu(c)
		if (is_here(ln, c))
			cpus[n++] = c;
	return n;
}

/* The CPU of each entry of the indirection table. */
static void homes(struct lvsx_net *ln, u16 *home)
{
	const struct lvsx_learn *learn = ln->learn;
	u32 i;

	for (i = 0; i < learn->nic.indir_size; i++) {
		u16 cpu = lvsx_queues_cpu(&learn->queues, learn->nic.indir[i]);

		home[i] = cpu < nr_cpu_ids && cpu_possible(cpu) && is_here(ln, cpu) ?
			  cpu : LVSX_RSS_NO_CPU;
	}
}

static struct lvsx_rss *build(struct lvsx_net *ln, u32 generation)
{
	const struct lvsx_learn *learn = ln->learn;
	struct lvsx_rss *rss = kvzalloc(sizeof(*rss), GFP_KERNEL);
	u16 *cpus = kcalloc(nr_cpu_ids, sizeof(*cpus), GFP_KERNEL), n;
	u16 *home = kcalloc(LVSX_RSS_CLASSES, sizeof(*home), GFP_KERNEL);

	if (!rss || !cpus || !home) {
		kvfree(rss);
		rss = NULL;
		goto out;
	}
	n = all_here(ln, cpus);
	if (learn->use) {
		homes(ln, home);
		if (lvsx_rss_init_toeplitz(rss, generation, learn->nic.key, LVSX_RSS_KEY, home,
					   learn->nic.indir_size, cpus, n))
			goto out;
	}
	lvsx_rss_init_plain(rss, generation, cpus, n);
out:
	kfree(home);
	kfree(cpus);
	return rss;
}

/* An era that no flow is of; else the one of the table in force, which they share then. */
static u8 free_era(const struct lvsx_rss *now)
{
	u8 era;

	for (era = 0; era < LVSX_ERAS; era++)
		if (era != now->era && !now->before[era])
			return era;
	return now->era;
}

/* @new shall follow @old, whose flows live on. */
static void follow(struct lvsx_rss *new, const struct lvsx_rss *old)
{
	memcpy(new->before, old->before, sizeof(new->before));
	new->era = free_era(old);
	if (new->era == old->era)
		new->mixed = true;
	else
		new->before[old->era] = old;
	new->moved = true;
}

static int swap_in(struct lvsx_net *ln)
{
	struct lvsx_rss *old = in_force(ln), *new;

	/* Before looking: a later change comes again. Pairs with the barrier in set_here(). */
	smp_store_mb(ln->cpus_changed, false);
	new = build(ln, old ? old->generation + 1 : 1);
	if (!new) {
		WRITE_ONCE(ln->cpus_changed, true);	/* next time */
		return -ENOMEM;
	}
	if (!old) {
		rcu_assign_pointer(ln->rss, new);
		return 0;
	}
	follow(new, old);
	WRITE_ONCE(old->moving, true);
	synchronize_rcu();
	rcu_assign_pointer(ln->rss, new);
	synchronize_rcu();
	if (new->mixed)
		kvfree(old);
	return 0;
}

/* Earlier tables of which there are no flows any more. */
static void retire(struct lvsx_net *ln)
{
	struct lvsx_rss *now = in_force(ln);
	const struct lvsx_rss *gone[LVSX_ERAS];
	bool moved = now->mixed;
	u32 n = 0, i;

	if (!now->moved)
		return;
	for (i = 0; i < LVSX_ERAS; i++) {
		if (!now->before[i])
			continue;
		if (lvsx_tables_of_era(ln, i)) {
			moved = true;
			continue;
		}
		gone[n++] = now->before[i];
		WRITE_ONCE(now->before[i], NULL);
	}
	WRITE_ONCE(now->moved, moved);
	if (n)
		synchronize_rcu();
	while (n)
		kvfree(gone[--n]);
}

int lvsx_steer_start(struct lvsx_net *ln)
{
	int err = -ENOMEM;

	ln->learn = lvsx_learn_new();
	if (ln->learn)
		err = swap_in(ln);
	if (err)
		lvsx_steer_stop(ln);
	return err;
}

void lvsx_steer_follow(struct lvsx_net *ln)
{
	const struct lvsx_rss *now = in_force(ln);
	bool due = READ_ONCE(ln->cpus_changed);

	if (time_after_eq(jiffies, ln->learn->next)) {
		retire(ln);
		due |= lvsx_learn_round(ln);
		due |= now->mixed && free_era(now) != now->era;
	}
	if (due)
		swap_in(ln);
}

void lvsx_steer_hurry(struct lvsx_net *ln)
{
	u32 tries;

	for (tries = 0; tries < HURRY_MS; tries++) {
		if (mutex_trylock(&ln->mutex)) {
			if (in_force(ln))
				swap_in(ln);
			mutex_unlock(&ln->mutex);
			return;
		}
		usleep_range(500, 1000);
	}
}

void lvsx_steer_stop(struct lvsx_net *ln)
{
	struct lvsx_rss *now = rcu_dereference_raw(ln->rss);	/* nobody else has it any more */
	u32 i;

	for (i = 0; now && i < LVSX_ERAS; i++)
		kvfree(now->before[i]);
	kvfree(now);
	RCU_INIT_POINTER(ln->rss, NULL);
	kvfree(ln->learn);
	ln->learn = NULL;
}
