/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A snapshot of a service's destinations, from which new connections choose without IPVS's lock.
 * Only for kmod/ipvs.
 */
#ifndef LVSX_SNAPSHOT_H
#define LVSX_SNAPSHOT_H

#include "kind.h"
#include "real.h"

struct lvsx_candidate {
	struct ip_vs_dest *dest;
	struct lvsx_real *real;
};

/* Where one CPU is in the cycle of rr or wrr. */
struct lvsx_sched_cursor {
	u32 next;	/* the candidate to look at */
	s32 least;	/* wrr: the weight that this pass asks for */
} ____cacheline_aligned_in_smp;

/*
 * The destinations of a service in IPVS's order. Immutable but for the cursors; replaced as a whole
 * when the list or the scheduler changes. Weights and flags are read from the destinations.
 */
struct lvsx_snapshot {
	struct rcu_head rcu;
	const struct ip_vs_service *svc;
	const struct ip_vs_scheduler *sched;
	const struct list_head *first;	/* of the list; IPVS adds at its head */
	const struct lvsx_kind *kind;
	u64 weights;			/* a hash of all of them */
	s32 most, step;			/* wrr: passes ask for most, most - step, … 1 */
	u32 nr;
	struct lvsx_sched_cursor *cursor;	/* of each CPU, behind the candidates */
	struct lvsx_candidate cand[];
};

/* Take a new snapshot. NULL: call @sched instead. Softirq, RCU. */
struct lvsx_snapshot *lvsx_snapshot_renew(struct lvsx_ipvs *li, struct lvsx_svc_cache *cache,
					  struct ip_vs_service *svc,
					  const struct ip_vs_scheduler *sched);

/*
 * The snapshot that a first packet would take, for the caller alone: it holds no reference and is
 * freed by kfree(). NULL: no memory, or call @sched instead. Any context, RCU.
 */
struct lvsx_snapshot *lvsx_snapshot_preview(struct lvsx_ipvs *li, struct ip_vs_service *svc,
					    const struct ip_vs_scheduler *sched);

/* Is it still what the list says, as far as can be seen without walking it? */
static __always_inline bool lvsx_snapshot_is_current(const struct lvsx_snapshot *snap,
						     const struct ip_vs_service *svc,
						     const struct ip_vs_scheduler *sched)
{
	return likely(snap && snap->svc == svc && snap->sched == sched &&
		      snap->nr == READ_ONCE(svc->num_dests) &&
		      snap->first == READ_ONCE(svc->destinations.next));
}

/*
 * The service that the snapshot was taken of, if it is in use; NULL: search for it. Softirq, RCU.
 */
static inline struct ip_vs_service *lvsx_snapshot_service(const struct lvsx_svc_cache *cache)
{
	const struct lvsx_snapshot *snap = rcu_dereference(cache->snapshot);
	struct ip_vs_service *svc;

	if (unlikely(!snap || !snap->nr))
		return NULL;
	/* The snapshot holds the destination, but that may have moved to another service. */
	svc = rcu_dereference(snap->cand[0].dest->svc);
	return likely(svc && svc == snap->svc && svc->flags & IP_VS_SVC_F_HASHED) ? svc : NULL;
}

/* By the tick: drop the snapshot unless it is still that of @svc, which may be NULL. */
void lvsx_snapshot_review(struct lvsx_ipvs *li, struct lvsx_svc_cache *cache,
			  const struct ip_vs_service *svc);

#endif
