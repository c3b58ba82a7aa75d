// SPDX-License-Identifier: GPL-2.0-only
/*
 * Picks, see sched.h. The rules are those of the schedulers of the same names: who is skipped,
 * who wins, who comes first among equals.
 *
 * A line-up holds its real servers, so what it names stays valid for as long as it is there. It is
 * made by the first packet that finds none or an old one, under li->lining_up, and forgotten by the
 * next such or by the tick.
 */
#include <linux/cpumask.h>
#include <linux/gcd.h>
#include <linux/hash.h>
#include <linux/slab.h>
#include "sched.h"

#define SEATS_MAX 4096	/* a longer list is left to IPVS's scheduler */

/*
 * Passes go over the seats, each asking for less weight than the one before, and from the least to
 * the most again. The first pass here may have begun earlier; the second is a whole one, and when
 * it finds nobody it has seen what the third must ask for.
 */
static __always_inline struct lvsx_seat *pick_wrr(struct lvsx_lineup *l, struct lvsx_turn *turn,
						  bool reachable)
{
	s32 least = turn->least, best, weight;
	u32 i = turn->next, pass;

	for (pass = 0; pass < 3; pass++) {
		best = 0;
		for (; i < l->nr; i++) {
			struct lvsx_seat *seat = &l->seat[i];

			weight = lvsx_pick_takes(seat, reachable) ?
				 atomic_read(&seat->dest->weight) : 0;
			if (weight >= least) {
				turn->next = i + 1;
				turn->least = least;
				return seat;
			}
			best = max(best, weight);
		}
		if (pass && best <= 0)
			break;
		i = 0;
		least -= pass ? DIV_ROUND_UP(least - best, l->step) * l->step : l->step;
		if (least <= 0)
			least = l->most;
	}
	return NULL;
}

static __always_inline struct lvsx_seat *pick_lc(struct lvsx_lineup *l, bool reachable)
{
	struct lvsx_seat *found = NULL, *seat;
	unsigned int least = 0, load;

	for (seat = l->seat; seat < l->seat + l->nr; seat++) {
		if (!lvsx_pick_takes(seat, reachable) || atomic_read(&seat->dest->weight) <= 0)
			continue;
		load = ip_vs_dest_conn_overhead(seat->dest);
		if (found && load >= least)
			continue;
		found = seat;
		least = load;
	}
	return found;
}

static __always_inline struct lvsx_seat *pick_wlc(struct lvsx_lineup *l, bool reachable)
{
	struct lvsx_seat *found = NULL, *seat;
	s64 least = 0, load, weight, of = 0;

	for (seat = l->seat; seat < l->seat + l->nr; seat++) {
		weight = atomic_read(&seat->dest->weight);
		if (!lvsx_pick_takes(seat, reachable) || weight <= 0)
			continue;
		load = ip_vs_dest_conn_overhead(seat->dest);
		if (found && least * weight <= load * of)
			continue;
		found = seat;
		least = load;
		of = weight;
	}
	return found;
}

static __always_inline struct lvsx_seat *pick(struct lvsx_lineup *l, struct lvsx_turn *turn,
					      bool reachable)
{
	switch (l->kind->rule) {
	case LVSX_RULE_RR:
		return lvsx_pick_rr(l, turn, reachable);
	case LVSX_RULE_WRR:
		return pick_wrr(l, turn, reachable);
	case LVSX_RULE_LC:
		return pick_lc(l, reachable);
	case LVSX_RULE_WLC:
		return pick_wlc(l, reachable);
	default:
		return NULL;
	}
}

struct lvsx_seat *lvsx_pick_seat(struct lvsx_lineup *l, struct lvsx_turn *turn)
{
	return pick(l, turn, false);
}

LVSX_COLD struct lvsx_seat *lvsx_pick_reachable(struct lvsx_lineup *l, struct lvsx_turn *turn)
{
	return pick(l, turn, true) ?: pick(l, turn, false);
}

/* Kinds without a rule are the scheduler's own business; the last stands for all unknown ones. */
static const struct lvsx_kind kinds[] = {
	{ "rr", LVSX_RULE_RR, true, LVSX_ASK_NOBODY_ELSE },
	{ "wrr", LVSX_RULE_WRR, true, LVSX_ASK_NOBODY_ELSE },
	{ "lc", LVSX_RULE_LC, false, LVSX_ASK_FREELY },
	{ "wlc", LVSX_RULE_WLC, false, LVSX_ASK_FREELY },
	{ "sh", LVSX_RULE_NONE, true, LVSX_ASK_FREELY },
	{ "mh", LVSX_RULE_NONE, true, LVSX_ASK_FREELY },
	{ "dh", LVSX_RULE_NONE, true, LVSX_ASK_FREELY },
	{ "sed", LVSX_RULE_NONE, false, LVSX_ASK_FREELY },
	{ "nq", LVSX_RULE_NONE, false, LVSX_ASK_FREELY },
	{ "fo", LVSX_RULE_NONE, false, LVSX_ASK_FREELY },
	{ "ovf", LVSX_RULE_NONE, false, LVSX_ASK_FREELY },
	{ "twos", LVSX_RULE_NONE, false, LVSX_ASK_NOBODY_ELSE },
	{ "lblcr", LVSX_RULE_NONE, false, LVSX_ASK_NOBODY_ELSE },
	{ NULL, LVSX_RULE_NONE, false, LVSX_ASK_NEVER },
};

const struct lvsx_kind *lvsx_pick_kind(const struct ip_vs_scheduler *sched)
{
	const struct lvsx_kind *kind = kinds;

	while (kind->name && strcmp(kind->name, sched->name))
		kind++;
	return kind;
}

/* Of a weight at a place, such that a sum of them changes with any: not linear. */
static u64 trace_of(u32 i, s32 weight)
{
	u64 hash = hash_64((u64)(i + 1) << 32 | (u32)weight, 64);

	return hash ^ hash >> 29;
}

static u64 weights_of(const struct lvsx_lineup *l)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < l->nr; i++)
		sum += trace_of(i, atomic_read(&l->seat[i].dest->weight));
	return sum;
}

/* The passes of wrr: from @most down to 1 by what divides all weights. */
static void set_passes(struct lvsx_lineup *l)
{
	s32 most = 0, step = 0, weight;
	u32 i;

	for (i = 0; i < l->nr; i++) {
		weight = max(atomic_read(&l->seat[i].dest->weight), 0);
		most = max(most, weight);
		step = gcd(step, weight);
	}
	l->step = max(step, 1);
	l->most = max(most - (l->step - 1), 1);
}

/* CPUs begin apart: by passes, and by seats where there are few passes. */
static void set_turns(struct lvsx_lineup *l)
{
	u32 passes = (l->most - 1) / l->step + 1, c;

	for (c = 0; c < nr_cpu_ids; c++) {
		l->turn[c].next = l->nr ? c % l->nr : 0;
		l->turn[c].least = l->most - (u32)((u64)passes * c / nr_cpu_ids) * l->step;
	}
}

static void drop(struct lvsx_lineup *l)
{
	u32 i;

	for (i = 0; l && i < l->nr; i++) {
		WRITE_ONCE(l->seat[i].real->counts_late, false);
		atomic_dec(&l->seat[i].real->lineups);
	}
	kfree_rcu(l, rcu);
}

static bool add_seat(struct lvsx_ipvs *li, struct lvsx_lineup *l, struct ip_vs_dest *dest)
{
	struct lvsx_real *real = lvsx_real_get(li, dest);

	if (!real)
		return false;
	atomic_inc(&real->lineups);
	lvsx_real_put(real);
	l->seat[l->nr++] = (struct lvsx_seat){ dest, real };
	return true;
}

/* With room for @nr destinations. NULL: no memory, or too many. */
static struct lvsx_lineup *lineup_alloc(struct ip_vs_service *svc,
					const struct ip_vs_scheduler *sched, u32 nr)
{
	size_t turns = ALIGN(struct_size((struct lvsx_lineup *)NULL, seat, nr), SMP_CACHE_BYTES);
	struct lvsx_lineup *l;

	if (nr > SEATS_MAX)
		return NULL;
	l = kzalloc(turns + nr_cpu_ids * sizeof(*l->turn), GFP_ATOMIC | __GFP_NOWARN);
	if (!l)
		return NULL;
	l->svc = svc;
	l->sched = sched;
	l->first = READ_ONCE(svc->destinations.next);
	l->kind = lvsx_pick_kind(sched);
	l->turn = (void *)l + turns;
	return l;
}

/* All are seated. */
static void lineup_begin(struct lvsx_lineup *l)
{
	set_passes(l);
	set_turns(l);
	l->weights = weights_of(l);
}

/* NULL: no memory, too many, or the list is being changed. */
static struct lvsx_lineup *make(struct lvsx_ipvs *li, struct ip_vs_service *svc,
				const struct ip_vs_scheduler *sched)
{
	u32 nr = READ_ONCE(svc->num_dests);
	struct lvsx_lineup *l = lineup_alloc(svc, sched, nr);
	struct ip_vs_dest *dest;
	bool all = true;

	if (!l)
		return NULL;
	list_for_each_entry_rcu(dest, &svc->destinations, n_list) {
		all = l->nr < nr && add_seat(li, l, dest);
		if (!all)
			break;
	}
	if (!all || l->nr != nr) {
		drop(l);
		return NULL;
	}
	lineup_begin(l);
	return l;
}

LVSX_COLD struct lvsx_lineup *lvsx_pick_preview(struct lvsx_ipvs *li, struct ip_vs_service *svc,
						const struct ip_vs_scheduler *sched)
{
	static struct lvsx_real nobody;	/* of destinations that lvsx has not met */
	u32 nr = READ_ONCE(svc->num_dests);
	struct lvsx_lineup *l = lineup_alloc(svc, sched, nr);
	struct ip_vs_dest *dest;

	if (!l)
		return NULL;
	list_for_each_entry_rcu(dest, &svc->destinations, n_list) {
		if (l->nr == nr)
			break;
		l->seat[l->nr++] = (struct lvsx_seat){
			.dest = dest,
			.real = lvsx_real_find(li, dest) ?: &nobody,
		};
	}
	lineup_begin(l);
	return l;
}

/* Put @l in the place of the line-up that is there. Under li->lining_up. */
static void replace(struct lvsx_ipvs *li, struct lvsx_pin *pin, struct lvsx_lineup *l)
{
	struct lvsx_lineup *old = rcu_replace_pointer(pin->lineup, l,
						      lockdep_is_held(&li->lining_up));
	u32 i;

	if (old)
		drop(old);
	for (i = 0; l && i < l->nr; i++)
		WRITE_ONCE(l->seat[i].real->counts_late, l->kind->counts_late);
}

LVSX_COLD struct lvsx_lineup *lvsx_pick_line_up(struct lvsx_ipvs *li, struct lvsx_pin *pin,
						struct ip_vs_service *svc,
						const struct ip_vs_scheduler *sched)
{
	struct lvsx_lineup *l;

	/* While another CPU does it the scheduler can be asked. */
	if (!spin_trylock(&li->lining_up))
		return NULL;
	l = rcu_dereference_protected(pin->lineup, lockdep_is_held(&li->lining_up));
	if (!lvsx_pick_holds(l, svc, sched)) {
		l = make(li, svc, sched);
		replace(li, pin, l);
	}
	spin_unlock(&li->lining_up);
	return l;
}

/* Weights tell more than wrr's passes need: any change makes a line-up afresh. */
static bool holds(const struct lvsx_lineup *l, const struct ip_vs_service *svc)
{
	const struct ip_vs_scheduler *sched = svc ? rcu_dereference(svc->scheduler) : NULL;
	u32 i;

	if (!sched || !lvsx_pick_holds(l, svc, sched) || l->kind != lvsx_pick_kind(sched))
		return false;
	for (i = 0; i < l->nr; i++)
		if (!lvsx_dest_available(l->seat[i].dest))
			return false;
	return l->kind->rule != LVSX_RULE_WRR || l->weights == weights_of(l);
}

void lvsx_pick_review(struct lvsx_ipvs *li, struct lvsx_pin *pin, const struct ip_vs_service *svc)
{
	if (!rcu_access_pointer(pin->lineup))
		return;
	spin_lock_bh(&li->lining_up);
	if (!holds(rcu_dereference_protected(pin->lineup, lockdep_is_held(&li->lining_up)), svc))
		replace(li, pin, NULL);
	spin_unlock_bh(&li->lining_up);
}

void lvsx_pin_forget(struct lvsx_pin *pin)
{
	struct lvsx_lineup *l = rcu_dereference_protected(pin->lineup, true);

	if (l)
		drop(l);
}
