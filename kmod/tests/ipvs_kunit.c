// SPDX-License-Identifier: GPL-2.0-only
/*
 * real.c with destinations of no service: who keeps a number, who loses it, and what becomes
 * of the reference to the destination. All that needs a running IPVS is tested in the guest.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include "ipvs/real.h"
#include "netns/net.h"
#include "suites.h"

#define DESTS 2000	/* several pages of numbers */

struct world {
	struct lvsx_net ln;
	struct ip_vs_dest dest[DESTS];	/* zeroed: not available in any service */
};

static int ipvs_init(struct kunit *test)
{
	struct world *w = kvzalloc(sizeof(*w), GFP_KERNEL);
	int i;

	if (!w)
		return -ENOMEM;
	w->ln.net = &init_net;
	for (i = 0; i < DESTS; i++)
		refcount_set(&w->dest[i].refcnt, 1);
	test->priv = w;
	return lvsx_ipvs_init(&w->ln);
}

static void ipvs_exit(struct kunit *test)
{
	struct world *w = test->priv;

	if (!w)
		return;
	lvsx_ipvs_exit(&w->ln);
	kvfree(w);
}

/* As a packet does it. */
static struct lvsx_real *get(struct world *w, int i)
{
	struct lvsx_real *real;

	local_bh_disable();
	rcu_read_lock();
	real = lvsx_real_get(&w->ln.ipvs, &w->dest[i]);
	rcu_read_unlock();
	local_bh_enable();
	return real;
}

static u32 refs(struct world *w, int i)
{
	return refcount_read(&w->dest[i].refcnt);
}

static void a_destination_has_one_number(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_real *one = get(w, 0), *again = get(w, 0), *other = get(w, 1);

	KUNIT_ASSERT_NOT_NULL(test, one);
	KUNIT_ASSERT_NOT_NULL(test, other);
	KUNIT_EXPECT_PTR_EQ(test, again, one);
	KUNIT_EXPECT_NE(test, one->number, 0u);
	KUNIT_EXPECT_NE(test, other->number, one->number);
	KUNIT_EXPECT_PTR_EQ(test, lvsx_real_at(&w->ln.ipvs, one->number), one);
	KUNIT_EXPECT_EQ(test, refs(w, 0), 2u);
	lvsx_real_put(one);
	lvsx_real_put(one);
	lvsx_real_put(other);
}

/* What is let go is hidden by one sweep and freed by a later one. */
static void sweep_all(struct world *w)
{
	lvsx_ipvs_sweep(&w->ln);
	synchronize_rcu();
	lvsx_ipvs_sweep(&w->ln);
}

static void sweep_spares_what_a_flow_uses(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_real *real = get(w, 0);
	u32 number;

	KUNIT_ASSERT_NOT_NULL(test, real);
	number = real->number;
	sweep_all(w);
	KUNIT_EXPECT_PTR_EQ(test, lvsx_real_at(&w->ln.ipvs, number), real);
	KUNIT_EXPECT_EQ(test, refs(w, 0), 2u);

	lvsx_real_put(real);
	sweep_all(w);
	KUNIT_EXPECT_NULL(test, lvsx_real_at(&w->ln.ipvs, number));
	KUNIT_EXPECT_EQ(test, refs(w, 0), 1u);
}

static void a_stale_number_finds_nothing(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_real *real = get(w, 0);
	u32 number;

	KUNIT_ASSERT_NOT_NULL(test, real);
	number = real->number;
	lvsx_real_put(real);
	sweep_all(w);

	real = get(w, 1);
	KUNIT_ASSERT_NOT_NULL(test, real);
	KUNIT_EXPECT_NE(test, real->number, number);
	KUNIT_EXPECT_NULL(test, lvsx_real_at(&w->ln.ipvs, number));
	lvsx_real_put(real);
}

/* A packet may have found it just before it was hidden. */
static void a_flow_that_came_late_is_waited_for(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_real *real = get(w, 0);
	u32 number;

	KUNIT_ASSERT_NOT_NULL(test, real);
	number = real->number;
	lvsx_real_put(real);
	lvsx_ipvs_sweep(&w->ln);
	KUNIT_EXPECT_TRUE(test, real->hidden);
	lvsx_real_use(real);
	sweep_all(w);
	KUNIT_EXPECT_PTR_EQ(test, lvsx_real_at(&w->ln.ipvs, number), real);
	lvsx_real_put(real);
	sweep_all(w);
	KUNIT_EXPECT_NULL(test, lvsx_real_at(&w->ln.ipvs, number));
}

static void counts_come_by_tick_or_at_once(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_real *real = get(w, 0);
	struct ip_vs_dest *dest = &w->dest[0];

	KUNIT_ASSERT_NOT_NULL(test, real);
	real->counts_late = true;
	KUNIT_EXPECT_TRUE(test, lvsx_real_late(real));
	lvsx_real_count(real, 3, 0);
	lvsx_ipvs_conn_active(&w->ln, real->number, true);
	KUNIT_EXPECT_EQ(test, lvsx_dest_conns(dest), 0u);
	lvsx_ipvs_sweep(&w->ln);
	KUNIT_EXPECT_EQ(test, lvsx_dest_conns(dest), 3u);
	KUNIT_EXPECT_EQ(test, atomic_read(&dest->activeconns), 1);

	/* The next to end is counted at once, and what came before it is not forgotten. */
	lvsx_real_count(real, 2, 0);
	dest->u_threshold = 4;
	KUNIT_EXPECT_FALSE(test, lvsx_real_late(real));
	lvsx_real_use(real);
	lvsx_ipvs_conn_end(&w->ln, real->number, 0, true);
	KUNIT_EXPECT_EQ(test, lvsx_dest_conns(dest), 4u);
	KUNIT_EXPECT_EQ(test, atomic_read(&dest->activeconns), 0);

	dest->u_threshold = 0;
	lvsx_real_count(real, -4, 0);
	lvsx_real_put(real);
	lvsx_ipvs_sweep(&w->ln);
	KUNIT_EXPECT_EQ(test, lvsx_dest_conns(dest), 0u);
}

static void many_keep_apart(struct kunit *test)
{
	struct world *w = test->priv;
	u32 lost = 0;
	int i;

	for (i = 0; i < DESTS; i++) {
		struct lvsx_real *real = get(w, i);

		KUNIT_ASSERT_NOT_NULL(test, real);
		w->dest[i].vfwmark = real->number;
	}
	for (i = 0; i < DESTS; i++) {
		struct lvsx_real *real = lvsx_real_at(&w->ln.ipvs, w->dest[i].vfwmark);

		if (real && real->dest == &w->dest[i])
			lvsx_real_put(real);
		else
			lost++;
	}
	KUNIT_EXPECT_EQ(test, lost, 0u);
}

static void exit_gives_every_reference_back(struct kunit *test)
{
	struct world *w = test->priv;
	int i;

	for (i = 0; i < 3; i++) {
		struct lvsx_real *real = get(w, i);

		KUNIT_ASSERT_NOT_NULL(test, real);
		lvsx_real_put(real);
	}
	lvsx_ipvs_exit(&w->ln);
	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, refs(w, i), 1u);
	memset(&w->ln.ipvs, 0, sizeof(w->ln.ipvs));
	KUNIT_ASSERT_EQ(test, lvsx_ipvs_init(&w->ln), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_destination_has_one_number),
	KUNIT_CASE(sweep_spares_what_a_flow_uses),
	KUNIT_CASE(a_stale_number_finds_nothing),
	KUNIT_CASE(a_flow_that_came_late_is_waited_for),
	KUNIT_CASE(counts_come_by_tick_or_at_once),
	KUNIT_CASE(many_keep_apart),
	KUNIT_CASE(exit_gives_every_reference_back),
	{}
};

struct kunit_suite lvsx_ipvs_suite = {
	.name = "lvsx_ipvs",
	.init = ipvs_init,
	.exit = ipvs_exit,
	.test_cases = cases,
};
