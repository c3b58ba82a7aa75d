// SPDX-License-Identifier: GPL-2.0-only
/* rxqueue.c: a queue's CPU is learned at once, and changed with care. */
#include "suites.h"
#include "world.h"
#include "core/port/rxqueue.h"

static int set_up(struct kunit *test)
{
	test->priv = world_alloc(sizeof(struct lvsx_rxqueues));
	if (!test->priv)
		return -1;
	lvsx_rxqueues_init(test->priv);
	return 0;
}

static void tear_down(struct kunit *test)
{
	world_unalloc(test->priv);
}

static void the_first_sight_is_believed(struct kunit *test)
{
	struct lvsx_rxqueues *q = test->priv;

	KUNIT_EXPECT_EQ(test, lvsx_rxqueues_cpu(q, 3), LVSX_NO_CPU);
	KUNIT_EXPECT_FALSE(test, lvsx_rxqueues_settle(q));
	lvsx_rxqueues_sample(q, 3, 7);
	lvsx_rxqueues_sample(q, 3, 7);
	lvsx_rxqueues_sample(q, 0, 1);
	KUNIT_EXPECT_TRUE(test, lvsx_rxqueues_settle(q));
	KUNIT_EXPECT_EQ(test, lvsx_rxqueues_cpu(q, 3), 7);
	KUNIT_EXPECT_EQ(test, lvsx_rxqueues_cpu(q, 0), 1);
	lvsx_rxqueues_sample(q, 3, 7);
	KUNIT_EXPECT_FALSE(test, lvsx_rxqueues_settle(q));
	/* a round without packets changes nothing */
	KUNIT_EXPECT_FALSE(test, lvsx_rxqueues_settle(q));
	KUNIT_EXPECT_EQ(test, lvsx_rxqueues_cpu(q, 3), 7);
}

static void one_that_moves_is_believed_after_a_while(struct kunit *test)
{
	struct lvsx_rxqueues *q = test->priv;
	u32 i;

	lvsx_rxqueues_sample(q, 3, 7);
	lvsx_rxqueues_settle(q);
	for (i = 1; i < LVSX_RXQUEUE_FIRM; i++) {
		lvsx_rxqueues_sample(q, 3, 4);
		KUNIT_EXPECT_FALSE(test, lvsx_rxqueues_settle(q));
		KUNIT_EXPECT_FALSE(test, lvsx_rxqueues_settle(q));
	}
	KUNIT_EXPECT_EQ(test, lvsx_rxqueues_cpu(q, 3), 7);
	lvsx_rxqueues_sample(q, 3, 4);
	KUNIT_EXPECT_TRUE(test, lvsx_rxqueues_settle(q));
	KUNIT_EXPECT_EQ(test, lvsx_rxqueues_cpu(q, 3), 4);
}

/* Software that spreads a queue over CPUs must not make the table change every second. */
static void one_that_is_everywhere_stays(struct kunit *test)
{
	struct lvsx_rxqueues *q = test->priv;
	u32 i;

	lvsx_rxqueues_sample(q, 3, 0);
	lvsx_rxqueues_settle(q);
	for (i = 0; i < 100; i++) {
		lvsx_rxqueues_sample(q, 3, (u16)(1 + i % 3));
		KUNIT_EXPECT_FALSE(test, lvsx_rxqueues_settle(q));
	}
	for (i = 0; i < 100; i++) {
		lvsx_rxqueues_sample(q, 3, 1);
		lvsx_rxqueues_sample(q, 3, 2);
		KUNIT_EXPECT_FALSE(test, lvsx_rxqueues_settle(q));
	}
	/* seen where it belongs in between: it has not moved */
	for (i = 0; i < 100; i++) {
		lvsx_rxqueues_sample(q, 3, i % LVSX_RXQUEUE_FIRM ? 1 : 0);
		KUNIT_EXPECT_FALSE(test, lvsx_rxqueues_settle(q));
	}
	KUNIT_EXPECT_EQ(test, lvsx_rxqueues_cpu(q, 3), 0);
}

static void queues_beyond_are_not_known(struct kunit *test)
{
	struct lvsx_rxqueues *q = test->priv;

	lvsx_rxqueues_sample(q, LVSX_RXQUEUES, 1);
	KUNIT_EXPECT_FALSE(test, lvsx_rxqueues_settle(q));
	KUNIT_EXPECT_EQ(test, lvsx_rxqueues_cpu(q, LVSX_RXQUEUES), LVSX_NO_CPU);
	lvsx_rxqueues_sample(q, LVSX_RXQUEUES - 1, 1);
	KUNIT_EXPECT_TRUE(test, lvsx_rxqueues_settle(q));
	KUNIT_EXPECT_EQ(test, lvsx_rxqueues_cpu(q, LVSX_RXQUEUES - 1), 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(the_first_sight_is_believed),
	KUNIT_CASE(one_that_moves_is_believed_after_a_while),
	KUNIT_CASE(one_that_is_everywhere_stays),
	KUNIT_CASE(queues_beyond_are_not_known),
	{}
};

struct kunit_suite lvsx_rxqueue_suite = {
	.name = "lvsx_rxqueue",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
