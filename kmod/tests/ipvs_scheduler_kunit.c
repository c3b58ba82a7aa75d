// SPDX-License-Identifier: GPL-2.0-only
/*
 * scheduler.c and snapshot.c with destinations of a service that no IPVS has. That it chooses as
 * the schedulers do is checked here against their rules, written down once more, and in guests
 * against the schedulers themselves (selftests/net/choices.sh).
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include "ipvs/scheduler.h"
#include "netns/net.h"
#include "suites.h"

#define DESTS 8

struct world {
	struct lvsx_net ln;
	struct lvsx_svc_cache cache;
	struct ip_vs_scheduler sched;
	struct ip_vs_service svc;
	struct ip_vs_dest dest[DESTS];
	int nr;
	/* of the reference's wrr */
	int at, least;
};

static int scheduler_init(struct kunit *test)
{
	struct world *w = kvzalloc(sizeof(*w), GFP_KERNEL);

	if (!w)
		return -ENOMEM;
	w->ln.net = &init_net;
	INIT_LIST_HEAD(&w->svc.destinations);
	RCU_INIT_POINTER(w->svc.scheduler, &w->sched);
	test->priv = w;
	return lvsx_ipvs_init(&w->ln);
}

static void scheduler_exit(struct kunit *test)
{
	struct world *w = test->priv;

	if (!w)
		return;
	lvsx_snapshot_drop(&w->cache);
	lvsx_ipvs_exit(&w->ln);
	synchronize_rcu();
	kvfree(w);
}

/* A destination at the end of the list; IPVS puts it at the beginning: no difference. */
static struct ip_vs_dest *add(struct world *w, int weight)
{
	struct ip_vs_dest *dest = &w->dest[w->nr++];

	refcount_set(&dest->refcnt, 1);
	atomic_set(&dest->weight, weight);
	lvsx_dest_set_available(dest, true);
	list_add_tail_rcu(&dest->n_list, &w->svc.destinations);
	w->svc.num_dests++;
	return dest;
}

/* The number of the destination that a packet gets; -1: the scheduler must be called. */
static int choose(struct world *w)
{
	struct lvsx_real *real;
	int i = -1;

	local_bh_disable();
	rcu_read_lock();
	real = lvsx_scheduler_choose(&w->ln.ipvs, &w->cache, &w->svc, &w->sched);
	if (real) {
		i = real->dest - w->dest;
		lvsx_real_put(real);
	}
	rcu_read_unlock();
	local_bh_enable();
	return i;
}

static void review(struct world *w)
{
	rcu_read_lock();
	lvsx_snapshot_review(&w->ln.ipvs, &w->cache, &w->svc);
	rcu_read_unlock();
}

static void use(struct world *w, char *name, int n, const int *weights)
{
	int i;

	w->sched.name = name;
	for (i = 0; i < n; i++)
		add(w, weights[i]);
}

static int weight_of(struct world *w, int i)
{
	return w->dest[i].flags & IP_VS_DEST_F_OVERLOAD ? 0 : atomic_read(&w->dest[i].weight);
}

static void rr_goes_round(struct kunit *test)
{
	struct world *w = test->priv;
	int i, first;

	use(w, "rr", 4, (int[]){ 1, 5, 0, 2 });
	w->dest[3].flags |= IP_VS_DEST_F_OVERLOAD;
	first = choose(w);
	KUNIT_EXPECT_TRUE(test, first == 0 || first == 1);
	for (i = 1; i < 6; i++)
		KUNIT_EXPECT_EQ(test, choose(w), (first + i) % 2);
	w->dest[3].flags &= ~IP_VS_DEST_F_OVERLOAD;
	atomic_set(&w->dest[0].weight, 0);
	first = choose(w);
	KUNIT_EXPECT_EQ(test, choose(w), first == 3 ? 1 : 3);
	atomic_set(&w->dest[1].weight, 0);
	atomic_set(&w->dest[3].weight, 0);
	KUNIT_EXPECT_EQ(test, choose(w), -1);
}

static int divisor(int a, int b)
{
	return b ? divisor(b, a % b) : a;
}

/* One step at a time, as the rule says it; from the beginning when @w->least is 0. */
static int reference_wrr(struct world *w, int most, int step)
{
	int tries;

	if (!w->least)
		w->least = most;
	for (tries = 0; tries < 2000; tries++) {
		int i = w->at++;

		if (i < w->nr) {
			if (weight_of(w, i) >= w->least)
				return i;
			continue;
		}
		w->at = 0;
		w->least -= step;
		if (w->least <= 0)
			w->least = most;
	}
	return -1;
}

/* CPU 0 starts where the scheduler would. */
static void compare_wrr(struct kunit *test, int n, const int *weights, int overloaded)
{
	struct world *w = test->priv;
	int i, most = 0, step = 0, wrong = 0;
	struct lvsx_snapshot *snap;

	use(w, "wrr", n, weights);
	for (i = 0; i < n; i++) {
		most = max(most, weights[i]);
		step = divisor(weights[i], step);
	}
	if (overloaded >= 0)
		w->dest[overloaded].flags |= IP_VS_DEST_F_OVERLOAD;
	choose(w);
	snap = rcu_dereference_protected(w->cache.snapshot, true);
	KUNIT_ASSERT_NOT_NULL(test, snap);
	snap->cursor[0] = (struct lvsx_sched_cursor){ .next = 0, .least = snap->most };
	for (i = 0; i < 300; i++) {
		struct lvsx_candidate *cand = lvsx_scheduler_next(snap, &snap->cursor[0]);
		int got = cand ? cand->dest - w->dest : -1;

		wrong += got != reference_wrr(w, max(most - step + 1, 1), max(step, 1));
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void wrr_like_the_rule(struct kunit *test)
{
	compare_wrr(test, 3, (int[]){ 3, 1, 2 }, -1);
}

static void wrr_with_a_common_divisor(struct kunit *test)
{
	compare_wrr(test, 4, (int[]){ 200, 0, 100, 300 }, -1);
}

static void wrr_when_the_heaviest_is_overloaded(struct kunit *test)
{
	compare_wrr(test, 4, (int[]){ 1, 90, 7, 3 }, 1);
}

static void wrr_of_nobody(struct kunit *test)
{
	compare_wrr(test, 3, (int[]){ 0, 4, 0 }, 1);
}

/* From wherever a CPU starts, a cycle gives each its share by weight. */
static void every_cpu_is_exact(struct kunit *test)
{
	struct world *w = test->priv;
	const int weights[] = { 6, 2, 4 };
	struct lvsx_snapshot *snap;
	int c, i, got[3];

	use(w, "wrr", 3, weights);
	choose(w);
	snap = rcu_dereference_protected(w->cache.snapshot, true);
	KUNIT_ASSERT_NOT_NULL(test, snap);
	for (c = 0; c < nr_cpu_ids; c++) {
		memset(got, 0, sizeof(got));
		for (i = 0; i < 6 * 5; i++)
			got[lvsx_scheduler_next(snap, &snap->cursor[c])->dest - w->dest]++;
		for (i = 0; i < 3; i++)
			KUNIT_EXPECT_EQ(test, got[i], 5 * weights[i] / 2);
	}
}

/* Brute force: the least load for its weight; the first among equals. */
static int reference_lc(struct world *w, bool weighted)
{
	int i, best = -1;

	for (i = 0; i < w->nr; i++) {
		s64 a = ip_vs_dest_conn_overhead(&w->dest[i]), b;

		if (!weight_of(w, i))
			continue;
		b = best < 0 ? 0 : ip_vs_dest_conn_overhead(&w->dest[best]);
		if (best < 0 || (weighted ? a * weight_of(w, best) < b * weight_of(w, i) : a < b))
			best = i;
	}
	return best;
}

static void compare_lc(struct kunit *test, char *name, bool weighted)
{
	struct world *w = test->priv;
	u32 i, seed = 1, wrong = 0;

	use(w, name, 5, (int[]){ 3, 1, 0, 7, 2 });
	w->dest[1].flags |= IP_VS_DEST_F_OVERLOAD;
	for (i = 0; i < 1000; i++) {
		int got = choose(w);

		wrong += got != reference_lc(w, weighted);
		if (got < 0)
			break;
		lvsx_dest_begin(&w->dest[got]);
		seed = seed * 1664525 + 1013904223;
		lvsx_dest_add(&w->dest[seed >> 16 & 3], seed >> 28 & 1, seed >> 29 & 1);
		if (i == 500)
			w->dest[1].flags &= ~IP_VS_DEST_F_OVERLOAD;
	}
	KUNIT_EXPECT_EQ(test, i, 1000u);
	KUNIT_EXPECT_EQ(test, wrong, 0u);
}

static void lc_like_the_rule(struct kunit *test)
{
	compare_lc(test, "lc", false);
}

static void wlc_like_the_rule(struct kunit *test)
{
	compare_lc(test, "wlc", true);
}

static void changes_of_the_list_hold_at_once(struct kunit *test)
{
	struct world *w = test->priv;
	int i, seen = 0;

	use(w, "rr", 2, (int[]){ 1, 1 });
	choose(w);
	list_del_rcu(&w->dest[0].n_list);
	w->svc.num_dests--;
	lvsx_dest_set_available(&w->dest[0], false);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, choose(w), 1);
	add(w, 1);
	for (i = 0; i < 2; i++)
		seen |= 1 << choose(w);
	KUNIT_EXPECT_EQ(test, seen, 2 | 4);
}

/* One removed and another added behind the first: count and head of the list are the old ones. */
static void an_exchange_holds_by_the_tick(struct kunit *test)
{
	struct world *w = test->priv;
	int i, seen = 0;

	use(w, "rr", 2, (int[]){ 1, 1 });
	choose(w);
	list_del_rcu(&w->dest[1].n_list);
	w->svc.num_dests--;
	lvsx_dest_set_available(&w->dest[1], false);
	add(w, 1);
	for (i = 0; i < 4; i++)
		KUNIT_EXPECT_EQ(test, choose(w), 0);
	review(w);
	for (i = 0; i < 2; i++)
		seen |= 1 << choose(w);
	KUNIT_EXPECT_EQ(test, seen, 1 | 4);
}

static void new_weights_hold_by_the_tick(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_snapshot *snap;

	use(w, "wrr", 3, (int[]){ 4, 2, 2 });
	choose(w);
	snap = rcu_dereference_protected(w->cache.snapshot, true);
	review(w);
	KUNIT_EXPECT_PTR_EQ(test, rcu_dereference_protected(w->cache.snapshot, true), snap);
	atomic_set(&w->dest[1].weight, 3);	/* the same sum and the same most */
	atomic_set(&w->dest[2].weight, 1);
	review(w);
	KUNIT_EXPECT_NULL(test, rcu_dereference_protected(w->cache.snapshot, true));
	choose(w);
	snap = rcu_dereference_protected(w->cache.snapshot, true);
	KUNIT_ASSERT_NOT_NULL(test, snap);
	KUNIT_EXPECT_EQ(test, snap->step, 1);
}

/* The destination's number by a preview, from @cursor or from where a CPU starts. */
static int preview(struct world *w, struct lvsx_sched_cursor cursor)
{
	struct lvsx_snapshot *snap;
	struct lvsx_candidate *cand;
	int i = -1;

	rcu_read_lock();
	snap = lvsx_snapshot_preview(&w->ln.ipvs, &w->svc, &w->sched);
	if (snap) {
		cursor = cursor.least ? cursor : snap->cursor[0];
		cand = lvsx_scheduler_next(snap, &cursor);
		i = cand ? cand->dest - w->dest : -1;
		kfree(snap);
	}
	rcu_read_unlock();
	return i;
}

static void compare_preview(struct kunit *test, char *name)
{
	struct world *w = test->priv;
	struct lvsx_sched_cursor cursor = {};
	struct lvsx_snapshot *snap;
	int i, said;

	use(w, name, 3, (int[]){ 3, 1, 2 });
	/* It holds nobody, and moves no cursor. */
	KUNIT_EXPECT_GE(test, preview(w, cursor), 0);
	KUNIT_EXPECT_NULL(test, rcu_dereference_protected(w->cache.snapshot, true));
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, refcount_read(&w->dest[i].refcnt), 1u);
	choose(w);
	snap = rcu_dereference_protected(w->cache.snapshot, true);
	KUNIT_ASSERT_NOT_NULL(test, snap);
	for (i = 0; i < 12; i++) {
		local_bh_disable();
		cursor = snap->cursor[smp_processor_id()];
		local_bh_enable();
		said = preview(w, cursor);
		KUNIT_EXPECT_EQ(test, preview(w, cursor), said);
		if (nr_cpu_ids == 1)
			KUNIT_EXPECT_EQ(test, choose(w), said);
		lvsx_dest_begin(&w->dest[i % 3]);
	}
}

static void rr_is_foreseen(struct kunit *test)
{
	compare_preview(test, "rr");
}

static void wrr_is_foreseen(struct kunit *test)
{
	compare_preview(test, "wrr");
}

static void wlc_is_foreseen(struct kunit *test)
{
	compare_preview(test, "wlc");
}

static bool counts_late(struct world *w)
{
	return rcu_dereference_protected(w->cache.snapshot, true)->cand->real->counts_late;
}

static void others_are_asked(struct kunit *test)
{
	struct world *w = test->priv;
	struct ip_vs_scheduler other = { .name = "wrrr" };

	use(w, "rr", 2, (int[]){ 1, 1 });
	KUNIT_EXPECT_GE(test, choose(w), 0);
	KUNIT_EXPECT_TRUE(test, counts_late(w));
	local_bh_disable();
	rcu_read_lock();
	KUNIT_EXPECT_NULL(test, lvsx_scheduler_choose(&w->ln.ipvs, &w->cache, &w->svc, &other));
	rcu_read_unlock();
	local_bh_enable();
	KUNIT_EXPECT_FALSE(test, counts_late(w));
}

static void a_service_that_is_gone_holds_nothing(struct kunit *test)
{
	struct world *w = test->priv;

	use(w, "wlc", 2, (int[]){ 1, 1 });
	choose(w);
	KUNIT_EXPECT_EQ(test, refcount_read(&w->dest[0].refcnt), 2u);
	lvsx_dest_set_available(&w->dest[0], false);
	lvsx_dest_set_available(&w->dest[1], false);
	rcu_read_lock();
	lvsx_snapshot_review(&w->ln.ipvs, &w->cache, NULL);
	rcu_read_unlock();
	lvsx_ipvs_sweep(&w->ln);
	synchronize_rcu();
	lvsx_ipvs_sweep(&w->ln);
	KUNIT_EXPECT_EQ(test, refcount_read(&w->dest[0].refcnt), 1u);
	KUNIT_EXPECT_EQ(test, refcount_read(&w->dest[1].refcnt), 1u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(rr_goes_round),
	KUNIT_CASE(wrr_like_the_rule),
	KUNIT_CASE(wrr_with_a_common_divisor),
	KUNIT_CASE(wrr_when_the_heaviest_is_overloaded),
	KUNIT_CASE(wrr_of_nobody),
	KUNIT_CASE(every_cpu_is_exact),
	KUNIT_CASE(lc_like_the_rule),
	KUNIT_CASE(wlc_like_the_rule),
	KUNIT_CASE(changes_of_the_list_hold_at_once),
	KUNIT_CASE(an_exchange_holds_by_the_tick),
	KUNIT_CASE(new_weights_hold_by_the_tick),
	KUNIT_CASE(rr_is_foreseen),
	KUNIT_CASE(wrr_is_foreseen),
	KUNIT_CASE(wlc_is_foreseen),
	KUNIT_CASE(others_are_asked),
	KUNIT_CASE(a_service_that_is_gone_holds_nothing),
	{}
};

struct kunit_suite lvsx_scheduler_suite = {
	.name = "lvsx_scheduler",
	.init = scheduler_init,
	.exit = scheduler_exit,
	.test_cases = cases,
};
