// SPDX-License-Identifier: GPL-2.0-only
/*
 * Snapshots of destinations, see snapshot.h.
 *
 * A snapshot holds its real servers, so that they stay valid as long as it exists. It is taken
 * under li->snapshot_lock by the first packet that finds none or an outdated one, and dropped by
 * the next such packet or by the tick.
 */
#include <linux/cpumask.h>
#include <linux/gcd.h>
#include <linux/hash.h>
#include <linux/slab.h>
#include "snapshot.h"

#define SNAPSHOT_MAX 4096	/* candidates; a longer list is left to IPVS's scheduler */

/* Not linear in the weight, so that a sum over all changes with any of them. */
static u64 snapshot_hash_weight(u32 i, s32 weight)
{
	u64 hash = hash_64((u64)(i + 1) << 32 | (u32)weight, 64);

	return hash ^ hash >> 29;
}

static u64 snapshot_weights(const struct lvsx_snapshot *snap)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < snap->nr; i++)
		sum += snapshot_hash_weight(i, atomic_read(&snap->cand[i].dest->weight));
	return sum;
}

/* The passes of wrr: from @most down to 1 by what divides all weights. */
static void snapshot_set_passes(struct lvsx_snapshot *snap)
{
	s32 most = 0, step = 0, weight;
	u32 i;

	for (i = 0; i < snap->nr; i++) {
		weight = max(atomic_read(&snap->cand[i].dest->weight), 0);
		most = max(most, weight);
		step = gcd(step, weight);
	}
	snap->step = max(step, 1);
	snap->most = max(most - (snap->step - 1), 1);
}

/* CPUs start apart: at different passes, and at different candidates if passes are few. */
static void snapshot_set_cursors(struct lvsx_snapshot *snap)
{
	u32 passes = (snap->most - 1) / snap->step + 1, c;

	for (c = 0; c < nr_cpu_ids; c++) {
		snap->cursor[c].next = snap->nr ? c % snap->nr : 0;
		snap->cursor[c].least =
			snap->most - (u32)((u64)passes * c / nr_cpu_ids) * snap->step;
	}
}

static void snapshot_free(struct lvsx_snapshot *snap)
{
	u32 i;

	for (i = 0; snap && i < snap->nr; i++) {
		WRITE_ONCE(snap->cand[i].real->counts_late, false);
		atomic_dec(&snap->cand[i].real->snapshots);
	}
	kfree_rcu(snap, rcu);
}

static bool snapshot_add(struct lvsx_ipvs *li, struct lvsx_snapshot *snap, struct ip_vs_dest *dest)
{
	struct lvsx_real *real = lvsx_real_get(li, dest);

	if (!real)
		return false;
	atomic_inc(&real->snapshots);
	lvsx_real_put(real);
	snap->cand[snap->nr++] = (struct lvsx_candidate){ dest, real };
	return true;
}

/* With room for @nr destinations. NULL: no memory, or too many. */
static struct lvsx_snapshot *snapshot_alloc(struct ip_vs_service *svc,
					    const struct ip_vs_scheduler *sched, u32 nr)
{
	size_t cursors =
		ALIGN(struct_size((struct lvsx_snapshot *)NULL, cand, nr), SMP_CACHE_BYTES);
	struct lvsx_snapshot *snap;

	if (nr > SNAPSHOT_MAX)
		return NULL;
	snap = kzalloc(cursors + nr_cpu_ids * sizeof(*snap->cursor), GFP_ATOMIC | __GFP_NOWARN);
	if (!snap)
		return NULL;
	snap->svc = svc;
	snap->sched = sched;
	snap->first = READ_ONCE(svc->destinations.next);
	snap->kind = lvsx_kind_of(sched);
	snap->cursor = (void *)snap + cursors;
	return snap;
}

/* All candidates are in. */
static void snapshot_finish(struct lvsx_snapshot *snap)
{
	snapshot_set_passes(snap);
	snapshot_set_cursors(snap);
	snap->weights = snapshot_weights(snap);
}

/* NULL: no memory, too many, or the list is being changed. */
static struct lvsx_snapshot *snapshot_make(struct lvsx_ipvs *li, struct ip_vs_service *svc,
					   const struct ip_vs_scheduler *sched)
{
	u32 nr = READ_ONCE(svc->num_dests);
	struct lvsx_snapshot *snap = snapshot_alloc(svc, sched, nr);
	struct ip_vs_dest *dest;
	bool all = true;

	if (!snap)
		return NULL;
	list_for_each_entry_rcu(dest, &svc->destinations, n_list) {
		all = snap->nr < nr && snapshot_add(li, snap, dest);
		if (!all)
			break;
	}
	if (!all || snap->nr != nr) {
		snapshot_free(snap);
		return NULL;
	}
	snapshot_finish(snap);
	return snap;
}

LVSX_COLD struct lvsx_snapshot *lvsx_snapshot_preview(struct lvsx_ipvs *li,
						      struct ip_vs_service *svc,
						      const struct ip_vs_scheduler *sched)
{
	static struct lvsx_real nobody;	/* for destinations that have none yet */
	u32 nr = READ_ONCE(svc->num_dests);
	struct lvsx_snapshot *snap = snapshot_alloc(svc, sched, nr);
	struct ip_vs_dest *dest;

	if (!snap)
		return NULL;
	list_for_each_entry_rcu(dest, &svc->destinations, n_list) {
		if (snap->nr == nr)
			break;
		snap->cand[snap->nr++] = (struct lvsx_candidate){
			.dest = dest,
			.real = lvsx_real_find(li, dest) ?: &nobody,
		};
	}
	snapshot_finish(snap);
	return snap;
}

/* @snap may be NULL. Under li->snapshot_lock. */
static void snapshot_replace(struct lvsx_ipvs *li, struct lvsx_svc_cache *cache,
			     struct lvsx_snapshot *snap)
{
	struct lvsx_snapshot *old = rcu_replace_pointer(cache->snapshot, snap,
						      lockdep_is_held(&li->snapshot_lock));
	u32 i;

	if (old)
		snapshot_free(old);
	for (i = 0; snap && i < snap->nr; i++)
		WRITE_ONCE(snap->cand[i].real->counts_late, snap->kind->counts_late);
}

LVSX_COLD struct lvsx_snapshot *lvsx_snapshot_renew(struct lvsx_ipvs *li,
						    struct lvsx_svc_cache *cache,
						    struct ip_vs_service *svc,
						    const struct ip_vs_scheduler *sched)
{
	struct lvsx_snapshot *snap;

	/* If another CPU is at it, the scheduler can be called. */
	if (!spin_trylock(&li->snapshot_lock))
		return NULL;
	snap = rcu_dereference_protected(cache->snapshot, lockdep_is_held(&li->snapshot_lock));
	if (!lvsx_snapshot_is_current(snap, svc, sched)) {
		snap = snapshot_make(li, svc, sched);
		snapshot_replace(li, cache, snap);
	}
	spin_unlock(&li->snapshot_lock);
	return snap;
}

/* Stricter than wrr needs: any change of a weight calls for a new snapshot. */
static bool snapshot_still_holds(const struct lvsx_snapshot *snap, const struct ip_vs_service *svc)
{
	const struct ip_vs_scheduler *sched = svc ? rcu_dereference(svc->scheduler) : NULL;
	u32 i;

	if (!sched || !lvsx_snapshot_is_current(snap, svc, sched) ||
	    snap->kind != lvsx_kind_of(sched))
		return false;
	for (i = 0; i < snap->nr; i++)
		if (!lvsx_dest_available(snap->cand[i].dest))
			return false;
	return snap->kind->rule != LVSX_RULE_WRR || snap->weights == snapshot_weights(snap);
}

void lvsx_snapshot_review(struct lvsx_ipvs *li, struct lvsx_svc_cache *cache,
			  const struct ip_vs_service *svc)
{
	struct lvsx_snapshot *snap;

	if (!rcu_access_pointer(cache->snapshot))
		return;
	spin_lock_bh(&li->snapshot_lock);
	snap = rcu_dereference_protected(cache->snapshot, lockdep_is_held(&li->snapshot_lock));
	if (!snapshot_still_holds(snap, svc))
		snapshot_replace(li, cache, NULL);
	spin_unlock_bh(&li->snapshot_lock);
}

void lvsx_snapshot_drop(struct lvsx_svc_cache *cache)
{
	struct lvsx_snapshot *snap = rcu_dereference_protected(cache->snapshot, true);

	if (snap)
		snapshot_free(snap);
}
