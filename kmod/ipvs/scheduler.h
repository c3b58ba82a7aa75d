/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The choice that a scheduler of IPVS would make, without its lock. Only for kmod/ipvs.
 *
 * rr, wrr, lc and wlc are implemented here, by the same rules over the same destinations. rr and
 * wrr have a cursor per CPU, so that new connections write nothing that another CPU writes; each
 * CPU's sequence is exact, and CPUs start at different points of the cycle. For all other
 * schedulers IPVS's own is called: the hashing ones write nothing either, and their tables are
 * theirs.
 */
#ifndef LVSX_SCHEDULER_H
#define LVSX_SCHEDULER_H

#include "kind.h"
#include "real.h"
#include "snapshot.h"

/* The candidate that the rule gives a CPU at @cursor; NULL: none can be used, or no rule. */
struct lvsx_candidate *lvsx_scheduler_next(struct lvsx_snapshot *snap,
					   struct lvsx_sched_cursor *cursor);

/* The same, but one that is to be avoided only if there is no other. */
struct lvsx_candidate *lvsx_scheduler_next_reachable(struct lvsx_snapshot *snap,
						     struct lvsx_sched_cursor *cursor);

/* May it get a new connection? @reachable: not if it is to be avoided. */
static __always_inline bool lvsx_scheduler_may_use(const struct lvsx_candidate *cand,
						   bool reachable)
{
	return !(cand->dest->flags & IP_VS_DEST_F_OVERLOAD) &&
	       likely(lvsx_dest_available(cand->dest)) &&
	       !(reachable && lvsx_real_avoided(cand->real));
}

/* The rule of rr, in line: most services have it. */
static __always_inline struct lvsx_candidate *
lvsx_scheduler_rr(struct lvsx_snapshot *snap, struct lvsx_sched_cursor *cursor, bool reachable)
{
	u32 i = cursor->next, left;

	for (left = snap->nr; left; left--) {
		struct lvsx_candidate *cand = &snap->cand[i];

		i = i + 1 < snap->nr ? i + 1 : 0;
		if (!lvsx_scheduler_may_use(cand, reachable) ||
		    atomic_read(&cand->dest->weight) <= 0)
			continue;
		cursor->next = i;
		return cand;
	}
	return NULL;
}

/*
 * The real server for a first packet of @svc, with one more flow; NULL: call @sched, which also
 * has the last word if there is none. Softirq, RCU.
 */
static __always_inline struct lvsx_real *lvsx_scheduler_choose(struct lvsx_ipvs *li,
							       struct lvsx_svc_cache *cache,
							       struct ip_vs_service *svc,
							       const struct ip_vs_scheduler *sched)
{
	struct lvsx_snapshot *snap = rcu_dereference(cache->snapshot);
	struct lvsx_sched_cursor *cursor;
	struct lvsx_candidate *cand;

	if (unlikely(!lvsx_snapshot_is_current(snap, svc, sched))) {
		snap = lvsx_snapshot_renew(li, cache, svc, sched);
		if (!snap)
			return NULL;
	}
	cursor = &snap->cursor[smp_processor_id()];
	if (unlikely(READ_ONCE(li->avoiding)))
		cand = lvsx_scheduler_next_reachable(snap, cursor);
	else
		cand = snap->kind->rule == LVSX_RULE_RR ? lvsx_scheduler_rr(snap, cursor, false) :
						       lvsx_scheduler_next(snap, cursor);
	if (unlikely(!cand))
		return NULL;
	lvsx_real_use(cand->real);
	return cand->real;
}

#endif
