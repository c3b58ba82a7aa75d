// SPDX-License-Identifier: GPL-2.0-only
/* segment.c and limit.h: segments that nobody asked us to forward, and how many. */
#include "suites.h"
#include "hex.h"
#include "make.h"
#include "world.h"
#include "core/path/expire.h"
#include "core/limit.h"
#include "core/pkt/parse.h"
#include "core/table/table.h"

static int set_up(struct kunit *test)
{
	test->priv = world_new(NULL);
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_free(test->priv);
}

/* RFC 9293 §3.5.2, as packets.h has it: what comes in, and the answer with a TTL of 64. */
static const struct {
	const char *name;
	u8 family;
	const char *in;
	const char *out;
} answers[] = {
	{ "an ACK, IPv4", LVSX_IPV4,
	  "45000028 00004000 40064e91 c000020a c6336401 "
	  "9c400050 000007d0 000003e8 50101000 0b4d0000",
	  "45000028 00004000 40064e91 c6336401 c000020a "
	  "00509c40 000003e8 00000000 50040000 23290000" },
	{ "an ACK, IPv6", LVSX_IPV6,
	  "60000000 00140640 20010db8 000a0000 00000000 0000000a 20010db8 00010000 00000000 00000001 "
	  "9c400050 000007d0 000003e8 50101000 9c040000",
	  "60000000 00140640 20010db8 00010000 00000000 00000001 20010db8 000a0000 00000000 0000000a "
	  "00509c40 000003e8 00000000 50040000 b3e00000" },
	{ "data, IPv4", LVSX_IPV4,
	  "4500002b 00004000 40064e8e c000020a c6336401 "
	  "9c400050 fffffffe ffffffff 50181000 7bb50000 474554",
	  "45000028 00004000 40064e91 c6336401 c000020a "
	  "00509c40 ffffffff 00000000 50040000 27110000" },
	{ "data, IPv6", LVSX_IPV6,
	  "60000000 00170640 20010db8 000a0000 00000000 0000000a 20010db8 00010000 00000000 00000001 "
	  "9c400050 fffffffe ffffffff 50181000 0c6d0000 474554",
	  "60000000 00140640 20010db8 00010000 00000000 00000001 20010db8 000a0000 00000000 0000000a "
	  "00509c40 ffffffff 00000000 50040000 b7c80000" },
	{ "FIN and ACK, IPv4", LVSX_IPV4,
	  "45000028 00004000 40064e91 c000020a c6336401 "
	  "9c400050 00000005 00000006 50111000 16f90000",
	  "45000028 00004000 40064e91 c6336401 c000020a "
	  "00509c40 00000006 00000000 50040000 270b0000" },
	{ "SYN and ACK, IPv4", LVSX_IPV4,
	  "45000028 00004000 40064e91 c000020a c6336401 "
	  "9c400050 00000005 00000006 50121000 16f80000",
	  "45000028 00004000 40064e91 c6336401 c000020a "
	  "00509c40 00000006 00000000 50040000 270b0000" },
	{ "a SYN, IPv4", LVSX_IPV4,
	  "45000028 00004000 40064e91 c000020a c6336401 "
	  "9c400050 ffffffff 00000000 50021000 17130000",
	  "45000028 00004000 40064e91 c6336401 c000020a "
	  "00509c40 00000000 00000000 50140000 27010000" },
	{ "a SYN, IPv6", LVSX_IPV6,
	  "60000000 00140640 20010db8 000a0000 00000000 0000000a 20010db8 00010000 00000000 00000001 "
	  "9c400050 ffffffff 00000000 50021000 a7ca0000",
	  "60000000 00140640 20010db8 00010000 00000000 00000001 20010db8 000a0000 00000000 0000000a "
	  "00509c40 00000000 00000000 50140000 b7b80000" },
	{ "FIN alone, with data, IPv4", LVSX_IPV4,
	  "4500002b 00004000 40064e8e c000020a c6336401 "
	  "9c400050 fffffffd 00000009 50091000 529f0000 616263",
	  "45000028 00004000 40064e91 c6336401 c000020a "
	  "00509c40 00000000 00000001 50140000 27000000" },
	{ "FIN alone, with data, IPv6", LVSX_IPV6,
	  "60000000 00170640 20010db8 000a0000 00000000 0000000a 20010db8 00010000 00000000 00000001 "
	  "9c400050 fffffffd 00000009 50091000 e3560000 616263",
	  "60000000 00140640 20010db8 00010000 00000000 00000001 20010db8 000a0000 00000000 0000000a "
	  "00509c40 00000000 00000001 50140000 b7b70000" },
	{ "no flag at all, IPv4", LVSX_IPV4,
	  "45000028 00004000 40064e91 c000020a c6336401 "
	  "9c400050 0000004d 00000058 50001000 16700000",
	  "45000028 00004000 40064e91 c6336401 c000020a "
	  "00509c40 00000000 0000004d 50140000 26b40000" },
	{ "no flag at all, IPv6", LVSX_IPV6,
	  "60000000 00140640 20010db8 000a0000 00000000 0000000a 20010db8 00010000 00000000 00000001 "
	  "9c400050 0000004d 00000058 50001000 a7270000",
	  "60000000 00140640 20010db8 00010000 00000000 00000001 20010db8 000a0000 00000000 0000000a "
	  "00509c40 00000000 0000004d 50140000 b76b0000" },
};

static void answers_come_out_right(struct kunit *test)
{
	struct world *w = test->priv;
	u8 in[WORLD_ROOM], out[WORLD_ROOM], got[LVSX_SEGMENT_MAX];
	struct lvsx_segment s;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(answers); i++) {
		u32 size = golden_bytes(answers[i].in, in, sizeof(in));
		struct lvsx_pkt *pkt = world_lay(w, in, size, answers[i].family);

		KUNIT_ASSERT_EQ_MSG(test, lvsx_parse(pkt), LVSX_NEXT, "%s", answers[i].name);
		KUNIT_ASSERT_TRUE_MSG(test, lvsx_segment_reset(&s, pkt), "%s", answers[i].name);
		world_lift(w);
		s.hops = 64;
		s.traffic = 0;
		size = golden_bytes(answers[i].out, out, sizeof(out));
		KUNIT_ASSERT_EQ(test, lvsx_segment_write(&s, got), size);
		KUNIT_EXPECT_TRUE_MSG(test, !memcmp(got, out, size), "%s", answers[i].name);
	}
}

/* Like @in, except for flags, data and direction. */
static const struct {
	const char *name;
	const char *in;
	const char *out;
} aborts[] = {
	{ "data",
	  "4500002b 00004000 40064e8e c000020a c6336401 "
	  "9c400050 fffffffe ffffffff 50181000 7bb50000 474554",
	  "45000028 00004000 400665bd c000020a 0a000909 "
	  "9c401f90 fffffffe ffffffff 50140000 1eee0000" },
	{ "FIN alone",
	  "4500002b 00004000 40064e8e c000020a c6336401 "
	  "9c400050 fffffffd 00000009 50091000 529f0000 616263",
	  "45000028 00004000 400665bd c000020a 0a000909 "
	  "9c401f90 fffffffd 00000009 50040000 1ef60000" },
};

static void a_packet_becomes_an_rst_to_the_real_server(struct kunit *test)
{
	struct world *w = test->priv;
	u8 in[WORLD_ROOM], out[WORLD_ROOM], got[LVSX_SEGMENT_MAX];
	struct lvsx_segment s;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(aborts); i++) {
		u32 size = golden_bytes(aborts[i].in, in, sizeof(in));
		struct lvsx_pkt *pkt = world_lay(w, in, size, LVSX_IPV4);
		struct lvsx_tuple seen;

		KUNIT_ASSERT_EQ_MSG(test, lvsx_parse(pkt), LVSX_NEXT, "%s", aborts[i].name);
		seen = pkt->tuple;
		seen.daddr[0] = htonl(0x0a000909);
		seen.dport = htons(8080);
		lvsx_segment_abort(&s, pkt, &seen);
		world_lift(w);
		s.hops = 64;
		size = golden_bytes(aborts[i].out, out, sizeof(out));
		KUNIT_ASSERT_EQ(test, lvsx_segment_write(&s, got), size);
		KUNIT_EXPECT_TRUE_MSG(test, !memcmp(got, out, size), "%s", aborts[i].name);
	}
}

static void an_rst_is_not_answered(struct kunit *test)
{
	struct make m = {
		.family = LVSX_IPV4,
		.proto = LVSX_TCP,
		.saddr = world_client[0],
		.daddr = world_vip[0],
	};
	struct world *w = test->priv;
	struct lvsx_segment s;
	u8 bytes[WORLD_ROOM];
	u32 flags;

	for (flags = 0; flags < 256; flags++) {
		struct lvsx_pkt *pkt;

		m.tcp_flags = (u8)flags;
		pkt = world_lay(w, bytes, make_packet(bytes, &m), LVSX_IPV4);
		KUNIT_ASSERT_EQ(test, lvsx_parse(pkt), LVSX_NEXT);
		KUNIT_EXPECT_EQ(test, lvsx_segment_reset(&s, pkt), !(flags & LVSX_TCP_RST));
		world_lift(w);
	}
}

struct ends {
	bool six;
	u16 local;	/* port */
};

static void send(struct kunit *test, struct ends *e, bool rev, u8 flags, u32 seq)
{
	struct world *w = test->priv;
	struct make m = {
		.family = e->six ? LVSX_IPV6 : LVSX_IPV4,
		.proto = LVSX_TCP,
		.tcp_flags = flags,
		.seq = seq,
		.saddr = (rev ? world_real : world_client)[e->six],
		.daddr = (rev ? world_local : world_vip)[e->six],
		.sport = rev ? WORLD_RPORT : 40000,
		.dport = rev ? e->local : WORLD_VPORT,
	};
	u8 bytes[WORLD_ROOM];
	u32 l4 = e->six ? 40 : 20;

	KUNIT_ASSERT_EQ(test, world_send(w, bytes, make_packet(bytes, &m), m.family), LVSX_FORWARD);
	if (!rev)
		e->local = (u16)(w->out[l4] << 8 | w->out[l4 + 1]);
}

/* What every segment of make.c acknowledges. */
#define ACKED 0x01020304u

static void expect_probes(struct kunit *test, const struct ends *e, u32 client, u32 real)
{
	const struct world *w = test->priv;
	const struct lvsx_segment *to_client = &w->probe[0], *to_real = &w->probe[1];
	u32 size = e->six ? 16 : 4;

	KUNIT_EXPECT_EQ(test, to_client->seq, real - 1);
	KUNIT_EXPECT_EQ(test, to_client->ack, client);
	KUNIT_EXPECT_EQ(test, to_real->seq, client - 1);
	KUNIT_EXPECT_EQ(test, to_real->ack, real);
	KUNIT_EXPECT_TRUE(test, !memcmp(to_client->tuple.saddr, world_vip[e->six], size));
	KUNIT_EXPECT_TRUE(test, !memcmp(to_real->tuple.daddr, world_real[e->six], size));
	KUNIT_EXPECT_EQ(test, to_client->tuple.dport, htons(40000));
	KUNIT_EXPECT_EQ(test, to_real->tuple.sport, htons(e->local));
	KUNIT_EXPECT_EQ(test, to_real->tuple.dport, htons(WORLD_RPORT));
}

static void idle(struct kunit *test, bool six)
{
	struct ends e = { .six = six };
	struct world *w = test->priv;
	u32 i;

	/* all within a second: by the last packet of the handshake */
	send(test, &e, false, LVSX_TCP_SYN, 999);
	send(test, &e, true, LVSX_TCP_SYN | LVSX_TCP_ACK, 4999);
	send(test, &e, false, LVSX_TCP_ACK, 1000);
	for (i = 0; i < 50; i++)
		send(test, &e, true, LVSX_TCP_ACK, 5000 + i);
	world_pass(w, 899 * 1000);
	KUNIT_EXPECT_EQ(test, w->idled, 0);
	world_pass(w, 70 * 1000);
	KUNIT_ASSERT_EQ(test, w->idled, 1);
	expect_probes(test, &e, 1000, ACKED);

	/* later: by what either end had sent when it was last seen */
	send(test, &e, false, LVSX_TCP_SYN, 0xfffffff0);
	send(test, &e, false, LVSX_TCP_ACK, 0xfffffff1);
	for (i = 0; i < 5; i++) {
		world_pass(w, 1000);
		send(test, &e, false, LVSX_TCP_ACK, 100 * i);
		send(test, &e, true, LVSX_TCP_ACK, 7000 * i);
		send(test, &e, true, LVSX_TCP_ACK, 7000 * i + 10);
	}
	world_pass(w, 970 * 1000);
	KUNIT_ASSERT_EQ(test, w->idled, 2);
	expect_probes(test, &e, 400, 28000);
}

static void idle_ends_are_asked_ipv4(struct kunit *test)
{
	idle(test, false);
}

static void idle_ends_are_asked_ipv6(struct kunit *test)
{
	idle(test, true);
}

/* As often as a connection ends by itself, or never was one. */
static void others_are_not(struct kunit *test)
{
	struct ends e = {};
	struct world *w = test->priv;

	send(test, &e, false, LVSX_TCP_SYN, 1);
	world_pass(w, 100 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	send(test, &e, false, LVSX_TCP_SYN, 1);
	send(test, &e, false, LVSX_TCP_ACK, 2);
	send(test, &e, true, LVSX_TCP_RST, 2);
	world_pass(w, 100 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	send(test, &e, false, LVSX_TCP_SYN, 1);
	send(test, &e, false, LVSX_TCP_ACK, 2);
	send(test, &e, true, LVSX_TCP_FIN | LVSX_TCP_ACK, 2);
	send(test, &e, false, LVSX_TCP_FIN | LVSX_TCP_ACK, 2);
	world_pass(w, 200 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_EXPIRED], 3);
	KUNIT_EXPECT_EQ(test, w->idled, 0);

	/* one end has closed, the other is silent */
	send(test, &e, false, LVSX_TCP_SYN, 1);
	send(test, &e, false, LVSX_TCP_ACK, 2);
	send(test, &e, false, LVSX_TCP_FIN | LVSX_TCP_ACK, 2);
	world_pass(w, 200 * 1000);
	KUNIT_EXPECT_EQ(test, w->idled, 1);
}

static void a_probe_comes_out_right(struct kunit *test)
{
	static const char * const want[2][2] = { {
		"45000028 00004000 40064e91 c6336401 c000020a "
		"00509c40 1fffffff 10000000 50100000 f7050000",
		"45000028 00004000 400625ce 0a000001 0a000102 "
		"ee481f90 0fffffff 20000000 50100000 5cfa0000",
	}, {
		"60000000 00140640 20010db8 00010000 00000000 00000001 20010db8 000a0000 00000000 0000000a "
		"00509c40 1fffffff 10000000 50100000 87bd0000",
		"60000000 00140640 fd000000 00000001 00000000 00000001 fd000000 00000002 00000000 00000102 "
		"ee481f90 0fffffff 20000000 50100000 76f50000",
	} };
	struct lvsx_tuple fwd = { .sport = htons(40000), .dport = htons(80), .proto = LVSX_TCP };
	struct lvsx_tuple rev = { .sport = htons(8080), .dport = htons(61000), .proto = LVSX_TCP };
	u8 out[WORLD_ROOM], got[LVSX_SEGMENT_MAX];
	struct world *w = test->priv;
	u32 six, to;

	for (six = 0; six < 2; six++) {
		u8 family = six ? LVSX_IPV6 : LVSX_IPV4;
		struct lvsx_half *half[2];	/* to the client, to the real server */

		fwd.family = family;
		rev.family = family;
		memcpy(fwd.saddr, world_client[six], sizeof(fwd.saddr));
		memcpy(fwd.daddr, world_vip[six], sizeof(fwd.daddr));
		memcpy(rev.saddr, world_real[six], sizeof(rev.saddr));
		memcpy(rev.daddr, world_local[six], sizeof(rev.daddr));
		half[1] = world_flow(w, &fwd, &rev);
		KUNIT_ASSERT_NOT_NULL(test, half[1]);
		half[0] = lvsx_flow_other(half[1]);
		half[0]->seq = 0x20000000;
		half[1]->seq = 0x10000000;
		for (to = 0; to < 2; to++) {
			u32 size = golden_bytes(want[six][to], out, sizeof(out));
			struct lvsx_tuple wire;
			struct lvsx_segment s;

			lvsx_half_rewrite(half[to], &wire);
			lvsx_segment_probe(&s, &wire, half[to]->seq, half[!to]->seq);
			s.hops = 64;
			KUNIT_ASSERT_EQ(test, lvsx_segment_write(&s, got), size);
			KUNIT_EXPECT_TRUE_MSG(test, !memcmp(got, out, size), "%u, %u", six, to);
		}
	}
}

static u32 taken(struct lvsx_limit *l, u32 now, u32 rate, u32 tries)
{
	u32 n = 0;

	while (tries--)
		n += lvsx_limit_take(l, now, rate);
	return n;
}

static void so_many_a_second(struct kunit *test)
{
	struct lvsx_limit l = {};
	u32 now = 0xffffff00, n = 0, i;	/* the clock wraps */

	KUNIT_EXPECT_EQ(test, taken(&l, now, 1000, 2000), 250);
	KUNIT_EXPECT_EQ(test, taken(&l, now + 1, 1000, 10), 1);
	KUNIT_EXPECT_EQ(test, taken(&l, now + 11, 1000, 100), 10);
	KUNIT_EXPECT_EQ(test, taken(&l, now + 5000, 1000, 2000), 250);
	now += 5000;
	for (i = 0; i < 10000; i++)
		n += taken(&l, now + i, 1000, 3);
	KUNIT_EXPECT_EQ(test, n, 9999);
	now += i;
	KUNIT_EXPECT_EQ(test, taken(&l, now + 0x80000000, 1000, 2000), 250);

	l = (struct lvsx_limit){};
	KUNIT_EXPECT_EQ(test, taken(&l, now, 0, 10), 0);
	KUNIT_EXPECT_EQ(test, taken(&l, now, 1, 10), 1);
	KUNIT_EXPECT_EQ(test, taken(&l, now + 999, 1, 10), 0);
	KUNIT_EXPECT_EQ(test, taken(&l, now + 1000, 1, 10), 1);
	l = (struct lvsx_limit){};
	KUNIT_EXPECT_EQ(test, taken(&l, now, LVSX_LIMIT_RATE_MAX, 1000000), 250000);
	KUNIT_EXPECT_EQ(test, taken(&l, now + 100, LVSX_LIMIT_RATE_MAX, 1000000), 100000);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(answers_come_out_right),
	KUNIT_CASE(a_packet_becomes_an_rst_to_the_real_server),
	KUNIT_CASE(an_rst_is_not_answered),
	KUNIT_CASE(a_probe_comes_out_right),
	KUNIT_CASE(idle_ends_are_asked_ipv4),
	KUNIT_CASE(idle_ends_are_asked_ipv6),
	KUNIT_CASE(others_are_not),
	KUNIT_CASE(so_many_a_second),
	{}
};

struct kunit_suite lvsx_segment_suite = {
	.name = "lvsx_segment",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
