// SPDX-License-Identifier: GPL-2.0-only
/* path.c: flows, from their first packet to their end. */
#include "suites.h"
#include "make.h"
#include "sums.h"
#include "world.h"
#include "core/port/ports.h"
#include "core/path/expire.h"
#include "core/path/track.h"

static int set_up(struct kunit *test)
{
	test->priv = world_new(NULL);
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_free(test->priv);
}

struct talk {
	bool six;
	u8 proto;
	u16 cport;
	u16 lport;	/* 0: not known yet */
	u32 seq, ack;	/* as in struct make */
};

/* Sends a packet of one end; learns the local port from the result. */
static int say(struct kunit *test, struct talk *t, bool rev, u8 tcp_flags, u32 payload)
{
	struct world *w = test->priv;
	struct make m = {
		.family = t->six ? LVSX_IPV6 : LVSX_IPV4, .proto = t->proto,
		.saddr = (rev ? world_real : world_client)[t->six],
		.daddr = (rev ? world_local : world_vip)[t->six],
		.sport = rev ? WORLD_RPORT : t->cport, .dport = rev ? t->lport : WORLD_VPORT,
		.tcp_flags = tcp_flags, .seq = t->seq, .ack = t->ack, .payload = payload,
	};
	struct make want = m;
	u8 bytes[WORLD_ROOM];
	u32 size = make_packet(bytes, &m), l4 = t->six ? 40 : 20;
	int verdict = world_send(w, bytes, size, m.family);

	if (verdict != LVSX_FORWARD)
		return verdict;
	if (!t->lport)
		t->lport = (u16)(w->out[l4] << 8 | w->out[l4 + 1]);
	want.saddr = (rev ? world_vip : world_local)[t->six];
	want.daddr = (rev ? world_client : world_real)[t->six];
	want.sport = rev ? WORLD_VPORT : t->lport;
	want.dport = rev ? t->cport : WORLD_RPORT;
	want.hops = 63;
	make_packet(bytes, &want);
	KUNIT_EXPECT_TRUE(test, !memcmp(bytes, w->out, size));
	return verdict;
}

static void connection(struct kunit *test, bool six)
{
	struct world *w = test->priv;
	struct talk t = { .six = six, .proto = LVSX_TCP, .cport = 33333, .seq = 77 };
	u32 i;

	KUNIT_ASSERT_EQ(test, say(test, &t, false, LVSX_TCP_SYN, 0), LVSX_FORWARD);
	KUNIT_EXPECT_GE(test, t.lport, LVSX_PORT_MIN);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_NEW], 1);
	KUNIT_EXPECT_EQ(test, w->pkt.half->real, WORLD_REAL_ID);
	KUNIT_EXPECT_EQ(test, w->pkt.half->fwd.shadow, WORLD_SHADOW);
	KUNIT_ASSERT_EQ(test, say(test, &t, true, LVSX_TCP_SYN | LVSX_TCP_ACK, 0), LVSX_FORWARD);
	for (i = 0; i < 100; i++) {
		KUNIT_ASSERT_EQ(test, say(test, &t, false, LVSX_TCP_ACK, i), LVSX_FORWARD);
		KUNIT_ASSERT_EQ(test, say(test, &t, true, LVSX_TCP_ACK, 2 * i), LVSX_FORWARD);
		world_pass(w, 60 * 1000);	/* an hour and more, never idle for long */
	}
	KUNIT_EXPECT_EQ(test, w->active, 1);
	say(test, &t, false, LVSX_TCP_FIN | LVSX_TCP_ACK, 0);
	say(test, &t, true, LVSX_TCP_FIN | LVSX_TCP_ACK, 0);
	KUNIT_ASSERT_EQ(test, say(test, &t, false, LVSX_TCP_ACK, 0), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, w->active, 0);
	KUNIT_EXPECT_EQ(test, w->uses, 1);
	world_pass(w, 119 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 1);
	world_pass(w, 3 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	KUNIT_EXPECT_EQ(test, w->uses, 0);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_EXPIRED], 1);
	KUNIT_EXPECT_EQ(test, say(test, &t, false, LVSX_TCP_ACK, 0), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_NO_FLOW);
}

static void connection_ipv4(struct kunit *test)
{
	connection(test, false);
}

static void connection_ipv6(struct kunit *test)
{
	connection(test, true);
}

static void datagrams(struct kunit *test)
{
	struct world *w = test->priv;
	struct talk t = { .proto = LVSX_UDP, .cport = 5353 };

	KUNIT_ASSERT_EQ(test, say(test, &t, false, 0, 33), LVSX_FORWARD);
	KUNIT_ASSERT_EQ(test, say(test, &t, true, 0, 333), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, w->pkt.half->state, LVSX_STATE_UDP);
	KUNIT_EXPECT_EQ(test, w->active, 0);
	world_pass(w, 299 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 1);
	world_pass(w, 3 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	KUNIT_EXPECT_EQ(test, w->uses, 0);
}

/* A service's own timeout, longer or shorter, is for established flows only. */
static void own_timeout(struct kunit *test)
{
	struct world *w = test->priv;
	struct talk tcp = { .proto = LVSX_TCP, .cport = 33333, .seq = 77 };
	struct talk half = { .proto = LVSX_TCP, .cport = 33334, .seq = 77 };
	struct talk udp = { .proto = LVSX_UDP, .cport = 5353 };

	w->idle_ms = 10 * 1000;
	say(test, &tcp, false, LVSX_TCP_SYN, 0);
	say(test, &tcp, true, LVSX_TCP_SYN | LVSX_TCP_ACK, 0);
	KUNIT_ASSERT_EQ(test, say(test, &tcp, false, LVSX_TCP_ACK, 0), LVSX_FORWARD);
	KUNIT_ASSERT_EQ(test, say(test, &half, false, LVSX_TCP_SYN, 0), LVSX_FORWARD);
	KUNIT_ASSERT_EQ(test, say(test, &udp, false, 0, 33), LVSX_FORWARD);
	world_pass(w, 9 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 3);
	world_pass(w, 2 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 1);	/* the flow that waits for its SYN-ACK */
	world_pass(w, 120 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);

	/* The timeout of all flows may be short, too. */
	w->idle_ms = 0;
	w->timeouts.ms[LVSX_STATE_ESTABLISHED] = 10 * 1000;
	tcp.lport = 0;
	say(test, &tcp, false, LVSX_TCP_SYN, 0);
	say(test, &tcp, true, LVSX_TCP_SYN | LVSX_TCP_ACK, 0);
	KUNIT_ASSERT_EQ(test, say(test, &tcp, false, LVSX_TCP_ACK, 0), LVSX_FORWARD);
	world_pass(w, 11 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);

	w->idle_ms = 1000 * 1000;
	udp.lport = 0;
	KUNIT_ASSERT_EQ(test, say(test, &udp, false, 0, 33), LVSX_FORWARD);
	world_pass(w, 999 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 1);
	world_pass(w, 3 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
}

/* A client that reuses its port gets a new flow, and the old flow's local port is free. */
static void client_reuses_its_port(struct kunit *test)
{
	struct world *w = test->priv;
	struct talk t = { .proto = LVSX_TCP, .cport = 33333, .seq = 77 };

	say(test, &t, false, LVSX_TCP_SYN, 0);
	say(test, &t, true, LVSX_TCP_SYN | LVSX_TCP_ACK, 0);
	say(test, &t, false, LVSX_TCP_ACK, 0);
	say(test, &t, true, LVSX_TCP_FIN | LVSX_TCP_ACK, 0);
	KUNIT_ASSERT_EQ(test, say(test, &t, false, LVSX_TCP_FIN | LVSX_TCP_ACK, 0), LVSX_FORWARD);
	t.lport = 0;
	t.seq += 100000;
	KUNIT_ASSERT_EQ(test, say(test, &t, false, LVSX_TCP_SYN, 0), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_REOPENED], 1);
	KUNIT_EXPECT_EQ(test, world_flows(w), 1);
	KUNIT_EXPECT_EQ(test, w->uses, 1);
	KUNIT_EXPECT_EQ(test, w->active, 1);
	KUNIT_ASSERT_EQ(test, say(test, &t, true, LVSX_TCP_SYN | LVSX_TCP_ACK, 0), LVSX_FORWARD);
}

/* Each way to be refused has its reason, and nothing is held afterwards. */
static void refusals(struct kunit *test)
{
	struct world *w = test->priv;
	struct talk t = { .proto = LVSX_TCP, .cport = 33333 };
	struct make m = {
		.family = LVSX_IPV4,
		.proto = LVSX_TCP,
		.saddr = world_client[0],
		.daddr = world_vip[0],
		.sport = 1,
		.dport = 81,
		.tcp_flags = LVSX_TCP_SYN,
	};
	u8 bytes[WORLD_ROOM];

	KUNIT_EXPECT_EQ(test, world_send(w, bytes, make_packet(bytes, &m), LVSX_IPV4), LVSX_PASS);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_PASS_OTHER);

	KUNIT_EXPECT_EQ(test, say(test, &t, false, LVSX_TCP_ACK, 0), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_NO_FLOW);

	w->locals = 0;
	KUNIT_EXPECT_EQ(test, say(test, &t, false, LVSX_TCP_SYN, 0), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_NO_LOCAL);
	KUNIT_EXPECT_EQ(test, w->uses, 0);
	w->locals = 1;

	/* larger than the MTU, of an existing flow */
	KUNIT_EXPECT_EQ(test, say(test, &t, false, LVSX_TCP_SYN, 0), LVSX_FORWARD);
	w->mtu = 100;
	KUNIT_EXPECT_EQ(test, say(test, &t, false, LVSX_TCP_ACK, 200), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_TOO_BIG);
	w->mtu = 1500;

	w->no_memory = true;
	KUNIT_EXPECT_EQ(test, say(test, &t, false, LVSX_TCP_ACK, 0), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_NO_MEMORY);
	KUNIT_EXPECT_EQ(test, w->routed, 0u);
	w->no_memory = false;

	w->real_gone = true;
	KUNIT_EXPECT_EQ(test, say(test, &t, false, LVSX_TCP_ACK, 0), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_REAL_GONE);
	KUNIT_EXPECT_EQ(test, world_flows(w), 1);
	w->real_gone = false;
}

static void last_hop(struct kunit *test)
{
	struct world *w = test->priv;
	struct make m = {
		.family = LVSX_IPV4,
		.proto = LVSX_UDP,
		.saddr = world_client[0],
		.daddr = world_vip[0],
		.sport = 1,
		.dport = WORLD_VPORT,
		.hops = 1,
	};
	u8 bytes[WORLD_ROOM];

	KUNIT_EXPECT_EQ(test, world_send(w, bytes, make_packet(bytes, &m), LVSX_IPV4), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_TTL);
	m.hops = 2;
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, make_packet(bytes, &m), LVSX_IPV4),
			LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, w->out[8], 1);
}

/* A firewall mark's service never falls through; others' packets are left to them. */
static void fragments_and_the_malformed(struct kunit *test)
{
	struct world *w = test->priv;
	struct make m = {
		.family = LVSX_IPV4,
		.proto = LVSX_UDP,
		.saddr = world_client[0],
		.daddr = world_vip[0],
		.sport = 1,
		.dport = WORLD_VPORT,
		.payload = 64,
	};
	u8 bytes[WORLD_ROOM];
	u32 size = make_packet(bytes, &m);

	bytes[6] = 0x20;
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, size, LVSX_IPV4), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FRAGMENT], 1);
	m.daddr = world_real[0];
	make_packet(bytes, &m);
	bytes[6] = 0x20;
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, size, LVSX_IPV4), LVSX_PASS);
	bytes[6] = 0;
	bytes[25] = 200;
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, size, LVSX_IPV4), LVSX_PASS);
	m.daddr = world_vip[0];
	make_packet(bytes, &m);
	bytes[25] = 200;
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, size, LVSX_IPV4), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_BAD_L4], 1);
}

/*
 * With every port in use, a closed flow's port serves the next client, if the real server will take
 * its SYN for a new one; at once, even when the flow was closed @by another CPU.
 */
static void ports_run_out(struct kunit *test, u16 by)
{
	struct world *w = test->priv;
	struct talk first = { .proto = LVSX_TCP, .cport = 1, .seq = 1000, .ack = 1001 }, t;
	u32 made = 1, i;

	/* only one class of ports has an owner */
	for (i = 1; i < LVSX_PORT_CLASSES; i++)
		w->map->cpu_of[i] = LVSX_NO_CPU;
	KUNIT_ASSERT_EQ(test, say(test, &first, false, LVSX_TCP_SYN, 0), LVSX_FORWARD);
	do {
		made++;
		t = (struct talk){ .proto = LVSX_TCP, .cport = (u16)made, .seq = 1000 };
	} while (made < 1000 && say(test, &t, false, LVSX_TCP_SYN, 0) == LVSX_FORWARD);
	KUNIT_EXPECT_GT(test, made, 20);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_NO_PORT);
	KUNIT_EXPECT_EQ(test, w->uses, (int)made - 1);

	say(test, &first, true, LVSX_TCP_SYN | LVSX_TCP_ACK, 0);
	say(test, &first, false, LVSX_TCP_ACK, 0);
	say(test, &first, true, LVSX_TCP_FIN | LVSX_TCP_ACK, 0);
	w->at = by;
	say(test, &first, false, LVSX_TCP_FIN | LVSX_TCP_ACK, 0);
	say(test, &first, true, LVSX_TCP_ACK, 0);
	w->at = 0;
	KUNIT_EXPECT_EQ(test, say(test, &t, false, LVSX_TCP_SYN, 0), LVSX_DROP);
	t.seq = 1002;
	KUNIT_EXPECT_EQ(test, say(test, &t, false, LVSX_TCP_SYN, 0), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, t.lport, first.lport);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_RECYCLED], 1);
	KUNIT_EXPECT_EQ(test, w->uses, (int)made - 1);
}

static void ports_run_out_here(struct kunit *test)
{
	ports_run_out(test, 0);
}

static void ports_run_out_elsewhere(struct kunit *test)
{
	ports_run_out(test, 1);
}

/* Memory runs out under new flows: each refusal is counted and the old flows go on. */
static void memory_runs_out(struct kunit *test)
{
	struct world *w = test->priv;
	struct talk first = { .proto = LVSX_UDP, .cport = 1 }, t;
	struct lvsx_ports_usage ports = { 0 };
	u32 made = 1, refused = 0, port;

	w->spare_blocks = 0;
	KUNIT_ASSERT_EQ(test, say(test, &first, false, 0, 10), LVSX_FORWARD);
	for (port = 2; port < 4000; port++) {
		t = (struct talk){ .proto = LVSX_UDP, .cport = (u16)port };
		if (say(test, &t, false, 0, 10) == LVSX_FORWARD) {
			made++;
			continue;
		}
		refused++;
		KUNIT_ASSERT_EQ(test, w->pkt.reason, LVSX_REASON_NO_MEMORY);
	}
	KUNIT_EXPECT_GT(test, refused, 0);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_NO_MEMORY], refused);
	KUNIT_EXPECT_EQ(test, world_flows(w), made);
	KUNIT_EXPECT_EQ(test, w->uses, (int)made);
	lvsx_ports_usage(w->cpu[0].table, w->map, world_local[0], LVSX_IPV4, &ports);
	KUNIT_EXPECT_EQ(test, ports.used, made);
	KUNIT_EXPECT_EQ(test, say(test, &first, true, 0, 10), LVSX_FORWARD);

	w->spare_blocks = ~0u;
	world_feed(w);
	t = (struct talk){ .proto = LVSX_UDP, .cport = 5000 };
	KUNIT_EXPECT_EQ(test, say(test, &t, false, 0, 10), LVSX_FORWARD);
	world_pass(w, 400 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	KUNIT_EXPECT_EQ(test, w->uses, 0);
}

/* The one that is to follow the world's own, with the CPUs the other way round. */
static struct lvsx_portmap *path_next_map(struct world *w)
{
	static const u16 turned[WORLD_CPUS] = { 1, 0 };
	struct lvsx_portmap *next = world_alloc(sizeof(*next));

	if (!next)
		return NULL;
	lvsx_portmap_init_rr(next, w->map->generation + 1, turned, WORLD_CPUS);
	next->slot = 1;
	next->any_draining = true;
	next->draining[w->map->slot] = w->map;
	return next;
}

/*
 * The port map is replaced while a first packet is in flight: its flow is made by the new one,
 * once, and nothing of the first attempt is left.
 */
static void made_again_by_a_new_port_map(struct kunit *test)
{
	struct world *w = test->priv;
	struct lvsx_table *t = w->cpu[0].table;
	struct talk first = { .proto = LVSX_UDP, .cport = 1 }, second = first;
	struct lvsx_ports_usage ports = { 0 };
	struct lvsx_portmap *next = path_next_map(w);

	KUNIT_ASSERT_NOT_NULL(test, next);
	/* about to be replaced, and not yet */
	w->map->retiring = true;
	KUNIT_ASSERT_EQ(test, say(test, &first, false, 0, 10), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, first.lport % 2, 0);
	KUNIT_EXPECT_EQ(test, t->map_flows[0], 1u);

	w->next_map = next;
	second.cport = 2;
	KUNIT_ASSERT_EQ(test, say(test, &second, false, 0, 10), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, second.lport % 2, 1);
	KUNIT_EXPECT_EQ(test, t->map_flows[0], 1u);
	KUNIT_EXPECT_EQ(test, t->map_flows[1], 1u);
	KUNIT_EXPECT_EQ(test, world_flows(w), 2);
	KUNIT_EXPECT_EQ(test, w->uses, 2);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_NEW], 2);
	lvsx_ports_usage(t, next, world_local[0], LVSX_IPV4, &ports);
	KUNIT_EXPECT_EQ(test, ports.used, 2u);
	KUNIT_EXPECT_EQ(test, say(test, &second, true, 0, 10), LVSX_FORWARD);

	w->next_map = NULL;
	w->map->retiring = false;
	world_pass(w, 400 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	KUNIT_EXPECT_EQ(test, t->map_flows[0] + t->map_flows[1], 0u);
	KUNIT_EXPECT_EQ(test, w->uses, 0);
	world_unalloc(next);
}

/* Another CPU has found the new flow and tracks the RST of its real server. */
static void path_reset_elsewhere(const struct lvsx_pkt *pkt)
{
	struct world *w = pkt->frame;
	struct lvsx_pkt rst = *pkt;

	rst.cpu = 1;
	rst.tcp_flags = LVSX_TCP_RST;
	lvsx_track(&rst, pkt->owner, lvsx_flow_rev(pkt->half), w->cpu[1].plane.timeouts);
}

/* What another CPU counted for the flow that is undone is undone, too. */
static void made_again_after_it_was_reset(struct kunit *test)
{
	struct world *w = test->priv;
	struct talk talk = { .proto = LVSX_TCP, .cport = 1 };
	struct lvsx_portmap *next = path_next_map(w);

	KUNIT_ASSERT_NOT_NULL(test, next);
	w->map->retiring = true;
	w->next_map = next;
	w->elsewhere = path_reset_elsewhere;
	KUNIT_ASSERT_EQ(test, say(test, &talk, false, LVSX_TCP_SYN, 0), LVSX_FORWARD);
	KUNIT_EXPECT_NULL(test, w->elsewhere);
	KUNIT_EXPECT_EQ(test, w->active, 1);
	KUNIT_EXPECT_EQ(test, w->uses, 1);

	/* the other CPU's request for expiry was for the first attempt */
	world_pass(w, 1000);
	KUNIT_EXPECT_EQ(test, say(test, &talk, true, LVSX_TCP_SYN | LVSX_TCP_ACK, 0), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, world_flows(w), 1);
	KUNIT_EXPECT_EQ(test, say(test, &talk, true, LVSX_TCP_RST, 0), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, w->active, 0);

	w->next_map = NULL;
	w->map->retiring = false;
	world_unalloc(next);
}

/* The flow that is undone may have made the index grow under the packet that is hashed already. */
static void made_again_while_the_index_grows(struct kunit *test)
{
	enum { FLOWS = 2000 };
	struct world *w = test->priv;
	struct lvsx_portmap *next = path_next_map(w);
	u32 turn, lost = 0;
	u16 cport;

	KUNIT_ASSERT_NOT_NULL(test, next);
	w->map->retiring = true;
	w->next_map = next;
	for (turn = 0; turn < 2; turn++)
		for (cport = 1; cport <= FLOWS; cport++) {
			struct talk talk = { .proto = LVSX_UDP, .cport = cport };

			lost += say(test, &talk, false, 0, 10) != LVSX_FORWARD;
			world_feed(w);
		}
	KUNIT_EXPECT_EQ(test, lost, 0u);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_NEW], FLOWS);
	KUNIT_EXPECT_EQ(test, world_flows(w), FLOWS);

	w->next_map = NULL;
	w->map->retiring = false;
	world_unalloc(next);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(connection_ipv4),
	KUNIT_CASE(connection_ipv6),
	KUNIT_CASE(datagrams),
	KUNIT_CASE(own_timeout),
	KUNIT_CASE(client_reuses_its_port),
	KUNIT_CASE(refusals),
	KUNIT_CASE(last_hop),
	KUNIT_CASE(fragments_and_the_malformed),
	KUNIT_CASE(ports_run_out_here),
	KUNIT_CASE(ports_run_out_elsewhere),
	KUNIT_CASE(memory_runs_out),
	KUNIT_CASE(made_again_by_a_new_port_map),
	KUNIT_CASE(made_again_after_it_was_reset),
	KUNIT_CASE(made_again_while_the_index_grows),
	{}
};

struct kunit_suite lvsx_path_suite = {
	.name = "lvsx_path",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
