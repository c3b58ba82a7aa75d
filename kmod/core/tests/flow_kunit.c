// SPDX-License-Identifier: GPL-2.0-only
/* table.c and bucket.c: flows are found by either tuple from any CPU, until they are removed. */
#include "suites.h"
#include "world.h"
#include "core/pkt/csum.h"
#include "core/pkt/hash.h"
#include "core/table/table.h"

#define MANY 3000

static int set_up(struct kunit *test)
{
	test->priv = world_new(NULL);
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_free(test->priv);
}

static u8 flows_of;	/* family of the next flows */

static struct lvsx_table *table_of(struct kunit *test, u8 family)
{
	struct world *w = test->priv;

	flows_of = family;
	return w->cpu[family].table;
}

/* Flow @id's tuples: what the client sends, what the real server will. */
static void tuples(u32 id, u8 family, struct lvsx_tuple *fwd, struct lvsx_tuple *rev)
{
	bool v6 = family == LVSX_IPV6;

	*fwd = (struct lvsx_tuple){ .sport = htons((u16)id), .dport = htons(80), .proto = 6,
				    .family = family };
	*rev = (struct lvsx_tuple){ .sport = htons(8080), .dport = htons((u16)id), .proto = 6,
				    .family = family };
	memcpy(fwd->saddr, world_client[v6], lvsx_addr_len(family));
	memcpy(fwd->daddr, world_vip[v6], lvsx_addr_len(family));
	memcpy(rev->saddr, world_real[v6], lvsx_addr_len(family));
	memcpy(rev->daddr, world_local[v6], lvsx_addr_len(family));
	fwd->saddr[0] ^= htonl(id >> 16);
	rev->daddr[0] ^= htonl(id >> 16);
}

static struct lvsx_half *insert(struct lvsx_table *t, u32 id)
{
	struct lvsx_tuple fwd, rev;
	struct lvsx_flow_new n = { .real_id = id };

	tuples(id, flows_of, &fwd, &rev);
	return world_insert(t, &fwd, &rev, &n);
}

/* Found by both tuples or by neither, on this CPU and on others. Returns the forward half. */
static struct lvsx_half *find(struct kunit *test, struct lvsx_table *t, u32 id)
{
	struct lvsx_tuple both[2];
	struct lvsx_half *half[2];
	u32 i;

	tuples(id, flows_of, &both[0], &both[1]);
	for (i = 0; i < 2; i++) {
		u64 hash = lvsx_hash_tuple(&both[i], &t->seed);

		half[i] = lvsx_flow_find(t, &both[i], hash);
		KUNIT_EXPECT_PTR_EQ(test, lvsx_flow_find_remote(t, &both[i], hash), half[i]);
	}
	KUNIT_ASSERT_EQ(test, !half[0], !half[1]);
	if (half[0])
		KUNIT_EXPECT_PTR_EQ(test, lvsx_flow_other(half[0]), half[1]);
	return half[0];
}

static u64 sum(const __be32 *addr, u32 words)
{
	u64 s = 0;

	while (words--)
		s += (__force u32)addr[words];
	return s;
}

static void check_half(struct kunit *test, struct lvsx_half *h, const struct lvsx_tuple *match,
		       const struct lvsx_tuple *other)
{
	u8 family = match->family;
	u64 old = sum(match->saddr, lvsx_words(family)) + sum(match->daddr, lvsx_words(family));
	u64 new = sum(other->saddr, lvsx_words(family)) + sum(other->daddr, lvsx_words(family));
	u64 old_ports = (u64)(__force u16)match->sport + (__force u16)match->dport;
	u64 new_ports = (u64)(__force u16)other->sport + (__force u16)other->dport;
	struct lvsx_tuple t;

	lvsx_half_match(h, &t);
	KUNIT_EXPECT_MEMEQ(test, t.saddr, match->saddr, sizeof(t.saddr));
	KUNIT_EXPECT_MEMEQ(test, t.daddr, match->daddr, sizeof(t.daddr));
	KUNIT_EXPECT_TRUE(test, t.sport == match->sport && t.dport == match->dport);
	KUNIT_EXPECT_MEMEQ(test, lvsx_half_addr(h, LVSX_NEW_SRC), other->daddr,
			   lvsx_addr_len(family));
	KUNIT_EXPECT_MEMEQ(test, lvsx_half_addr(h, LVSX_NEW_DST), other->saddr,
			   lvsx_addr_len(family));
	KUNIT_EXPECT_TRUE(test, h->new_sport == other->dport && h->new_dport == other->sport);
	KUNIT_EXPECT_EQ(test, lvsx_csum_fold(old + h->addr_delta) % 0xffff,
			lvsx_csum_fold(new) % 0xffff);
	KUNIT_EXPECT_EQ(test, lvsx_csum_fold(old + old_ports + h->l4_delta) % 0xffff,
			lvsx_csum_fold(new + new_ports) % 0xffff);
}

static void halves_match_and_rewrite(struct kunit *test)
{
	u8 family;

	for (family = LVSX_IPV4; family <= LVSX_IPV6; family++) {
		struct lvsx_table *t = table_of(test, family);
		struct lvsx_half *h = insert(t, 77);
		struct lvsx_tuple fwd, rev;

		KUNIT_ASSERT_NOT_NULL(test, h);
		tuples(77, family, &fwd, &rev);
		check_half(test, h, &fwd, &rev);
		check_half(test, lvsx_flow_other(h), &rev, &fwd);
		KUNIT_EXPECT_PTR_EQ(test, find(test, t, 77), h);
		KUNIT_EXPECT_PTR_EQ(test, lvsx_flow_fwd(lvsx_flow_other(h)), h);
		KUNIT_EXPECT_NULL(test, find(test, t, 78));
	}
}

static void many_are_found_while_the_index_grows(struct kunit *test)
{
	u8 family;

	for (family = LVSX_IPV4; family <= LVSX_IPV6; family++) {
		struct lvsx_table *t = table_of(test, family);
		u32 before = t->buckets, id, lost = 0;

		for (id = 1; id <= MANY; id++) {
			world_feed(test->priv);
			KUNIT_ASSERT_NOT_NULL(test, insert(t, id));
		}
		for (id = 1; id <= MANY; id++)
			lost += !find(test, t, id);
		KUNIT_EXPECT_EQ(test, lost, 0u);
		KUNIT_EXPECT_EQ(test, t->stats.flows, MANY);
		KUNIT_EXPECT_GT(test, t->buckets, 2 * before);
		KUNIT_EXPECT_LE(test, t->entries, t->buckets * 5);
		for (id = 1; id <= MANY; id += 2)
			lvsx_flow_remove(t, find(test, t, id));
		for (id = 1; id <= MANY; id++)
			lost += !find(test, t, id);
		KUNIT_EXPECT_EQ(test, lost, MANY / 2);
	}
}

static void walk_sees_each_once(struct kunit *test)
{
	struct lvsx_table *t = table_of(test, LVSX_IPV4);
	struct lvsx_half *h;
	u32 id, cursor = 0, left = ~0u, n = 0, sum = 0;

	KUNIT_EXPECT_NULL(test, lvsx_flow_walk(t, &cursor, &left));
	for (id = 1; id <= 200; id++) {
		world_feed(test->priv);
		KUNIT_ASSERT_NOT_NULL(test, insert(t, id));
	}
	for (id = 1; id <= 200; id += 4)
		lvsx_flow_remove(t, find(test, t, id));
	for (cursor = 0; (h = lvsx_flow_walk(t, &cursor, &left)); n++)
		sum += h->real;
	KUNIT_EXPECT_EQ(test, n, 150u);
	KUNIT_EXPECT_EQ(test, sum, 200u * 201 / 2 - 50u * (1 + 197) / 2);
}

/* In a table that was once full, the next flow may be millions of places away. */
static void a_walk_rests_among_empty_places(struct kunit *test)
{
	struct lvsx_table *t = table_of(test, LVSX_IPV4);
	struct lvsx_half *h;
	u32 id, cursor = 0, stretches, n = 0;

	for (id = 1; id <= 200; id++) {
		world_feed(test->priv);
		KUNIT_ASSERT_NOT_NULL(test, insert(t, id));
	}
	for (id = 1; id < 200; id++)
		lvsx_flow_remove(t, find(test, t, id));
	for (stretches = 1; stretches < 1000; stretches++) {
		u32 before = cursor, left = 10;

		while ((h = lvsx_flow_walk(t, &cursor, &left))) {
			KUNIT_EXPECT_EQ(test, h->real, 200u);
			n++;
		}
		KUNIT_EXPECT_EQ(test, cursor - before, 10 - left);
		if (left)
			break;
	}
	KUNIT_EXPECT_EQ(test, n, 1u);
	KUNIT_EXPECT_GE(test, stretches, 20u);
	KUNIT_EXPECT_LT(test, stretches, 1000u);
}

static void memory_waits_for_its_readers(struct kunit *test)
{
	struct lvsx_table *t = table_of(test, LVSX_IPV4);
	struct lvsx_half *first = insert(t, 1), *second;

	KUNIT_ASSERT_NOT_NULL(test, first);
	KUNIT_EXPECT_FALSE(test, lvsx_flow_retire(t));
	lvsx_flow_remove(t, first);
	KUNIT_EXPECT_TRUE(test, first->flags & LVSX_HALF_DEAD);
	KUNIT_EXPECT_EQ(test, t->stats.dead, 1u);
	KUNIT_EXPECT_PTR_NE(test, insert(t, 2), first);
	KUNIT_EXPECT_TRUE(test, lvsx_flow_retire(t));
	KUNIT_EXPECT_PTR_NE(test, insert(t, 3), first);
	/* while one batch waits, the next must not join it */
	second = find(test, t, 2);
	lvsx_flow_remove(t, second);
	KUNIT_EXPECT_FALSE(test, lvsx_flow_retire(t));
	lvsx_flow_reclaim(t);
	KUNIT_EXPECT_EQ(test, t->stats.dead, 1u);
	KUNIT_EXPECT_PTR_EQ(test, insert(t, 4), first);
	KUNIT_EXPECT_PTR_NE(test, insert(t, 5), second);
	KUNIT_EXPECT_FALSE(test, first->flags & LVSX_HALF_DEAD);
}

/* Whoever used the memory before, and whatever halves are in front of it. */
static void an_extension_begins_as_zero(struct kunit *test)
{
	static const struct lvsx_flow_ext zero;
	u32 families;

	for (families = 0; families < 4; families++) {
		struct lvsx_table *t = table_of(test, LVSX_IPV4);
		struct lvsx_flow_new n = { .real_id = 1, .kind = LVSX_KIND_EXT };
		struct lvsx_half *first = NULL, *fwd;
		struct lvsx_tuple in, out, unused;
		u32 turn;

		tuples(1, families & 1 ? LVSX_IPV6 : LVSX_IPV4, &in, &unused);
		tuples(1, families & 2 ? LVSX_IPV6 : LVSX_IPV4, &unused, &out);
		for (turn = 0; turn < 2; turn++) {
			fwd = world_insert(t, &in, &out, &n);
			KUNIT_ASSERT_NOT_NULL(test, fwd);
			KUNIT_ASSERT_TRUE(test, !first || fwd == first);
			first = fwd;
			KUNIT_EXPECT_TRUE(test, !memcmp(lvsx_flow_ext(fwd), &zero, sizeof(zero)));
			memset(lvsx_flow_ext(fwd), 0xff, sizeof(zero));
			KUNIT_EXPECT_PTR_EQ(test, fwd,
					    lvsx_flow_find(t, &in, lvsx_hash_tuple(&in, &t->seed)));
			KUNIT_EXPECT_PTR_EQ(test, lvsx_flow_rev(fwd),
					    lvsx_flow_find(t, &out,
							   lvsx_hash_tuple(&out, &t->seed)));
			lvsx_flow_remove(t, fwd);
			lvsx_flow_retire(t);
			lvsx_flow_reclaim(t);
		}
	}
}

static void without_memory_nothing_is_lost(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_table *t = table_of(test, LVSX_IPV4);
	u32 id, n = 0, lost = 0;

	w->spare_blocks = 0;
	while (n < 65000 && insert(t, n + 1))
		n++;
	KUNIT_ASSERT_LT(test, n, 65000u);
	KUNIT_EXPECT_GT(test, n, 32u);
	for (id = n + 1; id < n + 50; id++) {
		insert(t, id);
		if (find(test, t, id))
			lvsx_flow_remove(t, find(test, t, id));
	}
	KUNIT_EXPECT_EQ(test, t->stats.flows, n);
	KUNIT_EXPECT_EQ(test, t->entries, 2 * n);
	for (id = 1; id <= n; id++)
		lost += !find(test, t, id);
	KUNIT_EXPECT_EQ(test, lost, 0u);
	w->spare_blocks = ~0u;
	world_feed(w);
	KUNIT_EXPECT_NOT_NULL(test, insert(t, 65001));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(halves_match_and_rewrite),
	KUNIT_CASE(many_are_found_while_the_index_grows),
	KUNIT_CASE(walk_sees_each_once),
	KUNIT_CASE(a_walk_rests_among_empty_places),
	KUNIT_CASE(memory_waits_for_its_readers),
	KUNIT_CASE(an_extension_begins_as_zero),
	KUNIT_CASE(without_memory_nothing_is_lost),
	{}
};

struct kunit_suite lvsx_flow_suite = {
	.name = "lvsx_flow",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
