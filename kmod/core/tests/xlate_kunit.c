// SPDX-License-Identifier: GPL-2.0-only
/* xlate.c: random packets of random flows, checked by sums from scratch. */
#include "suites.h"
#include "make.h"
#include "random.h"
#include "sums.h"
#include "world.h"
#include "core/pkt/io.h"
#include "core/pkt/parse.h"
#include "core/path/xlate.h"

#define ROUNDS 1000

static int set_up(struct kunit *test)
{
	test->priv = world_new(NULL);
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_free(test->priv);
}

static void random_tuple(u32 *state, struct lvsx_tuple *t, u8 family, u8 proto)
{
	memset(t, 0, sizeof(*t));
	random_bytes(state, t->saddr, lvsx_addr_len(family));
	random_bytes(state, t->daddr, lvsx_addr_len(family));
	random_bytes(state, &t->sport, 4);
	t->proto = proto;
	t->family = family;
}

struct case_ {
	struct lvsx_tuple fwd, rev;	/* what client and real server send */
	struct lvsx_half *half;
	struct make m;			/* a packet that the half matches */
};

/*
 * A flow with random ends, one of its halves, and a packet for it; now and then in a new world
 * that knows no flows.
 */
static struct world *random_case(struct kunit *test, u32 *state, u32 round, struct case_ *c)
{
	struct world *w = test->priv;
	u8 family = random_next(state) & 1 ? LVSX_IPV6 : LVSX_IPV4;
	u8 proto = random_next(state) & 1 ? LVSX_TCP : LVSX_UDP;
	const struct lvsx_tuple *t = &c->fwd;

	if (round % 250 == 249) {
		world_free(w);
		w = world_new(NULL);
		test->priv = w;
		KUNIT_ASSERT_NOT_NULL(test, w);
	}
	random_tuple(state, &c->fwd, family, proto);
	random_tuple(state, &c->rev, family, proto);
	world_feed(w);
	c->half = world_flow(w, &c->fwd, &c->rev);
	KUNIT_ASSERT_NOT_NULL(test, c->half);
	if (random_next(state) & 1) {
		c->half = lvsx_flow_other(c->half);
		t = &c->rev;
	}
	c->m = (struct make){
		.family = family, .proto = proto, .saddr = t->saddr, .daddr = t->daddr,
		.sport = ntohs(t->sport), .dport = ntohs(t->dport), .tcp_flags = LVSX_TCP_ACK,
		.hops = 2 + random_next(state) % 250, .seq = random_next(state),
		.stamped = random_next(state) & 1, .payload = random_next(state) % 300,
		.partial = random_next(state) & 1,
	};
	return w;
}

/* What @c's packet shall become: made anew with the other flow's ends. */
static u32 make_expected(u8 *bytes, const struct case_ *c)
{
	const struct lvsx_tuple *to = c->half->flags & LVSX_HALF_REV ? &c->fwd : &c->rev;
	struct make m = c->m;

	m.saddr = to->daddr;
	m.daddr = to->saddr;
	m.sport = ntohs(to->dport);
	m.dport = ntohs(to->sport);
	m.hops--;
	return make_packet(bytes, &m);
}

static void packets_equal_those_made_anew(struct kunit *test)
{
	u8 bytes[WORLD_ROOM], expected[WORLD_ROOM];
	u32 state = 4, round;

	for (round = 0; round < ROUNDS; round++) {
		struct case_ c;
		struct lvsx_pkt *pkt;
		struct world *w;
		u32 size, span;

		w = random_case(test, &state, round, &c);
		size = make_packet(bytes, &c.m);
		w->linear = random_next(&state) % (size + 1);
		w->flags = c.m.partial ? LVSX_PKT_PARTIAL : 0;
		pkt = world_lay(w, bytes, size, c.m.family);
		KUNIT_ASSERT_EQ(test, lvsx_parse(pkt), LVSX_NEXT);
		span = lvsx_xlate_span(pkt);
		KUNIT_ASSERT_LE(test, span, size - c.m.payload);
		KUNIT_ASSERT_TRUE(test, pkt->io->writable(pkt, span));
		lvsx_xlate(pkt, c.half);
		world_lift(w);
		KUNIT_ASSERT_EQ(test, make_expected(expected, &c), size);
		KUNIT_ASSERT_TRUE_MSG(test, !memcmp(w->out, expected, size), "round %u", round);
	}
}

/* Set the length in a packet's IP header. */
static void lengthen(u8 *bytes, u8 family, u32 total)
{
	u32 at = family == LVSX_IPV6 ? 4 : 2, said = family == LVSX_IPV6 ? total - 40 : total;
	u16 check;

	bytes[at] = (u8)(said >> 8);
	bytes[at + 1] = (u8)said;
	if (family == LVSX_IPV6)
		return;
	memset(bytes + 10, 0, 2);
	check = sum_check(bytes, 20, 0);
	bytes[10] = (u8)(check >> 8);
	bytes[11] = (u8)check;
}

/*
 * GSO: one set of headers for many segments, the checksum the pseudo header's of the whole. Only
 * the headers are there to be touched.
 */
static void offloaded_packets_of_any_size(struct kunit *test)
{
	u8 bytes[WORLD_ROOM], expected[WORLD_ROOM];
	u32 state = 5, round;

	for (round = 0; round < ROUNDS; round++) {
		struct case_ c;
		struct lvsx_pkt *pkt;
		struct world *w;
		u32 headers, total;

		w = random_case(test, &state, round, &c);
		c.m.partial = true;
		w->flags = LVSX_PKT_PARTIAL;
		c.m.payload = 0;
		headers = make_packet(bytes, &c.m);
		total = headers + random_next(&state) % 60000;
		lengthen(bytes, c.m.family, total);
		pkt = world_lay(w, bytes, headers, c.m.family);
		pkt->total = total;
		KUNIT_ASSERT_EQ(test, lvsx_parse(pkt), LVSX_NEXT);
		KUNIT_ASSERT_TRUE(test, pkt->io->writable(pkt, lvsx_xlate_span(pkt)));
		lvsx_xlate(pkt, c.half);
		world_lift(w);
		make_expected(expected, &c);
		lengthen(expected, c.m.family, total);
		KUNIT_ASSERT_TRUE_MSG(test, !memcmp(w->out, expected, headers), "round %u", round);
	}
}

/* ICMP errors that quote any number of bytes of a flow's packet. */
static void errors_keep_their_sums(struct kunit *test)
{
	u8 bytes[WORLD_ROOM];
	u32 state = 6, round;

	for (round = 0; round < ROUNDS; round++) {
		const __be32 *from;
		__be32 router[4];
		u16 port;
		struct sums before, after;
		struct lvsx_pkt *pkt;
		struct world *w;
		struct case_ c;
		u32 size, at, quote;

		w = random_case(test, &state, round, &c);
		from = c.m.saddr;
		port = c.m.dport;
		random_bytes(&state, router, sizeof(router));
		c.m.partial = false;
		/* it quotes a packet that travelled against its half */
		c.m.saddr = c.m.daddr;
		c.m.daddr = from;
		c.m.dport = c.m.sport;
		c.m.sport = port;
		quote = (c.m.family == LVSX_IPV6 ? 48 : 28) + random_next(&state) % 120;
		size = make_error(bytes, &c.m, quote, router);
		w->linear = random_next(&state) % (size + 1);
		pkt = world_lay(w, bytes, size, c.m.family);
		KUNIT_ASSERT_EQ(test, lvsx_parse(pkt), LVSX_NEXT);
		sums_of(pkt, w->in, &before);
		KUNIT_ASSERT_EQ(test, before.l4 | before.ip, 0);
		KUNIT_ASSERT_EQ(test, before.quoted_l4 | before.quoted_ip, 0);
		KUNIT_ASSERT_TRUE(test, pkt->io->writable(pkt, lvsx_xlate_span(pkt)));
		lvsx_xlate_icmp(pkt, c.half);
		world_lift(w);
		sums_of(pkt, w->out, &after);
		KUNIT_ASSERT_TRUE_MSG(test, sums_equal(&before, &after), "round %u", round);
		for (at = lvsx_xlate_span(pkt); at < size; at++)
			KUNIT_ASSERT_EQ(test, w->out[at], w->in[at]);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(packets_equal_those_made_anew),
	KUNIT_CASE(offloaded_packets_of_any_size),
	KUNIT_CASE(errors_keep_their_sums),
	{}
};

struct kunit_suite lvsx_xlate_suite = {
	.name = "lvsx_xlate",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
