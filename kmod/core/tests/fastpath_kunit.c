// SPDX-License-Identifier: GPL-2.0-only
/* fastpath.h: what it takes comes out as from the slow path, and it takes nothing else. */
#include "suites.h"
#include "packets.h"
#include "world.h"
#include "core/path/fastpath.h"

static int set_up(struct kunit *test)
{
	test->priv = world_new(NULL);
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_free(test->priv);
}

/* The flow of the golden packets of one protocol, in a state. */
static struct lvsx_half *flow(struct world *w, u8 proto, u8 state)
{
	struct lvsx_tuple fwd = { .family = LVSX_IPV4, .proto = proto }, rev = fwd;
	struct lvsx_half *half;

	fwd.saddr[0] = world_client[0][0];
	fwd.daddr[0] = world_vip[0][0];
	fwd.sport = htons(40000);
	fwd.dport = htons(80);
	rev.saddr[0] = world_real[0][0];
	rev.daddr[0] = world_local[0][0];
	rev.sport = htons(8080);
	rev.dport = htons(61000);
	half = world_flow(w, &fwd, &rev);
	if (half) {
		half->state = state;
		lvsx_flow_other(half)->state = state;
	}
	return half;
}

static __always_inline bool ready(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	return true;
}

static __always_inline bool writable(struct lvsx_pkt *pkt, u32 len)
{
	return true;
}

static __always_inline bool account(struct lvsx_pkt *pkt, const struct lvsx_half *half, bool rev)
{
	return true;
}

static __always_inline void send(struct lvsx_pkt *pkt, bool rev)
{
}

/* One packet; true: it was taken, and then it is translated in w->pkt.data. */
static bool take(struct world *w, const u8 *in, u32 size, u8 family)
{
	static const struct lvsx_fast_io io = { ready, writable, account, send };
	struct lvsx_pkt pkt = *world_lay(w, in, size, family);
	struct lvsx_hdr hdr = { .proto = 0 };

	if (family == LVSX_IPV4)
		hdr = lvsx_parse_plain(pkt.data, pkt.len, pkt.total);
	return hdr.proto && lvsx_fastpath(&io, &pkt, hdr, w->cpu[0].table);
}

static bool plain(const struct golden *g)
{
	return g->family == LVSX_IPV4 &&
	       (g->reason == LVSX_REASON_FWD || g->reason == LVSX_REASON_REV);
}

static void golden_packets_come_out_right(struct kunit *test)
{
	struct world *w = test->priv;
	u8 in[WORLD_ROOM], out[WORLD_ROOM];
	u32 i, linear, taken = 0;

	KUNIT_ASSERT_NOT_NULL(test, flow(w, LVSX_TCP, LVSX_STATE_ESTABLISHED));
	KUNIT_ASSERT_NOT_NULL(test, flow(w, LVSX_UDP, LVSX_STATE_UDP));
	for (i = 0; i < ARRAY_SIZE(golden); i++) {
		const struct golden *g = &golden[i];
		u32 size = golden_bytes(g->in, in, sizeof(in));

		golden_bytes(g->out, out, sizeof(out));
		w->flags = g->flags;
		for (linear = 0; linear <= size; linear++) {
			bool got;

			w->linear = linear;
			got = take(w, in, size, g->family);
			taken += got;
			KUNIT_ASSERT_TRUE_MSG(test, !got || plain(g), "%s", g->name);
			KUNIT_ASSERT_TRUE_MSG(test, !memcmp(w->pkt.data, got ? out : in, linear),
					      "%s, %u readable", g->name, linear);
		}
	}
	KUNIT_EXPECT_TRUE(test, taken > 100);
}

/* Packets that open or close; flows not established, or ended; packets of other flows. */
static void what_is_not_plain_is_left(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_half *fwd = flow(w, LVSX_TCP, LVSX_STATE_ESTABLISHED);
	u8 in[WORLD_ROOM];
	u32 size = golden_bytes(golden[0].in, in, sizeof(in)), i;
	static const u8 bad_flags[] = { LVSX_TCP_SYN, LVSX_TCP_FIN, LVSX_TCP_RST };

	KUNIT_ASSERT_NOT_NULL(test, fwd);
	w->linear = size;
	KUNIT_EXPECT_TRUE(test, take(w, in, size, LVSX_IPV4));
	for (i = 0; i < ARRAY_SIZE(bad_flags); i++) {
		in[33] |= bad_flags[i];
		KUNIT_EXPECT_FALSE(test, take(w, in, size, LVSX_IPV4));
		in[33] &= ~bad_flags[i];
	}
	/* every byte of addresses, ports and protocol counts */
	for (i = 9; i < 24; i++) {
		if (i == 10 || i == 11)
			continue;
		in[i] ^= 1;
		KUNIT_EXPECT_FALSE_MSG(test, take(w, in, size, LVSX_IPV4), "byte %u", i);
		in[i] ^= 1;
	}
	for (i = 0; i < LVSX_STATE_MAX; i++) {
		fwd->state = i;
		KUNIT_EXPECT_EQ(test, take(w, in, size, LVSX_IPV4),
				i == LVSX_STATE_ESTABLISHED || i == LVSX_STATE_UDP);
	}
	fwd->state = LVSX_STATE_ESTABLISHED;
	fwd->flags |= LVSX_HALF_END;
	KUNIT_EXPECT_FALSE(test, take(w, in, size, LVSX_IPV4));
}

static void it_is_seen_once_a_second(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_half *fwd = flow(w, LVSX_TCP, LVSX_STATE_ESTABLISHED);
	u8 in[WORLD_ROOM];
	u32 size = golden_bytes(golden[0].in, in, sizeof(in)), began = w->now;

	KUNIT_ASSERT_NOT_NULL(test, fwd);
	w->linear = size;
	fwd->last_seen = began;
	w->now = began + LVSX_SEEN_STEP_MS - 1;
	KUNIT_EXPECT_TRUE(test, take(w, in, size, LVSX_IPV4));
	KUNIT_EXPECT_EQ(test, fwd->last_seen, began);
	w->now++;
	KUNIT_EXPECT_TRUE(test, take(w, in, size, LVSX_IPV4));
	KUNIT_EXPECT_EQ(test, fwd->last_seen, w->now);
	KUNIT_EXPECT_EQ(test, fwd->seq, 1000);

	/* what is known of a closing client is kept */
	fwd->flags |= LVSX_HALF_REUSE;
	fwd->seq = 5;
	w->now += LVSX_SEEN_STEP_MS;
	KUNIT_EXPECT_TRUE(test, take(w, in, size, LVSX_IPV4));
	KUNIT_EXPECT_EQ(test, fwd->last_seen, w->now);
	KUNIT_EXPECT_EQ(test, fwd->seq, 5);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(golden_packets_come_out_right),
	KUNIT_CASE(what_is_not_plain_is_left),
	KUNIT_CASE(it_is_seen_once_a_second),
	{}
};

struct kunit_suite lvsx_fastpath_suite = {
	.name = "lvsx_fastpath",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
