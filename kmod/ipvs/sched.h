/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Picks: the choice that a scheduler of IPVS would make, without its lock. Only for ipvs*.c.
 *
 * rr, wrr, lc and wlc are made here, by the same rules over the same destinations. rr and wrr keep
 * their place for each CPU, so that new connections write nothing that another CPU writes; each
 * CPU's turns are exact, and the CPUs begin at different places of the cycle. Everything else is
 * asked of IPVS's scheduler: the hashing ones write nothing either, and their tables are their own.
 */
#ifndef LVSX_SCHED_H
#define LVSX_SCHED_H

#include "real.h"

struct ip_vs_scheduler;

struct lvsx_seat {
	struct ip_vs_dest *dest;
	struct lvsx_real *real;
};

/* Where one CPU stands. */
struct lvsx_turn {
	u32 next;	/* the seat to look at */
	s32 least;	/* wrr: the weight that this pass asks for */
} ____cacheline_aligned_in_smp;

struct lvsx_lineup;

enum lvsx_rule { LVSX_RULE_NONE, LVSX_RULE_RR, LVSX_RULE_WRR, LVSX_RULE_LC, LVSX_RULE_WLC };

/* May a scheduler be asked by who only wants to know? */
enum lvsx_asking {
	LVSX_ASK_NEVER,		/* it changes something: lvsx knows no more of it */
	LVSX_ASK_NOBODY_ELSE,	/* the same, but it takes the only one that can be chosen */
	LVSX_ASK_FREELY,	/* its schedule() reads only */
};

struct lvsx_kind {
	const char *name;
	enum lvsx_rule rule;	/* none: the scheduler is asked */
	bool counts_late;	/* it does not go by the destinations' connections */
	enum lvsx_asking asking;
};

/*
 * The destinations of a service, in order, as they were listed last. Replaced as a whole when the
 * list or the scheduler changes; weights and flags are read where they are.
 */
struct lvsx_lineup {
	struct rcu_head rcu;
	const struct ip_vs_service *svc;
	const struct ip_vs_scheduler *sched;
	const struct list_head *first;	/* of the list; a new destination becomes the first */
	const struct lvsx_kind *kind;
	u64 weights;			/* a sum that tells when one has changed */
	s32 most, step;			/* wrr: passes ask for most, most - step, … 1 */
	u32 nr;
	struct lvsx_turn *turn;		/* of each CPU, behind the seats */
	struct lvsx_seat seat[];
};

/* The seat that the rule of @l gives to a CPU at @turn; NULL: no seat will do, or no rule. */
struct lvsx_seat *lvsx_pick_seat(struct lvsx_lineup *l, struct lvsx_turn *turn);

/* The same, of those that are not to be avoided; one that is when there is no other. */
struct lvsx_seat *lvsx_pick_reachable(struct lvsx_lineup *l, struct lvsx_turn *turn);

/* May it have a new connection, and, @reachable, is there a way to it? */
static __always_inline bool lvsx_pick_takes(const struct lvsx_seat *seat, bool reachable)
{
	return !(seat->dest->flags & IP_VS_DEST_F_OVERLOAD) &&
	       likely(lvsx_dest_available(seat->dest)) &&
	       !(reachable && lvsx_real_avoided(seat->real));
}

/* The rule of rr, in line: most services have it. @reachable: none that is to be avoided. */
static __always_inline struct lvsx_seat *lvsx_pick_rr(struct lvsx_lineup *l, struct lvsx_turn *turn,
						      bool reachable)
{
	u32 i = turn->next, left;

	for (left = l->nr; left; left--) {
		struct lvsx_seat *seat = &l->seat[i];

		i = i + 1 < l->nr ? i + 1 : 0;
		if (!lvsx_pick_takes(seat, reachable) || atomic_read(&seat->dest->weight) <= 0)
			continue;
		turn->next = i;
		return seat;
	}
	return NULL;
}

/* Make the line-up anew. NULL: @sched is to be asked. Softirq, RCU. */
struct lvsx_lineup *lvsx_pick_line_up(struct lvsx_ipvs *li, struct lvsx_pin *pin,
				      struct ip_vs_service *svc,
				      const struct ip_vs_scheduler *sched);

const struct lvsx_kind *lvsx_pick_kind(const struct ip_vs_scheduler *sched);

/*
 * The line-up that a first packet would make, to look at: it holds nobody, is seen by nobody and is
 * freed by kfree(). NULL: no memory, or @sched is to be asked. Any context, RCU.
 */
struct lvsx_lineup *lvsx_pick_preview(struct lvsx_ipvs *li, struct ip_vs_service *svc,
				      const struct ip_vs_scheduler *sched);

/* Is it what a look at the list would find? */
static __always_inline bool lvsx_pick_holds(const struct lvsx_lineup *l,
					    const struct ip_vs_service *svc,
					    const struct ip_vs_scheduler *sched)
{
	return likely(l && l->svc == svc && l->sched == sched &&
		      l->nr == READ_ONCE(svc->num_dests) &&
		      l->first == READ_ONCE(svc->destinations.next));
}

/*
 * The real server for a first packet of @svc's, with one more flow; NULL: @sched is to be asked,
 * which also has the last word when there is none. Softirq, RCU.
 */
static __always_inline struct lvsx_real *lvsx_pick(struct lvsx_ipvs *li, struct lvsx_pin *pin,
						   struct ip_vs_service *svc,
						   const struct ip_vs_scheduler *sched)
{
	struct lvsx_lineup *l = rcu_dereference(pin->lineup);
	struct lvsx_turn *turn;
	struct lvsx_seat *seat;

	if (unlikely(!lvsx_pick_holds(l, svc, sched))) {
		l = lvsx_pick_line_up(li, pin, svc, sched);
		if (!l)
			return NULL;
	}
	turn = &l->turn[smp_processor_id()];
	if (unlikely(READ_ONCE(li->avoiding)))
		seat = lvsx_pick_reachable(l, turn);
	else
		seat = l->kind->rule == LVSX_RULE_RR ? lvsx_pick_rr(l, turn, false) :
						       lvsx_pick_seat(l, turn);
	if (unlikely(!seat))
		return NULL;
	lvsx_real_use(seat->real);
	return seat->real;
}

/*
 * The service that @pin's line-up is of, as long as that is in use; NULL: it is to be looked for.
 * Softirq, RCU.
 */
static inline struct ip_vs_service *lvsx_pick_service(const struct lvsx_pin *pin)
{
	const struct lvsx_lineup *l = rcu_dereference(pin->lineup);
	struct ip_vs_service *svc;

	if (unlikely(!l || !l->nr))
		return NULL;
	/* A destination holds its service; that it still is of this one, the line-up cannot say. */
	svc = rcu_dereference(l->seat[0].dest->svc);
	return likely(svc && svc == l->svc && svc->flags & IP_VS_SVC_F_HASHED) ? svc : NULL;
}

/* By the tick: forget the line-up unless it is still that of @svc, which may be NULL. */
void lvsx_pick_review(struct lvsx_ipvs *li, struct lvsx_pin *pin, const struct ip_vs_service *svc);

#endif
