// SPDX-License-Identifier: GPL-2.0-only
/* path.c: golden packets of existing flows, and what becomes of broken ones. */
#include "suites.h"
#include "packets.h"
#include "sums.h"
#include "world.h"

static int set_up(struct kunit *test)
{
	test->priv = world_new(NULL);
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_free(test->priv);
}

static void ends(struct lvsx_tuple *t, bool six, const __be32 *saddr, u16 sport,
		 const __be32 *daddr, u16 dport, u8 proto)
{
	memset(t, 0, sizeof(*t));
	memcpy(t->saddr, saddr, sizeof(t->saddr));
	memcpy(t->daddr, daddr, sizeof(t->daddr));
	t->sport = htons(sport);
	t->dport = htons(dport);
	t->proto = proto;
	t->family = six ? LVSX_IPV6 : LVSX_IPV4;
}

/* The flows of the packets in packets.h. */
static void golden_flows(struct kunit *test)
{
	static const u8 protos[] = { LVSX_TCP, LVSX_UDP };
	struct lvsx_tuple fwd, rev;
	u32 i, six;

	for (six = 0; six < 2; six++) {
		for (i = 0; i < 2; i++) {
			struct lvsx_half *half;

			ends(&fwd, six, world_client[six], 40000, world_vip[six], 80, protos[i]);
			ends(&rev, six, world_real[six], 8080, world_local[six], 61000, protos[i]);
			half = world_flow(test->priv, &fwd, &rev);
			KUNIT_ASSERT_NOT_NULL(test, half);
		}
	}
}

static void expect_golden(struct kunit *test, const struct golden *g, const u8 *in, u32 size)
{
	struct world *w = test->priv;
	u64 before = w->counters[g->reason];
	u8 out[WORLD_ROOM];

	w->flags = g->flags;
	KUNIT_ASSERT_EQ_MSG(test, world_send(w, in, size, g->family), LVSX_FORWARD, "%s, %u readable",
			    g->name, w->linear);
	KUNIT_ASSERT_EQ(test, golden_bytes(g->out, out, sizeof(out)), size);
	KUNIT_ASSERT_TRUE_MSG(test, !memcmp(w->out, out, size), "%s, %u readable", g->name,
			      w->linear);
	KUNIT_ASSERT_EQ_MSG(test, w->pkt.reason, g->reason, "%s", g->name);
	KUNIT_ASSERT_EQ_MSG(test, w->counters[g->reason], before + 1, "%s", g->name);
}

static void golden_packets(struct kunit *test)
{
	struct world *w = test->priv;
	u8 in[WORLD_ROOM];
	u32 i;

	golden_flows(test);
	for (i = 0; i < ARRAY_SIZE(golden); i++) {
		u32 size = golden_bytes(golden[i].in, in, sizeof(in));

		for (w->linear = 0; w->linear <= size; w->linear++)
			expect_golden(test, &golden[i], in, size);
	}
	KUNIT_EXPECT_EQ(test, world_flows(w), 4);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_REMOTE], 0);
}

/* An ICMP error must have a correct checksum. */
static void errors_in_doubt(struct kunit *test)
{
	struct world *w = test->priv;
	u8 in[WORLD_ROOM];
	u32 i;

	golden_flows(test);
	w->bad_sum = true;
	for (i = 0; i < ARRAY_SIZE(golden); i++) {
		bool error = golden[i].reason == LVSX_REASON_ICMP_FWD ||
			     golden[i].reason == LVSX_REASON_ICMP_REV;
		u32 size = golden_bytes(golden[i].in, in, sizeof(in));

		w->flags = golden[i].flags;
		KUNIT_EXPECT_EQ(test, world_send(w, in, size, golden[i].family),
				error ? LVSX_DROP : LVSX_FORWARD);
		KUNIT_EXPECT_EQ(test, w->pkt.reason,
				error ? LVSX_REASON_BAD_ICMP : golden[i].reason);
	}
}

/* The golden packets on the CPU that does not own the flows. */
static void golden_packets_elsewhere(struct kunit *test)
{
	struct world *w = test->priv;
	u8 in[WORLD_ROOM];
	u32 i;

	golden_flows(test);
	w->at = 1;
	for (i = 0; i < ARRAY_SIZE(golden); i++)
		expect_golden(test, &golden[i], in, golden_bytes(golden[i].in, in, sizeof(in)));
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_REMOTE], ARRAY_SIZE(golden));
}

/* A damaged packet is either forwarded, with each sum as wrong as it was, or left untouched. */
static void expect_whole_or_nothing(struct kunit *test, const struct golden *g, const u8 *in,
				    u32 size, const char *damage, u32 at)
{
	struct world *w = test->priv;
	struct sums before, after;
	int verdict = world_send(w, in, size, g->family);

	if (verdict == LVSX_FORWARD) {
		sums_of(&w->pkt, in, &before);
		sums_of(&w->pkt, w->out, &after);
		KUNIT_ASSERT_TRUE_MSG(test, sums_equal(&before, &after), "%s, %s at %u", g->name,
				      damage, at);
		KUNIT_ASSERT_TRUE_MSG(test, memcmp(in, w->out, size), "%s, %s at %u", g->name,
				      damage, at);
		at = w->writable;
	} else {
		KUNIT_ASSERT_TRUE_MSG(test, verdict == LVSX_PASS || verdict == LVSX_DROP,
				      "%s, %s at %u", g->name, damage, at);
		at = 0;
	}
	KUNIT_ASSERT_TRUE_MSG(test, !memcmp(in + at, w->out + at, size - at), "%s, %s at %u",
			      g->name, damage, at);
}

static void every_length(struct kunit *test)
{
	struct world *w = test->priv;
	u8 in[WORLD_ROOM];
	u32 i, cut;

	golden_flows(test);
	for (i = 0; i < ARRAY_SIZE(golden); i++) {
		const struct golden *g = &golden[i];
		u32 size = golden_bytes(g->in, in, sizeof(in)),
		    length = g->family == LVSX_IPV6 ? 4 : 2;

		w->flags = g->flags;
		w->linear = 20;
		w->counters[g->reason] = 0;
		for (cut = 0; cut < size; cut++) {
			expect_whole_or_nothing(test, g, in, cut, "cut", cut);
			KUNIT_ASSERT_EQ_MSG(test, w->counters[g->reason], 0, "%s cut at %u",
					    g->name, cut);
		}
		for (cut = g->family == LVSX_IPV6 ? 40 : 20; cut < size; cut++) {
			u32 said = g->family == LVSX_IPV6 ? cut - 40 : cut;

			in[length] = (u8)(said >> 8);
			in[length + 1] = (u8)said;
			expect_whole_or_nothing(test, g, in, size, "length says", cut);
		}
	}
}

static void every_byte_changed(struct kunit *test)
{
	static const u8 flips[] = { 0x01, 0x90 };
	struct world *w = test->priv;
	u8 in[WORLD_ROOM];
	u32 i, at, f;

	golden_flows(test);
	w->linear = 20;
	w->spare_blocks = 0;
	for (i = 0; i < ARRAY_SIZE(golden); i++) {
		const struct golden *g = &golden[i];
		u32 size = golden_bytes(g->in, in, sizeof(in));

		w->flags = g->flags;
		for (at = 0; at < size; at++) {
			for (f = 0; f < ARRAY_SIZE(flips); f++) {
				in[at] ^= flips[f];
				expect_whole_or_nothing(test, g, in, size, "changed", at);
				in[at] ^= flips[f];
			}
		}
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(golden_packets),
	KUNIT_CASE(golden_packets_elsewhere),
	KUNIT_CASE(errors_in_doubt),
	KUNIT_CASE(every_length),
	KUNIT_CASE(every_byte_changed),
	{}
};

struct kunit_suite lvsx_golden_suite = {
	.name = "lvsx_golden",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
