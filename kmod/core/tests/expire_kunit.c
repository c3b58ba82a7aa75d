// SPDX-License-Identifier: GPL-2.0-only
/* expire.c: flows expire when they are due, not before, whatever the clock does. */
#include "suites.h"
#include "world.h"
#include "core/path/end.h"
#include "core/path/expire.h"

#define SLACK (2 * LVSX_TICK_MS)

static int set_up(struct kunit *test)
{
	test->priv = world_new(NULL);
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_free(test->priv);
}

static struct lvsx_half *flow(struct world *w, u16 port)
{
	struct lvsx_tuple fwd = {
		.sport = htons(port), .dport = htons(80), .proto = 6, .family = LVSX_IPV4,
	};
	struct lvsx_tuple rev = {
		.sport = htons(8080), .dport = htons(port), .proto = 6, .family = LVSX_IPV4,
	};

	fwd.saddr[0] = world_client[0][0];
	fwd.daddr[0] = world_vip[0][0];
	rev.saddr[0] = world_real[0][0];
	rev.daddr[0] = world_local[0][0];
	world_feed(w);
	return world_flow(w, &fwd, &rev);
}

static struct lvsx_table *table(struct world *w)
{
	return w->cpu[0].table;
}

static void set_state(struct world *w, struct lvsx_half *fwd, u8 state)
{
	fwd->state = state;
	lvsx_flow_other(fwd)->state = state;
}

static void each_state_lasts_its_time(struct kunit *test)
{
	struct world *w = test->priv;
	u32 state;

	for (state = 0; state < LVSX_STATE_MAX; state++) {
		struct lvsx_half *h = flow(w, (u16)(2000 + state));
		u32 gone = w->gone;

		KUNIT_ASSERT_NOT_NULL(test, h);
		set_state(w, h, (u8)state);
		KUNIT_EXPECT_EQ(test, lvsx_expire_left(h, lvsx_flow_other(h), w->now, &w->timeouts),
				w->timeouts.ms[state]);
		world_pass(w, w->timeouts.ms[state] - 1);
		KUNIT_EXPECT_EQ_MSG(test, w->gone, gone, "%s", lvsx_state_name((u8)state));
		world_pass(w, SLACK);
		KUNIT_EXPECT_EQ_MSG(test, w->gone, gone + 1, "%s", lvsx_state_name((u8)state));
	}
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_EXPIRED], LVSX_STATE_MAX);
	KUNIT_EXPECT_EQ(test, w->uses, 0);
}

static void packets_of_either_direction_keep_it(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_half *h = flow(w, 2000), *rev = lvsx_flow_other(h);
	u32 i;

	set_state(w, h, LVSX_STATE_CLOSE_WAIT);
	for (i = 0; i < 20; i++) {
		world_pass(w, w->timeouts.ms[LVSX_STATE_CLOSE_WAIT] - 1000);
		KUNIT_ASSERT_EQ(test, w->gone, 0u);
		(i % 2 ? h : rev)->last_seen = w->now;
	}
	/* seen by a CPU whose clock is a little ahead */
	rev->last_seen = w->now + 5;
	KUNIT_EXPECT_EQ(test, lvsx_expire_left(h, rev, w->now, &w->timeouts),
			w->timeouts.ms[LVSX_STATE_CLOSE_WAIT]);
	world_pass(w, w->timeouts.ms[LVSX_STATE_CLOSE_WAIT] + SLACK + 5);
	KUNIT_EXPECT_EQ(test, w->gone, 1u);
}

static void armed_nearer_it_goes_sooner(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_half *h = flow(w, 2000);

	set_state(w, h, LVSX_STATE_ESTABLISHED);
	world_pass(w, 20000);
	set_state(w, h, LVSX_STATE_CLOSE);
	h->last_seen = w->now;
	KUNIT_EXPECT_TRUE(test,
			  lvsx_wheel_arm(table(w), h, w->now, w->timeouts.ms[LVSX_STATE_CLOSE]));
	world_pass(w, w->timeouts.ms[LVSX_STATE_CLOSE] - 1);
	KUNIT_EXPECT_EQ(test, w->gone, 0u);
	world_pass(w, SLACK);
	KUNIT_EXPECT_EQ(test, w->gone, 1u);
}

static u32 run(struct world *w, u32 budget)
{
	return lvsx_expire_run(table(w), w->now, &w->timeouts, budget, w->counters);
}

static void a_small_budget_goes_on_where_it_stopped(struct kunit *test)
{
	struct world *w = test->priv;
	u32 i, calls = 0;

	for (i = 0; i < 200; i++)
		KUNIT_ASSERT_NOT_NULL(test, flow(w, (u16)(2000 + i)));
	w->now += w->timeouts.ms[LVSX_STATE_NONE] + SLACK;
	while (!run(w, 7)) {
		calls++;
		KUNIT_ASSERT_LE(test, w->gone, 7 * calls);
		KUNIT_ASSERT_LT(test, calls, 200u);
	}
	KUNIT_EXPECT_EQ(test, w->gone, 200u);
	KUNIT_EXPECT_GE(test, calls, 200u / 7);
	KUNIT_EXPECT_EQ(test, run(w, 7), 7u);
}

static void a_long_pause_is_caught_up(struct kunit *test)
{
	static const u32 pauses[] = { 70000, 3600 * 1000, 40u * 86400 * 1000 };
	struct world *w = test->priv;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(pauses); i++) {
		KUNIT_ASSERT_NOT_NULL(test, flow(w, (u16)(2000 + i)));
		w->now += pauses[i];
		KUNIT_EXPECT_GT(test, run(w, 1000), 900u);
		KUNIT_EXPECT_EQ(test, w->gone, i + 1);
	}
	KUNIT_ASSERT_NOT_NULL(test, flow(w, 3000));
	world_pass(w, w->timeouts.ms[LVSX_STATE_NONE] - 1);
	KUNIT_EXPECT_EQ(test, w->gone, ARRAY_SIZE(pauses));
	world_pass(w, SLACK);
	KUNIT_EXPECT_EQ(test, w->gone, ARRAY_SIZE(pauses) + 1);
}

static void a_clock_that_steps_back_does_no_harm(struct kunit *test)
{
	struct world *w = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, flow(w, 2000));
	KUNIT_EXPECT_EQ(test, run(w, 10), 10u);
	w->now -= 3 * LVSX_TICK_MS;
	KUNIT_EXPECT_EQ(test, run(w, 10), 10u);
	KUNIT_EXPECT_EQ(test, w->gone, 0u);
	world_pass(w, w->timeouts.ms[LVSX_STATE_NONE] + SLACK + 3 * LVSX_TICK_MS);
	KUNIT_EXPECT_EQ(test, w->gone, 1u);
}

/* No memory for the wheel when flows are to be armed again: they are looked at a little later. */
static void without_memory_no_flow_is_forgotten(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_table *t = table(w);
	u32 i, flows = 100, held = 0, line;

	for (i = 0; i < flows; i++) {
		struct lvsx_half *h = flow(w, (u16)(2000 + i));

		KUNIT_ASSERT_NOT_NULL(test, h);
		set_state(w, h, LVSX_STATE_ESTABLISHED);
	}
	w->spare_blocks = 0;
	while ((line = lvsx_arena_take(&t->arena))) {
		*(u32 *)lvsx_line(&t->arena, line) = held;
		held = line;
	}
	for (i = 0; i < 300; i++)
		world_pass(w, LVSX_TICK_MS);
	KUNIT_EXPECT_EQ(test, t->stats.flows, flows);
	while ((line = held)) {
		held = *(u32 *)lvsx_line(&t->arena, line);
		lvsx_arena_put(&t->arena, line);
	}
	world_pass(w, w->timeouts.ms[LVSX_STATE_ESTABLISHED] - 300 * LVSX_TICK_MS - 1);
	KUNIT_EXPECT_EQ(test, t->stats.flows, flows);
	world_pass(w, SLACK);
	KUNIT_EXPECT_EQ(test, t->stats.flows, 0u);
}

/* Each may send two packets at once. */
static void those_to_be_told_cost_more(struct kunit *test)
{
	struct world *w = test->priv;
	u64 counters[LVSX_REASON_MAX] = {};
	u32 i, gone = 0, told = 0, left;

	for (i = 0; i < 2000; i++) {
		struct lvsx_half *h = flow(w, (u16)(2000 + i));

		KUNIT_ASSERT_NOT_NULL(test, h);
		set_state(w, h, i < 1000 ? LVSX_STATE_ESTABLISHED : LVSX_STATE_UDP);
	}
	w->now += 2 * w->timeouts.ms[LVSX_STATE_ESTABLISHED];
	do {
		left = lvsx_expire_run(table(w), w->now, &w->timeouts, 512, counters);
		KUNIT_EXPECT_LE(test, w->gone - gone, 512u);
		KUNIT_EXPECT_LE(test, w->idled - told, 512 / LVSX_IDLED_COST + LVSX_CHUNK_REFS);
		gone = w->gone;
		told = w->idled;
	} while (!left);
	KUNIT_EXPECT_EQ(test, gone, 2000u);
	KUNIT_EXPECT_EQ(test, told, 1000u);
}

static void flush_ends_all(struct kunit *test)
{
	struct world *w = test->priv;
	u32 cursor = 0, i;

	for (i = 0; i < 300; i++)
		KUNIT_ASSERT_NOT_NULL(test, flow(w, (u16)(2000 + i)));
	for (i = 1; i <= 3; i++) {
		KUNIT_EXPECT_TRUE(test, lvsx_flow_end_some(table(w), &cursor, 100));
		KUNIT_EXPECT_EQ(test, w->gone, 100 * i);
	}
	KUNIT_EXPECT_FALSE(test, lvsx_flow_end_some(table(w), &cursor, ~0u));
	KUNIT_EXPECT_EQ(test, w->gone, 300u);
	KUNIT_EXPECT_EQ(test, w->uses, 0);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0u);
	world_pass(w, 70000);
	KUNIT_EXPECT_EQ(test, w->gone, 300u);
}

static void flush_rests_among_empty_places(struct kunit *test)
{
	struct world *w = test->priv;
	u32 cursor = 0, before, i;
	bool more;

	for (i = 0; i < 300; i++)
		KUNIT_ASSERT_NOT_NULL(test, flow(w, (u16)(2000 + i)));
	for (i = 1; i <= 3; i++)
		KUNIT_EXPECT_TRUE(test, lvsx_flow_end_some(table(w), &cursor, 100));
	cursor = 0;
	do {
		before = cursor;
		more = lvsx_flow_end_some(table(w), &cursor, 100);
		KUNIT_EXPECT_LE(test, cursor - before, 100u);
	} while (more);
	KUNIT_EXPECT_GE(test, cursor, 300u);
	KUNIT_EXPECT_EQ(test, w->gone, 300u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(each_state_lasts_its_time),
	KUNIT_CASE(packets_of_either_direction_keep_it),
	KUNIT_CASE(armed_nearer_it_goes_sooner),
	KUNIT_CASE(a_small_budget_goes_on_where_it_stopped),
	KUNIT_CASE(a_long_pause_is_caught_up),
	KUNIT_CASE(a_clock_that_steps_back_does_no_harm),
	KUNIT_CASE(without_memory_no_flow_is_forgotten),
	KUNIT_CASE(those_to_be_told_cost_more),
	KUNIT_CASE(flush_ends_all),
	KUNIT_CASE(flush_rests_among_empty_places),
	{}
};

struct kunit_suite lvsx_expire_suite = {
	.name = "lvsx_expire",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
