// SPDX-License-Identifier: GPL-2.0-only
/* portmap.c: Toeplitz as NICs compute it, and ports whose replies arrive on their owner. */
#include "suites.h"
#include "world.h"
#include "core/port/portmap.h"

/* The published verification suite for receive-side scaling: its key and tuples. */
static const u8 key[LVSX_RSS_KEY_LEN] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3,
	0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3,
	0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

struct vector {
	u8 family;
	u32 saddr[4];
	u32 daddr[4];
	u16 sport;
	u16 dport;
	u32 hash;
};

static const struct vector vectors[] = {
	{ LVSX_IPV4, { 0x420995bb }, { 0xa18e6450 }, 2794, 1766, 0x51ccc178 },
	{ LVSX_IPV4, { 0xc75c6f02 }, { 0x41458c53 }, 14230, 4739, 0xc626b0ea },
	{ LVSX_IPV4, { 0x1813c65f }, { 0x0c16cfb8 }, 12898, 38024, 0x5c2b394a },
	{ LVSX_IPV4, { 0x261bcd1e }, { 0xd18ea306 }, 48228, 2217, 0xafc7327f },
	{ LVSX_IPV4, { 0x9927a3bf }, { 0xcabc7f02 }, 44251, 1303, 0x10e828a2 },
	{ LVSX_IPV6,
	  { 0x3ffe2501, 0x02001fff, 0, 7 },
	  { 0x3ffe2501, 0x02000003, 0, 1 },
	  2794,
	  1766,
	  0x40207d3d },
	{ LVSX_IPV6,
	  { 0x3ffe0501, 0x00080000, 0x026097ff, 0xfe40efab },
	  { 0xff020000, 0, 0, 1 },
	  14230,
	  4739,
	  0xdde51bbf },
	{ LVSX_IPV6,
	  { 0x3ffe1900, 0x45450003, 0x0200f8ff, 0xfe2167cf },
	  { 0xfe800000, 0, 0x0200f8ff, 0xfe2167cf },
	  44251,
	  38024,
	  0x02d1feef },
};

static struct lvsx_tuple tuple_of(const struct vector *v)
{
	struct lvsx_tuple t = {
		.family = v->family, .sport = htons(v->sport), .dport = htons(v->dport),
	};
	u32 i;

	for (i = 0; i < lvsx_words(v->family); i++) {
		t.saddr[i] = htonl(v->saddr[i]);
		t.daddr[i] = htonl(v->daddr[i]);
	}
	return t;
}

static int set_up(struct kunit *test)
{
	test->priv = world_alloc(sizeof(struct lvsx_portmap));
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_unalloc(test->priv);
}

static void hashes_as_published(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct lvsx_tuple t = tuple_of(&vectors[i]);

		KUNIT_EXPECT_EQ_MSG(test, lvsx_portmap_toeplitz(key, &t), vectors[i].hash,
				    "vector %u", i);
	}
}

/* Each port is in the map once, and its owner is by base XOR class. */
static void check_ports(struct kunit *test, const struct lvsx_portmap *r, const struct vector *v)
{
	const struct lvsx_portmap_ports *p = &r->ports[v->family];
	struct lvsx_tuple t = tuple_of(v);
	u32 base = lvsx_portmap_base(r, t.saddr, t.daddr, t.sport, v->family), c, i, wrong = 0,
	    n = 0;
	u8 *seen = world_alloc(65536 + 1);

	KUNIT_ASSERT_NOT_NULL(test, seen);
	KUNIT_EXPECT_EQ(test, p->start[0], 0);
	KUNIT_EXPECT_EQ(test, p->start[LVSX_PORT_CLASSES], LVSX_PORTS);
	for (c = 0; c < LVSX_PORT_CLASSES; c++) {
		for (i = p->start[c]; i < p->start[c + 1]; i++) {
			wrong += p->port[i] < LVSX_PORT_MIN || seen[p->port[i]]++;
			t.dport = htons(p->port[i]);
			wrong += lvsx_portmap_cpu(r, &t) != r->cpu_of[c ^ base];
			n++;
		}
	}
	world_unalloc(seen);
	KUNIT_EXPECT_EQ(test, n, LVSX_PORTS);
	KUNIT_EXPECT_EQ(test, wrong, 0u);
}

static void ports_come_home_by_toeplitz(struct kunit *test)
{
	static const u16 cpus[] = { 0, 1, 2, 4 };	/* squares modulo 7 */
	struct lvsx_portmap *r = test->priv;
	u16 indir[128];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(indir); i++)
		indir[i] = (u16)(i * i % 7);
	KUNIT_ASSERT_TRUE(test, lvsx_portmap_init_rss(r, 2, key, sizeof(key), indir, 128, cpus,
						      ARRAY_SIZE(cpus)));
	KUNIT_EXPECT_EQ(test, r->generation, 2u);
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct lvsx_tuple t = tuple_of(&vectors[i]);

		/* exactly as the NIC does */
		KUNIT_EXPECT_EQ(test, lvsx_portmap_cpu(r, &t), indir[vectors[i].hash & 127]);
		check_ports(test, r, &vectors[i]);
	}
}

/* Clients' packets may arrive on any CPU, so each has ports, whatever the NIC's queues. */
static void unserved_cpus_get_their_turn(struct kunit *test)
{
	static const u16 cpus[] = { 0, 1, 2, 3, 4, 5 };
	struct lvsx_portmap *r = test->priv;
	u32 count[6] = { 0 }, i, strange = 0;
	u16 indir[64];

	/* queues on CPUs 0, 1 and 2, the last of them unknown */
	for (i = 0; i < ARRAY_SIZE(indir); i++)
		indir[i] = i % 3 == 2 ? LVSX_NO_CPU : (u16)(i % 3);
	KUNIT_ASSERT_TRUE(test, lvsx_portmap_init_rss(r, 1, key, sizeof(key), indir, 64, cpus, 6));
	for (i = 0; i < LVSX_PORT_CLASSES; i++) {
		u16 home = indir[i % 64], turn = (u16)(i % 6);

		KUNIT_ASSERT_LT(test, r->cpu_of[i], 6);
		count[r->cpu_of[i]]++;
		strange += r->cpu_of[i] != (turn < 2 && home != LVSX_NO_CPU ? home : turn);
	}
	KUNIT_EXPECT_EQ(test, strange, 0u);
	for (i = 2; i < 6; i++)
		KUNIT_EXPECT_GE(test, count[i], LVSX_PORT_CLASSES / 6);
	check_ports(test, r, &vectors[0]);
	check_ports(test, r, &vectors[5]);
}

static void plain_deals_to_all(struct kunit *test)
{
	static const u16 cpus[3] = { 4, 0, 9 };
	struct lvsx_portmap *r = test->priv;
	u32 count[10] = { 0 }, i;

	lvsx_portmap_init_rr(r, 1, cpus, 3);
	check_ports(test, r, &vectors[0]);
	check_ports(test, r, &vectors[5]);
	for (i = 0; i < LVSX_PORT_CLASSES; i++)
		count[r->cpu_of[i]] += r->ports[0].start[i + 1] - r->ports[0].start[i];
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_GT(test, count[cpus[i]], LVSX_PORTS / 3 - 64);
		KUNIT_EXPECT_LT(test, count[cpus[i]], LVSX_PORTS / 3 + 64);
	}
	lvsx_portmap_init_rr(r, 2, cpus, 0);
	KUNIT_EXPECT_EQ(test, r->cpu_of[0], LVSX_NO_CPU);
}

static void refuses_what_it_cannot_follow(struct kunit *test)
{
	static const struct {
		u32 key_len;
		u32 indir_size;
		u16 cpus;
		bool fits;
	} cases[] = {
		{ LVSX_RSS_KEY_LEN - 1, 128, 1, false },
		{ LVSX_RSS_KEY_LEN, 0, 1, false },
		{ LVSX_RSS_KEY_LEN, 96, 1, false },
		{ LVSX_RSS_KEY_LEN, 4096, 1, false },
		{ LVSX_RSS_KEY_LEN, 128, 0, false },
		{ LVSX_RSS_KEY_LEN, 2048, 1, true },
		{ LVSX_RSS_KEY_LEN, 1, 1, true },
	};
	static const u16 indir[4096], cpu;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		bool fits = lvsx_portmap_init_rss(test->priv, 1, key, cases[i].key_len, indir,
						   cases[i].indir_size, &cpu, cases[i].cpus);

		KUNIT_EXPECT_EQ_MSG(test, fits, cases[i].fits, "case %u", i);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(hashes_as_published),
	KUNIT_CASE(ports_come_home_by_toeplitz),
	KUNIT_CASE(unserved_cpus_get_their_turn),
	KUNIT_CASE(plain_deals_to_all),
	KUNIT_CASE(refuses_what_it_cannot_follow),
	{}
};

struct kunit_suite lvsx_portmap_suite = {
	.name = "lvsx_portmap",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
