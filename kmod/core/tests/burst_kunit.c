// SPDX-License-Identifier: GPL-2.0-only
/*
 * burst.h: two worlds get the same traffic of every kind, one packet by packet by lvsx_path(), the
 * other in bursts; what comes out, what is counted and what is left is the same.
 */
#include "suites.h"
#include "make.h"
#include "random.h"
#include "world.h"
#include "core/path/burst.h"
#include "core/pkt/io.h"

#define CLIENTS 1000
#define REGULARS 16		/* clients that half of all packets are of */
#define BURSTS 1500
#define ROOM 192

struct traffic {
	struct world *one, *many;	/* packet by packet; in bursts */
	u32 random;
	u16 lport[2][2][CLIENTS];	/* by family, UDP, client */

	u32 n;				/* of the burst in hand */
	u8 family[LVSX_BURST];
	u8 io_flags[LVSX_BURST];
	u32 linear[LVSX_BURST];
	u32 size[LVSX_BURST];
	u8 in[LVSX_BURST][ROOM];

	struct lvsx_burst burst;
	struct lvsx_io io;
	struct lvsx_pkt pkt[LVSX_BURST];
	u8 verdict[LVSX_BURST];
	u32 sent;			/* by the fast path or behind the slow one */
	u32 fast;			/* how often the fast path asked whether it may */
};

static struct traffic *now;		/* the I/O has no other way to it */

static u32 below(struct traffic *t, u32 n)
{
	return (random_next(&t->random) >> 8) % n;
}

static bool burst_reseat(struct lvsx_pkt *pkt, u32 len)
{
	return world_reseat(pkt, now->in[pkt - now->pkt], len);
}

static bool burst_pull(struct lvsx_pkt *pkt, u32 len)
{
	return len <= pkt->total && (len <= pkt->len || burst_reseat(pkt, len));
}

static bool burst_writable(struct lvsx_pkt *pkt, u32 len)
{
	return len <= pkt->len && burst_reseat(pkt, pkt->len);
}

static __always_inline bool burst_ready(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	const struct world *w = pkt->frame;

	now->fast++;
	return ((const struct lvsx_ip4 *)pkt->data)->ttl > 1 && pkt->end <= w->mtu;
}

static __always_inline bool burst_account(struct lvsx_pkt *pkt, const struct lvsx_half *half,
					  bool rev)
{
	const struct world *w = pkt->frame;

	return !w->real_gone && !w->nodest;
}

static __always_inline void burst_send(struct lvsx_pkt *pkt, bool rev)
{
	now->sent++;
	pkt->io->unroute(pkt);
}

static int set_up(struct kunit *test)
{
	struct traffic *t = world_alloc(sizeof(*t));

	test->priv = t;
	if (!t)
		return -1;
	t->random = 4711;
	t->one = world_new(NULL);
	t->many = world_new(NULL);
	return t->one && t->many ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	struct traffic *t = test->priv;

	if (!t)
		return;
	world_free(t->one);
	world_free(t->many);
	world_unalloc(t);
}

/* One end of a client's flow: what is on the wire there. */
static struct make burst_end(struct traffic *t, u32 who, bool six, bool udp, bool rev)
{
	return (struct make){
		.family = six ? LVSX_IPV6 : LVSX_IPV4,
		.proto = udp ? LVSX_UDP : LVSX_TCP,
		.saddr = (rev ? world_real : world_client)[six],
		.daddr = (rev ? world_local : world_vip)[six],
		.sport = rev ? WORLD_RPORT : (u16)(40000 + who),
		.dport = rev ? t->lport[six][udp][who] : WORLD_VPORT,
	};
}

/* Mostly an established connection's; some open, close, or are nobody's. */
static u8 burst_tcp_flags(struct traffic *t)
{
	static const u8 some[] = { LVSX_TCP_SYN, LVSX_TCP_SYN | LVSX_TCP_ACK,
				   LVSX_TCP_FIN | LVSX_TCP_ACK, LVSX_TCP_RST, 0 };
	u32 which = below(t, 12);

	return which < ARRAY_SIZE(some) ? some[which] : LVSX_TCP_ACK;
}

static u32 burst_lay_error(struct traffic *t, u8 *bytes, const struct make *m)
{
	struct make quoted = *m;

	quoted.saddr = m->daddr;
	quoted.daddr = m->saddr;
	quoted.sport = m->dport;
	quoted.dport = m->sport;
	return make_error(bytes, &quoted, 8 + below(t, 40), m->saddr);
}

static void burst_lay(struct traffic *t, u32 i)
{
	bool six = !below(t, 5), udp = !below(t, 3), rev = below(t, 2);
	struct make m = burst_end(t, below(t, below(t, 2) ? CLIENTS : REGULARS), six, udp, rev);

	m.tcp_flags = burst_tcp_flags(t);
	m.seq = random_next(&t->random);
	m.stamped = below(t, 2);
	m.timestamp = random_next(&t->random);
	m.partial = !below(t, 8);
	m.payload = below(t, 60);
	m.hops = below(t, 10) ? 64 : 1;
	if (below(t, 12))
		t->size[i] = make_packet(t->in[i], &m);
	else
		t->size[i] = burst_lay_error(t, t->in[i], &m);
	if (!below(t, 15))
		t->in[i][below(t, t->size[i])] ^= (u8)random_next(&t->random);
	t->family[i] = below(t, 60) ? m.family : m.family ^ LVSX_IPV4 ^ LVSX_IPV6;
	t->io_flags[i] = m.partial ? LVSX_PKT_PARTIAL : 0;
	t->linear[i] = below(t, 4) ? t->size[i] : below(t, t->size[i] + 1);
}

/* What both worlds are like while this burst comes. */
static void burst_circumstances(struct traffic *t)
{
	u32 ms = below(t, 20) ? below(t, 50) : below(t, 40000);
	u32 what = below(t, 40), at = below(t, 2);
	struct world *w[] = { t->one, t->many };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(w); i++) {
		world_pass(w[i], ms);
		w[i]->at = at;
		w[i]->no_memory = what == 0;
		w[i]->real_gone = what == 1;
		w[i]->nodest = what == 2 ? 5 : 0;
		w[i]->mtu = what == 3 ? 60 : 1500;
		w[i]->locals = what != 4;
		w[i]->martian = what == 5;
		w[i]->leaves = what == 6;
		w[i]->spare_blocks = what == 7 ? 0 : ~0u;
	}
}

static void burst_take_in(struct traffic *t)
{
	u32 i;

	t->io = world_io;
	t->io.pull = burst_pull;
	t->io.writable = burst_writable;
	for (i = 0; i < t->n; i++) {
		struct lvsx_pkt *pkt = &t->pkt[i];

		memset(pkt, 0, sizeof(*pkt));
		pkt->data = world_alloc(t->linear[i]);
		if (pkt->data)
			memcpy(pkt->data, t->in[i], t->linear[i]);
		pkt->len = pkt->data ? t->linear[i] : 0;
		pkt->total = t->size[i];
		pkt->now = t->many->now;
		pkt->cpu = t->many->at;
		pkt->family = t->family[i];
		pkt->flags = t->io_flags[i];
		pkt->frame = t->many;
		pkt->io = &t->io;
		pkt->counters = t->many->counters;
	}
}

/* The same packet, by itself; it leaves with the same bytes for the same reason. */
static void burst_compare(struct kunit *test, struct traffic *t, u32 i)
{
	struct world *one = t->one;
	const struct lvsx_pkt *pkt = &t->pkt[i];
	int verdict;

	one->flags = t->io_flags[i];
	one->linear = t->linear[i];
	verdict = world_send(one, t->in[i], t->size[i], t->family[i]);
	KUNIT_ASSERT_EQ(test, t->verdict[i], verdict);
	if (verdict != LVSX_FORWARD)
		KUNIT_ASSERT_EQ(test, pkt->reason, one->pkt.reason);
	memcpy(t->in[i], pkt->data, pkt->len);
	KUNIT_ASSERT_TRUE(test, !memcmp(t->in[i], one->out, t->size[i]));
	if (verdict == LVSX_FORWARD && one->pkt.tuple.dport == htons(WORLD_VPORT) &&
	    !(one->pkt.flags & LVSX_PKT_ICMP_ERROR)) {
		const struct lvsx_tuple *tuple = &one->pkt.tuple;
		u8 six = tuple->family == LVSX_IPV6, udp = tuple->proto == LVSX_UDP;
		u32 who = ntohs(tuple->sport) - 40000u, l4 = one->pkt.l4;

		if (who < CLIENTS)
			t->lport[six][udp][who] = (u16)(one->out[l4] << 8 | one->out[l4 + 1]);
	}
}

static void burst_compare_books(struct kunit *test, const struct traffic *t)
{
	u32 reason;

	for (reason = 0; reason < LVSX_REASON_MAX; reason++)
		KUNIT_ASSERT_EQ_MSG(test, t->many->counters[reason], t->one->counters[reason],
				    "reason %u", reason);
	KUNIT_ASSERT_EQ(test, world_flows(t->many), world_flows(t->one));
	KUNIT_ASSERT_EQ(test, t->many->uses, t->one->uses);
	KUNIT_ASSERT_EQ(test, t->many->active, t->one->active);
	KUNIT_ASSERT_EQ(test, t->many->gone, t->one->gone);
	KUNIT_ASSERT_EQ(test, t->many->routed, 0u);
	KUNIT_ASSERT_EQ(test, t->one->routed, 0u);
}

static void burst_send_both(struct kunit *test, struct traffic *t)
{
	static const struct lvsx_fast_io fast_io = { burst_ready, burst_writable, burst_account,
						     burst_send };
	u32 forwarded = 0, sent = t->sent, i;

	burst_take_in(t);
	lvsx_path_burst(&fast_io, &t->burst, t->pkt, t->n, &t->many->cpu[t->many->at].plane,
			t->verdict);
	for (i = 0; i < t->n; i++) {
		forwarded += t->verdict[i] == LVSX_FORWARD;
		burst_compare(test, t, i);
		world_unalloc(t->pkt[i].data);
	}
	KUNIT_ASSERT_EQ(test, t->sent - sent, forwarded);
	burst_compare_books(test, t);
}

static void bursts_do_what_single_packets_do(struct kunit *test)
{
	/* This must have happened, or the test has shown nothing. */
	static const u8 reasons[] = {
		LVSX_REASON_FWD, LVSX_REASON_REV, LVSX_REASON_ICMP_FWD, LVSX_REASON_ICMP_REV,
		LVSX_REASON_FLOW_NEW, LVSX_REASON_FLOW_REOPENED, LVSX_REASON_FLOW_EXPIRED,
		LVSX_REASON_FLOW_NODEST, LVSX_REASON_REMOTE, LVSX_REASON_TTL, LVSX_REASON_TOO_BIG,
		LVSX_REASON_REAL_GONE, LVSX_REASON_NO_FLOW, LVSX_REASON_NO_LOCAL,
		LVSX_REASON_NO_MEMORY, LVSX_REASON_PASS_OTHER, LVSX_REASON_MARTIAN,
	};
	struct traffic *t = test->priv;
	u32 burst, i;

	now = t;
	for (burst = 0; burst < BURSTS; burst++) {
		burst_circumstances(t);
		t->n = below(t, LVSX_BURST + 1);
		for (i = 0; i < t->n; i++)
			burst_lay(t, i);
		burst_send_both(test, t);
	}
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		KUNIT_EXPECT_TRUE_MSG(test, t->one->counters[reasons[i]], "reason %u", reasons[i]);
	KUNIT_EXPECT_GT(test, t->fast, t->sent / 6);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(bursts_do_what_single_packets_do),
	{}
};

struct kunit_suite lvsx_burst_suite = {
	.name = "lvsx_burst",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
