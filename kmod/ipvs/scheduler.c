// SPDX-License-Identifier: GPL-2.0-only
/*
 * rr, wrr, lc and wlc over a snapshot, see scheduler.h. The rules are those of the schedulers of
 * the same names: who is skipped, who wins, who comes first among equals.
 */
#include "scheduler.h"

/*
 * Each pass over the candidates asks for less weight than the one before, then it starts over with
 * the highest. The first pass here may have been started by an earlier call; the second is a whole
 * one, and if it finds nobody it has seen what weight the third must ask for.
 */
static __always_inline struct lvsx_candidate *
scheduler_wrr(struct lvsx_snapshot *snap, struct lvsx_sched_cursor *cursor, bool reachable)
{
	s32 least = cursor->least, best, weight;
	u32 i = cursor->next, pass;

	for (pass = 0; pass < 3; pass++) {
		best = 0;
		for (; i < snap->nr; i++) {
			struct lvsx_candidate *cand = &snap->cand[i];

			weight = lvsx_scheduler_may_use(cand, reachable) ?
				 atomic_read(&cand->dest->weight) : 0;
			if (weight >= least) {
				cursor->next = i + 1;
				cursor->least = least;
				return cand;
			}
			best = max(best, weight);
		}
		if (pass && best <= 0)
			break;
		i = 0;
		least -= pass ? DIV_ROUND_UP(least - best, snap->step) * snap->step : snap->step;
		if (least <= 0)
			least = snap->most;
	}
	return NULL;
}

static __always_inline struct lvsx_candidate *scheduler_lc(struct lvsx_snapshot *snap,
							   bool reachable)
{
	struct lvsx_candidate *found = NULL, *cand;
	unsigned int least = 0, load;

	for (cand = snap->cand; cand < snap->cand + snap->nr; cand++) {
		if (!lvsx_scheduler_may_use(cand, reachable) ||
		    atomic_read(&cand->dest->weight) <= 0)
			continue;
		load = ip_vs_dest_conn_overhead(cand->dest);
		if (found && load >= least)
			continue;
		found = cand;
		least = load;
	}
	return found;
}

static __always_inline struct lvsx_candidate *scheduler_wlc(struct lvsx_snapshot *snap,
							    bool reachable)
{
	struct lvsx_candidate *found = NULL, *cand;
	s64 least = 0, load, weight, of = 0;

	for (cand = snap->cand; cand < snap->cand + snap->nr; cand++) {
		weight = atomic_read(&cand->dest->weight);
		if (!lvsx_scheduler_may_use(cand, reachable) || weight <= 0)
			continue;
		load = ip_vs_dest_conn_overhead(cand->dest);
		if (found && least * weight <= load * of)
			continue;
		found = cand;
		least = load;
		of = weight;
	}
	return found;
}

static __always_inline struct lvsx_candidate *
scheduler_by_rule(struct lvsx_snapshot *snap, struct lvsx_sched_cursor *cursor, bool reachable)
{
	switch (snap->kind->rule) {
	case LVSX_RULE_RR:
		return lvsx_scheduler_rr(snap, cursor, reachable);
	case LVSX_RULE_WRR:
		return scheduler_wrr(snap, cursor, reachable);
	case LVSX_RULE_LC:
		return scheduler_lc(snap, reachable);
	case LVSX_RULE_WLC:
		return scheduler_wlc(snap, reachable);
	default:
		return NULL;
	}
}

struct lvsx_candidate *lvsx_scheduler_next(struct lvsx_snapshot *snap,
					   struct lvsx_sched_cursor *cursor)
{
	return scheduler_by_rule(snap, cursor, false);
}

LVSX_COLD struct lvsx_candidate *lvsx_scheduler_next_reachable(struct lvsx_snapshot *snap,
							       struct lvsx_sched_cursor *cursor)
{
	return scheduler_by_rule(snap, cursor, true) ?: scheduler_by_rule(snap, cursor, false);
}
