// SPDX-License-Identifier: GPL-2.0-only
/* arena.c: lines are never numbered 0, are zeroed when taken, and may run out without harm. */
#include "suites.h"
#include "world.h"
#include "core/table/arena.h"

#define SHIFT 3
#define LINES (1u << SHIFT)
#define MOST 5

struct case_memory {
	struct lvsx_arena arena;
	void *directory[MOST];
};

static int set_up(struct kunit *test)
{
	struct case_memory *m = world_alloc(sizeof(*m));

	if (!m)
		return -1;
	lvsx_arena_init(&m->arena, m->directory, MOST, SHIFT);
	test->priv = m;
	return 0;
}

static void tear_down(struct kunit *test)
{
	struct case_memory *m = test->priv;
	u32 i;

	for (i = 0; m && i < MOST; i++)
		world_unalloc(m->directory[i]);
	world_unalloc(m);
}

static bool give(struct case_memory *m)
{
	void *block = world_alloc(LINES * LVSX_LINE);

	if (block && lvsx_arena_give(&m->arena, block))
		return true;
	world_unalloc(block);
	return false;
}

static void wants_spare_and_no_more_than_it_may_have(struct kunit *test)
{
	struct case_memory *m = test->priv;

	KUNIT_EXPECT_EQ(test, lvsx_arena_wants(&m->arena), 4u);
	while (lvsx_arena_wants(&m->arena))
		KUNIT_ASSERT_TRUE(test, give(m));
	KUNIT_EXPECT_EQ(test, m->arena.given, 4u);
	KUNIT_ASSERT_NE(test, lvsx_arena_take_block(&m->arena), 0u);
	KUNIT_EXPECT_EQ(test, lvsx_arena_wants(&m->arena), 0u);
	KUNIT_ASSERT_NE(test, lvsx_arena_take_block(&m->arena), 0u);
	KUNIT_ASSERT_NE(test, lvsx_arena_take_block(&m->arena), 0u);
	KUNIT_EXPECT_EQ(test, lvsx_arena_wants(&m->arena), 1u);
	KUNIT_ASSERT_TRUE(test, give(m));
	KUNIT_EXPECT_FALSE(test, give(m));
	KUNIT_EXPECT_EQ(test, lvsx_arena_wants(&m->arena), 0u);
}

/* A big table keeps a sixteenth of itself spare, a huge one 64 MiB. */
static void spare_grows_with_the_table(struct kunit *test)
{
	struct lvsx_arena a;

	lvsx_arena_init(&a, NULL, 100000, 15);
	a.given = 80;
	a.used = a.given;
	KUNIT_EXPECT_EQ(test, lvsx_arena_wants(&a), 7u);
	a.given = 8000;
	a.used = a.given;
	KUNIT_EXPECT_EQ(test, lvsx_arena_wants(&a), 34u);
}

static void lines_have_numbers_and_places(struct kunit *test)
{
	struct case_memory *m = test->priv;
	u32 i, first, line;

	KUNIT_ASSERT_TRUE(test, give(m) && give(m));
	first = lvsx_arena_take_block(&m->arena);
	KUNIT_EXPECT_EQ(test, first, LINES);
	for (i = 0; i < LINES; i++)
		KUNIT_EXPECT_PTR_EQ(test, lvsx_line(&m->arena, first + i),
				    (u8 *)m->directory[0] + i * LVSX_LINE);
	for (i = 0; i < LINES; i++) {
		line = lvsx_arena_take(&m->arena);
		KUNIT_ASSERT_EQ(test, line, 2 * LINES + i);
		KUNIT_EXPECT_PTR_EQ(test, lvsx_line(&m->arena, line),
				    (u8 *)m->directory[1] + i * LVSX_LINE);
	}
}

static void runs_out_and_goes_on_when_fed(struct kunit *test)
{
	struct case_memory *m = test->priv;
	u32 line = 0, i;

	KUNIT_EXPECT_EQ(test, lvsx_arena_take(&m->arena), 0u);
	KUNIT_EXPECT_EQ(test, lvsx_arena_take_block(&m->arena), 0u);
	KUNIT_ASSERT_TRUE(test, give(m));
	for (i = 0; i < LINES; i++) {
		line = lvsx_arena_take(&m->arena);
		KUNIT_ASSERT_NE(test, line, 0u);
	}
	KUNIT_EXPECT_EQ(test, lvsx_arena_take(&m->arena), 0u);
	KUNIT_EXPECT_EQ(test, m->arena.lines_used, LINES);
	lvsx_arena_put(&m->arena, line);
	KUNIT_EXPECT_EQ(test, lvsx_arena_take(&m->arena), line);
	KUNIT_EXPECT_EQ(test, lvsx_arena_take(&m->arena), 0u);
	KUNIT_ASSERT_TRUE(test, give(m));
	KUNIT_EXPECT_NE(test, lvsx_arena_take(&m->arena), 0u);
}

static void lines_are_clean_when_taken_again(struct kunit *test)
{
	static const u8 clean[LVSX_LINE];
	struct case_memory *m = test->priv;
	u32 a, b;

	KUNIT_ASSERT_TRUE(test, give(m));
	a = lvsx_arena_take(&m->arena);
	b = lvsx_arena_take(&m->arena);
	memset(lvsx_line(&m->arena, a), 0xff, LVSX_LINE);
	memset(lvsx_line(&m->arena, b), 0xff, LVSX_LINE);
	lvsx_arena_put(&m->arena, a);
	lvsx_arena_put(&m->arena, b);
	KUNIT_EXPECT_EQ(test, m->arena.lines_used, 0u);
	KUNIT_EXPECT_EQ(test, lvsx_arena_take(&m->arena), b);
	KUNIT_EXPECT_EQ(test, lvsx_arena_take(&m->arena), a);
	KUNIT_EXPECT_MEMEQ(test, lvsx_line(&m->arena, a), clean, LVSX_LINE);
	KUNIT_EXPECT_MEMEQ(test, lvsx_line(&m->arena, b), clean, LVSX_LINE);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(wants_spare_and_no_more_than_it_may_have),
	KUNIT_CASE(spare_grows_with_the_table),
	KUNIT_CASE(lines_have_numbers_and_places),
	KUNIT_CASE(runs_out_and_goes_on_when_fed),
	KUNIT_CASE(lines_are_clean_when_taken_again),
	{}
};

struct kunit_suite lvsx_arena_suite = {
	.name = "lvsx_arena",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
