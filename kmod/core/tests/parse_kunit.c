// SPDX-License-Identifier: GPL-2.0-only
/* parse.c: what it finds in good packets, and for which reason it rejects bad ones. */
#include "suites.h"
#include "make.h"
#include "packets.h"
#include "world.h"
#include "core/pkt/parse.h"
#include "core/path/xlate.h"

static int set_up(struct kunit *test)
{
	test->priv = world_new(NULL);
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_free(test->priv);
}

static bool to_real(const struct golden *g)
{
	return g->reason == LVSX_REASON_FWD || g->reason == LVSX_REASON_ICMP_FWD;
}

/* Does the tuple belong to the half that a golden packet follows? */
static bool tuple_right(const struct golden *g, const struct lvsx_tuple *t)
{
	bool fwd = to_real(g);
	const __be32 *saddr = (fwd ? world_client : world_real)[g->family];
	const __be32 *daddr = (fwd ? world_vip : world_local)[g->family];

	return t->family == g->family && !memcmp(t->saddr, saddr, g->family * 4) &&
	       !memcmp(t->daddr, daddr, g->family * 4) && t->sport == htons(fwd ? 40000 : 8080) &&
	       t->dport == htons(fwd ? 80 : 61000);
}

/* However little is readable at first, the result is the same, and enough was pulled. */
static void golden_at_every_split(struct kunit *test)
{
	struct world *w = test->priv;
	u8 bytes[WORLD_ROOM];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(golden); i++) {
		const struct golden *g = &golden[i];
		u32 size = golden_bytes(g->in, bytes, sizeof(bytes));
		bool error = g->reason == LVSX_REASON_ICMP_FWD || g->reason == LVSX_REASON_ICMP_REV;

		for (w->linear = 0; w->linear <= size; w->linear++) {
			struct lvsx_pkt *pkt = world_lay(w, bytes, size, g->family);

			KUNIT_ASSERT_EQ_MSG(test, lvsx_parse(pkt), LVSX_NEXT, "%s", g->name);
			KUNIT_ASSERT_TRUE_MSG(test, tuple_right(g, &pkt->tuple), "%s", g->name);
			KUNIT_ASSERT_EQ_MSG(test, pkt->end, size, "%s", g->name);
			KUNIT_ASSERT_EQ_MSG(test, !!(pkt->flags & LVSX_PKT_ICMP_ERROR), error,
					    "%s", g->name);
			KUNIT_ASSERT_TRUE_MSG(test, lvsx_xlate_span(pkt) <= pkt->len,
					      "%s", g->name);
		}
	}
}

/*
 * What is not in a packet is zero, whatever the memory held before: of a golden packet with another
 * protocol, of fragments, and of the start of each.
 */
static void nothing_is_left_unset(struct kunit *test)
{
	struct world *w = test->priv;
	u8 bytes[WORLD_ROOM];
	u32 i, size;

	for (i = 0; i < ARRAY_SIZE(golden); i++) {
		const struct golden *g = &golden[i];
		u32 whole = golden_bytes(g->in, bytes, sizeof(bytes));

		bytes[g->family == LVSX_IPV6 ? 6 : 9] = 253;	/* for experiments, RFC 3692 */
		for (size = 0; size <= whole; size++) {
			struct lvsx_pkt *pkt = world_lay(w, bytes, size, g->family);

			memset(&pkt->tuple, 0xa5, sizeof(pkt->tuple));
			pkt->tcp_flags = 0xa5;
			KUNIT_ASSERT_EQ_MSG(test, lvsx_parse(pkt), LVSX_PASS, "%s", g->name);
			KUNIT_ASSERT_EQ_MSG(test, pkt->tuple.sport, 0, "%s", g->name);
			KUNIT_ASSERT_EQ_MSG(test, pkt->tuple.dport, 0, "%s", g->name);
			KUNIT_ASSERT_EQ_MSG(test, pkt->tcp_flags, 0, "%s", g->name);
			KUNIT_ASSERT_TRUE_MSG(test, pkt->tuple.proto != 0xa5, "%s", g->name);
			KUNIT_ASSERT_TRUE_MSG(test, pkt->tuple.saddr[0] != htonl(0xa5a5a5a5), "%s",
					      g->name);
		}
	}
}

/* The first byte count at which a shorter packet, with a header that says so, is still whole. */
static u32 least(const struct lvsx_pkt *pkt)
{
	if (pkt->flags & LVSX_PKT_ICMP_ERROR)
		return pkt->inner_l4 + 8;
	if (pkt->tuple.proto == LVSX_UDP)
		return pkt->end;
	return pkt->l4 + (pkt->data[pkt->l4 + 12] >> 4) * 4;
}

static void say_length(u8 *bytes, u32 size, u8 family)
{
	u8 *field = bytes + (family == LVSX_IPV6 ? 4 : 2);
	u32 length = family == LVSX_IPV6 ? size - 40 : size;

	field[0] = (u8)(length >> 8);
	field[1] = (u8)length;
}

static void cut_short(struct kunit *test)
{
	struct world *w = test->priv;
	u8 bytes[WORLD_ROOM];
	u32 i, cut;

	for (i = 0; i < ARRAY_SIZE(golden); i++) {
		const struct golden *g = &golden[i];
		u32 size = golden_bytes(g->in, bytes, sizeof(bytes)), whole;
		struct lvsx_pkt *pkt = world_lay(w, bytes, size, g->family);

		KUNIT_ASSERT_EQ(test, lvsx_parse(pkt), LVSX_NEXT);
		whole = least(pkt);
		for (cut = 0; cut < size; cut++) {
			/* the header claims more than came */
			pkt = world_lay(w, bytes, cut, g->family);
			KUNIT_ASSERT_EQ_MSG(test, lvsx_parse(pkt), LVSX_PASS, "%s", g->name);
			KUNIT_ASSERT_EQ_MSG(test, pkt->reason, LVSX_REASON_BAD_IP, "%s", g->name);
		}
		for (cut = g->family == LVSX_IPV6 ? 40 : 20; cut < size; cut++) {
			/* the header tells; padding follows */
			say_length(bytes, cut, g->family);
			pkt = world_lay(w, bytes, size, g->family);
			KUNIT_ASSERT_EQ_MSG(test, lvsx_parse(pkt) == LVSX_NEXT, cut >= whole,
					    "%s, %u of %u", g->name, cut, size);
			if (cut < whole)
				KUNIT_ASSERT_TRUE_MSG(test, pkt->reason >= LVSX_REASON_BAD_IP,
						      "%s, %u of %u", g->name, cut, size);
		}
	}
}

static void no_memory_is_told(struct kunit *test)
{
	struct world *w = test->priv;
	u8 bytes[WORLD_ROOM];
	u32 i;

	w->no_memory = true;
	for (i = 0; i < ARRAY_SIZE(golden); i++) {
		u32 size = golden_bytes(golden[i].in, bytes, sizeof(bytes)), refused = 0;

		for (w->linear = 0; w->linear < size; w->linear++) {
			struct lvsx_pkt *pkt = world_lay(w, bytes, size, golden[i].family);

			if (lvsx_parse(pkt) == LVSX_NEXT)
				continue;
			refused++;
			KUNIT_ASSERT_EQ_MSG(test, pkt->reason, LVSX_REASON_NO_MEMORY,
					    "%s at %u", golden[i].name, w->linear);
		}
		KUNIT_EXPECT_TRUE_MSG(test, refused >= 28, "%s", golden[i].name);
	}
}

enum base { TCP4, UDP4, ERR4, TCP6, UDP6, ERR6 };

static u32 make_base(u8 *bytes, enum base base)
{
	bool six = base >= TCP6;
	struct make m = {
		.family = six ? LVSX_IPV6 : LVSX_IPV4,
		.proto = base % 3 == UDP4 ? LVSX_UDP : LVSX_TCP,
		.saddr = world_client[six],
		.daddr = world_vip[six],
		.sport = 40000,
		.dport = 80,
		.tcp_flags = LVSX_TCP_ACK,
		.payload = 12,
	};

	return base % 3 == ERR4 ? make_error(bytes, &m, 1000, world_vip[six]) :
				  make_packet(bytes, &m);
}

/* One byte of a good packet changed. */
static const struct {
	const char *name;
	enum base base;
	u8 at;
	u8 value;
	u8 reason;	/* FWD: still good */
} changed[] = {
	{ "nothing", TCP4, 0, 0x45, LVSX_REASON_FWD },
	{ "version 5", TCP4, 0, 0x55, LVSX_REASON_BAD_IP },
	{ "version 6 handed up as IPv4", TCP4, 0, 0x65, LVSX_REASON_BAD_IP },
	{ "IHL 4", TCP4, 0, 0x44, LVSX_REASON_BAD_IP },
	{ "IHL beyond the packet", UDP4, 0, 0x4f, LVSX_REASON_BAD_IP },
	{ "total length 19", TCP4, 3, 19, LVSX_REASON_BAD_IP },
	{ "total length beyond the packet", TCP4, 2, 1, LVSX_REASON_BAD_IP },
	{ "more fragments", TCP4, 6, 0x20, LVSX_REASON_FRAGMENT },
	{ "fragment offset 1", TCP4, 7, 1, LVSX_REASON_FRAGMENT },
	{ "may be split", TCP4, 6, 0, LVSX_REASON_FWD },
	{ "GRE", TCP4, 9, 47, LVSX_REASON_PASS_PROTO },
	{ "ICMPv6 over IPv4", TCP4, 9, 58, LVSX_REASON_PASS_PROTO },
	{ "data offset 4", TCP4, 32, 0x40, LVSX_REASON_BAD_L4 },
	{ "data offset beyond the packet", TCP4, 32, 0xf0, LVSX_REASON_BAD_L4 },
	{ "data offset 8", TCP4, 32, 0x80, LVSX_REASON_FWD },
	{ "UDP length 7", UDP4, 25, 7, LVSX_REASON_BAD_L4 },
	{ "UDP length 8", UDP4, 25, 8, LVSX_REASON_FWD },
	{ "UDP length beyond the packet", UDP4, 25, 21, LVSX_REASON_BAD_L4 },
	{ "echo request", ERR4, 20, 8, LVSX_REASON_PASS_PROTO },
	{ "redirect", ERR4, 20, 5, LVSX_REASON_PASS_PROTO },
	{ "unreachable", ERR4, 20, 3, LVSX_REASON_FWD },
	{ "quoted version 6", ERR4, 28, 0x65, LVSX_REASON_BAD_ICMP },
	{ "quoted IHL 4", ERR4, 28, 0x44, LVSX_REASON_BAD_ICMP },
	{ "quoted ICMP", ERR4, 37, 1, LVSX_REASON_PASS_PROTO },
	{ "quoted fragment", ERR4, 35, 1, LVSX_REASON_PASS_PROTO },
	{ "quoted first fragment", ERR4, 34, 0x20, LVSX_REASON_FWD },
	{ "quoted source is not who the error goes to", ERR4, 43, 99, LVSX_REASON_BAD_ICMP },
	{ "version 4 handed up as IPv6", TCP6, 0, 0x40, LVSX_REASON_BAD_IP },
	{ "payload length beyond the packet", TCP6, 5, 33, LVSX_REASON_BAD_IP },
	{ "payload length short of TCP", TCP6, 5, 19, LVSX_REASON_BAD_L4 },
	{ "no next header", TCP6, 6, 59, LVSX_REASON_PASS_PROTO },
	{ "ICMP over IPv6", TCP6, 6, 1, LVSX_REASON_PASS_PROTO },
	{ "UDP length beyond the packet", UDP6, 45, 21, LVSX_REASON_BAD_L4 },
	{ "echo request", ERR6, 40, 128, LVSX_REASON_PASS_PROTO },
	{ "type 0", ERR6, 40, 0, LVSX_REASON_PASS_PROTO },
	{ "parameter problem", ERR6, 40, 4, LVSX_REASON_FWD },
	{ "type 5", ERR6, 40, 5, LVSX_REASON_PASS_PROTO },
	{ "quoted version 4", ERR6, 48, 0x45, LVSX_REASON_BAD_ICMP },
	{ "quoted ICMPv6", ERR6, 54, 58, LVSX_REASON_PASS_PROTO },
	{ "quoted source is not who the error goes to", ERR6, 71, 99, LVSX_REASON_BAD_ICMP },
};

static void one_byte_changed(struct kunit *test)
{
	struct world *w = test->priv;
	u8 bytes[WORLD_ROOM];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(changed); i++) {
		u32 size = make_base(bytes, changed[i].base);
		struct lvsx_pkt *pkt;
		bool good = changed[i].reason == LVSX_REASON_FWD;
		int verdict;

		bytes[changed[i].at] = changed[i].value;
		pkt = world_lay(w, bytes, size, changed[i].base >= TCP6 ? LVSX_IPV6 : LVSX_IPV4);
		verdict = lvsx_parse(pkt);
		KUNIT_EXPECT_EQ_MSG(test, verdict, good ? LVSX_NEXT : LVSX_PASS, "%s",
				    changed[i].name);
		if (!good)
			KUNIT_EXPECT_EQ_MSG(test, pkt->reason, changed[i].reason, "%s",
					    changed[i].name);
		if (pkt->reason == LVSX_REASON_FRAGMENT)
			KUNIT_EXPECT_EQ(test, pkt->flags, LVSX_PKT_FRAGMENT);
	}
}

/* @chain: bytes of extension headers between the IPv6 header and TCP; eight a line. */
static void expect_ext(struct kunit *test, const char *name, u8 first, const u8 *chain, u32 len,
		       int verdict, u8 reason)
{
	struct world *w = test->priv;
	u8 bytes[WORLD_ROOM], plain[WORLD_ROOM];
	u32 size = make_base(plain, TCP6);
	struct lvsx_pkt *pkt;

	memcpy(bytes, plain, 40);
	memcpy(bytes + 40, chain, len);
	memcpy(bytes + 40 + len, plain + 40, size - 40);
	bytes[6] = first;
	say_length(bytes, size + len, LVSX_IPV6);
	w->linear = 0;
	pkt = world_lay(w, bytes, size + len, LVSX_IPV6);
	KUNIT_EXPECT_EQ_MSG(test, lvsx_parse(pkt), verdict, "%s", name);
	if (verdict == LVSX_NEXT) {
		KUNIT_EXPECT_EQ_MSG(test, pkt->l4, 40 + len, "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, pkt->tuple.dport, htons(80), "%s", name);
	} else {
		KUNIT_EXPECT_EQ_MSG(test, pkt->reason, reason, "%s", name);
		KUNIT_EXPECT_TRUE_MSG(test, lvsx_host_is_ours(pkt), "%s", name);
	}
}

static void extension_headers(struct kunit *test)
{
	static const u8 options[] = { 60, 0, 1, 4, 0, 0, 0, 0, 6, 1, 1, 12 };
	static const u8 routing[] = { 6, 0, 4, 0, 0, 0, 0, 0 };
	static const u8 routing_left[] = { 6, 0, 4, 1, 0, 0, 0, 0 };
	static const u8 atomic[] = { 6, 0, 0, 0, 1, 2, 3, 4 };
	static const u8 first[] = { 6, 0, 0, 1, 1, 2, 3, 4 };
	static const u8 later[] = { 6, 0, 0, 8, 1, 2, 3, 4 };
	static const u8 twice[] = { 44, 0, 0, 1, 1, 2, 3, 4, 6, 0, 0, 0, 1, 2, 3, 4 };
	static const u8 long_one[] = { 6, 200, 1, 4, 0, 0, 0, 0 };
	u8 chain[72] = { 0 };
	u32 i;

	memcpy(chain, options, sizeof(options));
	expect_ext(test, "hop-by-hop, destination options", 0, chain, 24, LVSX_NEXT, 0);
	expect_ext(test, "routing, done", 43, routing, 8, LVSX_NEXT, 0);
	expect_ext(test, "routing, not done", 43, routing_left, 8, LVSX_PASS, LVSX_REASON_BAD_IP);
	expect_ext(test, "atomic fragment", 44, atomic, 8, LVSX_NEXT, 0);
	expect_ext(test, "first fragment", 44, first, 8, LVSX_PASS, LVSX_REASON_FRAGMENT);
	expect_ext(test, "later fragment", 44, later, 8, LVSX_PASS, LVSX_REASON_FRAGMENT);
	expect_ext(test, "first fragment, and an atomic one behind it", 44, twice, 16, LVSX_PASS,
		   LVSX_REASON_FRAGMENT);
	expect_ext(test, "beyond the packet", 60, long_one, 8, LVSX_PASS, LVSX_REASON_BAD_L4);

	for (i = 0; i < 9; i++)
		chain[i * 8] = 60;
	memset(chain + 1, 0, 7);
	for (i = 1; i < 9; i++)
		memset(chain + i * 8 + 1, 0, 7);
	chain[64] = 6;
	expect_ext(test, "nine headers", 60, chain, 72, LVSX_PASS, LVSX_REASON_BAD_IP);
	chain[56] = 6;
	expect_ext(test, "eight headers", 60, chain, 64, LVSX_NEXT, 0);
}

/* A packet is parsed again once the world has reassembled it. */
static void again_after_reassembly(struct kunit *test)
{
	struct world *w = test->priv;
	u8 bytes[WORLD_ROOM];
	u32 size = make_base(bytes, UDP4);
	struct lvsx_pkt *pkt;

	bytes[6] = 0x20;
	w->flags = LVSX_PKT_PARTIAL;
	pkt = world_lay(w, bytes, size, LVSX_IPV4);
	KUNIT_EXPECT_EQ(test, lvsx_parse(pkt), LVSX_PASS);
	KUNIT_EXPECT_EQ(test, pkt->flags, LVSX_PKT_PARTIAL | LVSX_PKT_FRAGMENT);
	pkt->data[6] = 0;
	KUNIT_EXPECT_EQ(test, lvsx_parse(pkt), LVSX_NEXT);
	KUNIT_EXPECT_EQ(test, pkt->flags, LVSX_PKT_PARTIAL);
}

/* GSO packets beyond 64 KiB: headers say 0, the world knows the size. */
static void beyond_64k(struct kunit *test)
{
	static const enum base bases[] = { TCP4, TCP6 };
	struct world *w = test->priv;
	u8 bytes[WORLD_ROOM];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bases); i++) {
		u32 size = make_base(bytes, bases[i]);
		struct lvsx_pkt *pkt;

		memset(bytes + (i ? 4 : 2), 0, 2);
		pkt = world_lay(w, bytes, size, i ? LVSX_IPV6 : LVSX_IPV4);
		KUNIT_EXPECT_EQ(test, lvsx_parse(pkt), LVSX_PASS);
		pkt = world_lay(w, bytes, size, i ? LVSX_IPV6 : LVSX_IPV4);
		pkt->total = 100000;
		KUNIT_EXPECT_EQ(test, lvsx_parse(pkt), LVSX_NEXT);
		KUNIT_EXPECT_EQ(test, pkt->end, 100000);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(golden_at_every_split),
	KUNIT_CASE(nothing_is_left_unset),
	KUNIT_CASE(cut_short),
	KUNIT_CASE(no_memory_is_told),
	KUNIT_CASE(one_byte_changed),
	KUNIT_CASE(extension_headers),
	KUNIT_CASE(again_after_reassembly),
	KUNIT_CASE(beyond_64k),
	{}
};

struct kunit_suite lvsx_parse_suite = {
	.name = "lvsx_parse",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
