// SPDX-License-Identifier: GPL-2.0-only
/* ports.c: one flow a port, replies arrive on the owner, longest free first, none is lost. */
#include "suites.h"
#include "world.h"
#include "core/path/end.h"
#include "core/path/expire.h"
#include "core/pkt/hash.h"
#include "core/port/ports.h"
#include "core/table/table.h"

/* A NIC that gives each CPU one class of ports, so that they are soon used up. */
struct scene {
	struct world *world;
	struct lvsx_table *t;
	struct lvsx_portmap *map;
	struct lvsx_pkt syn;
	struct lvsx_tcp tcp;
	u16 clients;
	u8 seen[65536];
};

static void few_ports(struct lvsx_portmap *rss, u32 generation, u32 class)
{
	u16 indir[WORLD_CPUS] = { 0, 1 };
	u32 i;

	lvsx_portmap_init_rr(rss, generation, indir, WORLD_CPUS);
	for (i = 0; i < LVSX_PORT_CLASSES; i++)
		rss->cpu_of[i] = i == class ? 0 : i == class + 1 ? 1 : LVSX_NO_CPU;
}

#define PORTS (65536 / LVSX_PORT_CLASSES)	/* of a class; class 1000 and above have them all */

static int set_up(struct kunit *test)
{
	struct scene *s = world_alloc(sizeof(*s));

	if (!s)
		return -1;
	test->priv = s;
	s->map = world_alloc(sizeof(*s->map));
	if (!s->map)
		return -1;
	few_ports(s->map, 1, 1500);
	s->world = world_new(s->map);
	if (!s->world)
		return -1;
	s->t = s->world->cpu[0].table;
	s->tcp.doff = 5 << 4;
	return 0;
}

static void tear_down(struct kunit *test)
{
	struct scene *s = test->priv;

	if (!s)
		return;
	world_free(s->world);
	world_unalloc(s->map);
	world_unalloc(s);
}

static int take(struct scene *s, u8 proto, struct lvsx_tuple *rev, struct lvsx_port *port)
{
	struct lvsx_conn conn = { .rport = htons(8080), .local = &world_local[0], .locals = 1 };

	conn.real[0] = world_real[0][0];
	s->syn = (struct lvsx_pkt){ .data = (u8 *)&s->tcp,
				    .len = sizeof(s->tcp),
				    .total = sizeof(s->tcp),
				    .now = s->world->now,
				    .family = LVSX_IPV4,
				    .cpu = s->t->cpu,
				    .io = &world_io,
				    .frame = s->world,
				    .counters = s->world->counters,
				    .tcp_flags = LVSX_TCP_SYN };
	s->syn.tuple = (struct lvsx_tuple){ .sport = htons(++s->clients), .dport = htons(80),
					    .proto = proto, .family = LVSX_IPV4 };
	s->syn.tuple.saddr[0] = world_client[0][0];
	s->syn.tuple.daddr[0] = world_vip[0][0];
	s->syn.hash = lvsx_hash_tuple(&s->syn.tuple, &s->t->seed);
	*port = lvsx_ports_search(s->t, s->map, &s->syn, &conn, 0);
	if (port->err)
		return port->err;
	if (port->holder) {
		lvsx_flow_end(s->t, port->holder);
		lvsx_note(&s->syn, LVSX_REASON_FLOW_RECYCLED);
	}
	*rev = (struct lvsx_tuple){ .sport = conn.rport, .dport = port->port, .proto = proto };
	rev->saddr[0] = conn.real[0];
	rev->daddr[0] = world_local[0][0];
	return 0;
}

/* A flow with a port; NULL if there was none. */
static struct lvsx_half *open(struct scene *s, u8 proto)
{
	struct lvsx_tuple rev;
	struct lvsx_port port;
	struct lvsx_flow_new n = { .now = s->world->now, .first_look = LVSX_TICK_MS };

	world_feed(s->world);
	if (take(s, proto, &rev, &port))
		return NULL;
	n.pool = port.pool;
	n.port_round = port.round;
	return world_insert(s->t, &s->syn.tuple, &rev, &n);
}

static void set_state(struct scene *s, struct lvsx_half *fwd, u8 state)
{
	fwd->state = state;
	lvsx_flow_other(fwd)->state = state;
	if (lvsx_state_closed(state))
		lvsx_ports_queue(s->t, fwd);
}

static void fill(struct kunit *test, u8 proto, struct lvsx_half **flow)
{
	struct scene *s = test->priv;
	u32 i;

	for (i = 0; i < PORTS; i++) {
		flow[i] = open(s, proto);
		KUNIT_ASSERT_NOT_NULL(test, flow[i]);
		set_state(s, flow[i], LVSX_STATE_ESTABLISHED);
	}
}

static void all_ports_once_then_none(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_half *flow[PORTS];
	struct lvsx_tuple rev;
	struct lvsx_port port;
	u32 i;

	fill(test, LVSX_TCP, flow);
	for (i = 0; i < PORTS; i++) {
		u16 p = ntohs(flow[i]->new_sport);

		KUNIT_EXPECT_EQ(test, p % LVSX_PORT_CLASSES, 1500);
		KUNIT_EXPECT_EQ(test, s->seen[p]++, 0);
	}
	KUNIT_EXPECT_EQ(test, take(s, LVSX_TCP, &rev, &port), -(int)LVSX_REASON_NO_PORT);
	/* another protocol has ports of its own */
	KUNIT_EXPECT_EQ(test, take(s, LVSX_UDP, &rev, &port), LVSX_NEXT);
	lvsx_ports_put(s->t, port);
	/* the port is that of the flow that ended */
	i = ntohs(flow[7]->new_sport);
	lvsx_flow_end(s->t, flow[7]);
	KUNIT_ASSERT_EQ(test, take(s, LVSX_TCP, &rev, &port), LVSX_NEXT);
	KUNIT_EXPECT_EQ(test, ntohs(port.port), i);
	KUNIT_EXPECT_EQ(test, rev.dport, port.port);
	KUNIT_EXPECT_EQ(test, port.rev_hash, lvsx_hash_tuple(&rev, &s->t->seed));
}

static void longest_free_comes_first(struct kunit *test)
{
	static const u8 order[] = { 3, 30, 0, 17, 9, 31, 4 };
	struct scene *s = test->priv;
	struct lvsx_half *flow[PORTS], *h;
	__be16 port[ARRAY_SIZE(order)];
	u32 i;

	fill(test, LVSX_UDP, flow);
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		port[i] = flow[order[i]]->new_sport;
		lvsx_flow_end(s->t, flow[order[i]]);
	}
	for (i = 0; i < ARRAY_SIZE(order); i++) {
		h = open(s, LVSX_UDP);
		KUNIT_ASSERT_NOT_NULL(test, h);
		KUNIT_EXPECT_EQ(test, h->new_sport, port[i]);
	}
	KUNIT_EXPECT_NULL(test, open(s, LVSX_UDP));
}

static void closed_flows_make_room_when_they_may(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_half *flow[PORTS];
	__be16 port;

	fill(test, LVSX_TCP, flow);
	/* closed, but its sequence numbers are not known: the real server might refuse */
	set_state(s, flow[1], LVSX_STATE_TIME_WAIT);
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	/* its number is ahead of the SYN's */
	flow[1]->flags |= LVSX_HALF_REUSE;
	flow[1]->seq = 2000;
	s->tcp.seq = htonl(1999);
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_EQ(test, s->world->counters[LVSX_REASON_FLOW_RECYCLED], 0u);
	/* closed twice, queued once */
	lvsx_ports_queue(s->t, flow[1]);
	s->tcp.seq = htonl(2001);
	port = flow[1]->new_sport;
	flow[1] = open(s, LVSX_TCP);
	KUNIT_ASSERT_NOT_NULL(test, flow[1]);
	KUNIT_EXPECT_EQ(test, flow[1]->new_sport, port);
	KUNIT_EXPECT_EQ(test, s->world->counters[LVSX_REASON_FLOW_RECYCLED], 1u);
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
}

/* A reset says nothing about the real server, unless both ends had closed before. */
static void one_that_is_reset_keeps_its_port(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_half *flow[PORTS];

	fill(test, LVSX_TCP, flow);
	s->tcp.seq = htonl(2001);
	flow[3]->seq = 2000;
	set_state(s, flow[3], LVSX_STATE_CLOSE);
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_FALSE(test, lvsx_flow_rev(flow[3])->rev.port_queued);
	flow[4]->seq = 2000;
	flow[4]->flags |= LVSX_HALF_REUSE;
	set_state(s, flow[4], LVSX_STATE_CLOSE);
	KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	lvsx_flow_end(s->t, flow[3]);
	KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
}

static void one_that_lives_again_keeps_its_port(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_half *flow[PORTS];

	fill(test, LVSX_TCP, flow);
	flow[5]->flags |= LVSX_HALF_REUSE;
	s->tcp.seq = htonl(1);
	set_state(s, flow[5], LVSX_STATE_TIME_WAIT);
	set_state(s, flow[5], LVSX_STATE_ESTABLISHED);
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	lvsx_flow_end(s->t, flow[5]);
	KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
}

/* Its last packets arrived on another CPU, which must not touch the queue: the next look does. */
static void closed_elsewhere_is_found_by_the_wheel(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_half *flow[PORTS];

	fill(test, LVSX_TCP, flow);
	flow[9]->state = lvsx_flow_other(flow[9])->state = LVSX_STATE_TIME_WAIT;
	flow[9]->flags |= LVSX_HALF_REUSE;
	s->tcp.seq = htonl(1);
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	world_pass(s->world, 2 * LVSX_TICK_MS);
	KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_EQ(test, s->world->counters[LVSX_REASON_FLOW_RECYCLED], 1u);
}

static void a_port_not_used_is_not_lost(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_ports_usage usage = { 0 };
	struct lvsx_tuple rev;
	struct lvsx_port port;
	struct lvsx_half *flow[PORTS];
	u32 i;

	for (i = 0; i < 3 * PORTS; i++) {
		KUNIT_ASSERT_EQ(test, take(s, LVSX_TCP, &rev, &port), LVSX_NEXT);
		lvsx_ports_put(s->t, port);
	}
	lvsx_ports_usage(s->t, s->map, world_local[0], LVSX_IPV4, &usage);
	KUNIT_EXPECT_EQ(test, usage.total, PORTS);
	KUNIT_EXPECT_EQ(test, usage.used, 0u);
	KUNIT_EXPECT_EQ(test, usage.fullest, 0u);
	fill(test, LVSX_TCP, flow);
	memset(&usage, 0, sizeof(usage));
	lvsx_ports_usage(s->t, s->map, world_local[0], LVSX_IPV4, &usage);
	KUNIT_EXPECT_EQ(test, usage.used, PORTS);
	KUNIT_EXPECT_EQ(test, usage.fullest, 1000u);
	memset(&usage, 0, sizeof(usage));
	lvsx_ports_usage(s->t, s->map, world_real[0], LVSX_IPV4, &usage);
	KUNIT_EXPECT_EQ(test, usage.total, 0u);
}

/* Without memory for the queue a port is untracked, and the cursor's next round finds it. */
static void without_memory_no_port_is_lost(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_half *flow[PORTS];
	u32 i, line, held = 0;

	fill(test, LVSX_UDP, flow);
	s->world->spare_blocks = 0;
	while ((line = lvsx_arena_take(&s->t->arena))) {
		*(u32 *)lvsx_line(&s->t->arena, line) = held;
		held = line;
	}
	for (i = 0; i < 5; i++)
		lvsx_flow_end(s->t, flow[i]);
	KUNIT_EXPECT_TRUE(test, lvsx_flow_retire(s->t));
	lvsx_flow_reclaim(s->t);
	while ((line = held)) {
		held = *(u32 *)lvsx_line(&s->t->arena, line);
		lvsx_arena_put(&s->t->arena, line);
	}
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_UDP));
	KUNIT_EXPECT_NULL(test, open(s, LVSX_UDP));
}

static void another_nic_begins_anew(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_half *flow[PORTS], *h;
	u32 cursor = 0, i, lines;

	fill(test, LVSX_TCP, flow);
	for (i = 0; i < PORTS / 2; i++)
		set_state(s, flow[i], LVSX_STATE_TIME_WAIT);
	few_ports(s->map, 2, 1600);
	for (i = 0; i < PORTS; i++) {
		h = open(s, LVSX_TCP);
		KUNIT_ASSERT_NOT_NULL(test, h);
		KUNIT_EXPECT_EQ(test, ntohs(h->new_sport) % LVSX_PORT_CLASSES, 1600);
	}
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	/* start over: ports still held are skipped, those that became free are found */
	for (i = 0; i < PORTS; i += 4)
		lvsx_flow_end(s->t, flow[i]);
	few_ports(s->map, 3, 1500);
	for (i = 0; i < PORTS; i += 4)
		KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	lvsx_flow_end_some(s->t, &cursor, ~0u);
	/* an idle pool keeps its line; otherwise only chunks of the wheel are in use */
	world_pass(s->world, 70000);
	lines = s->t->arena.lines_used;
	KUNIT_EXPECT_EQ(test, lines, 1u);
}

/* The classes have new owners, while a flow of the other CPU holds the port. */
static void held_elsewhere_is_passed_over(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_half *flow[PORTS];
	u32 i;

	fill(test, LVSX_TCP, flow);
	few_ports(s->map, 2, 1499);
	s->map->any_draining = true;
	s->map->shared_slot = true;
	s->t = s->world->cpu[1].table;
	s->world->at = 1;
	for (i = 0; i < 2; i++)
		KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	lvsx_flow_end(s->world->cpu[0].table, flow[3]);
	KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
}

/* The same with the former owner known: only its table is searched. */
static void former_owner_is_asked(struct kunit *test)
{
	struct scene *s = test->priv;
	struct lvsx_portmap *before = world_alloc(sizeof(*before));
	struct lvsx_half *flow[PORTS];
	u32 i;

	KUNIT_ASSERT_NOT_NULL(test, before);
	fill(test, LVSX_TCP, flow);
	*before = *s->map;
	few_ports(s->map, 2, 1499);
	s->map->slot = 1;
	s->map->any_draining = true;
	s->map->draining[before->slot] = before;
	s->t = s->world->cpu[1].table;
	s->world->at = 1;
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	lvsx_flow_end(s->world->cpu[0].table, flow[3]);
	KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
	/* By this map it never owned them, so its table is not searched. */
	for (i = 0; i < LVSX_PORT_CLASSES; i++)
		before->cpu_of[i] = LVSX_NO_CPU;
	KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_TCP));
	world_unalloc(before);
}

static void six_classes(struct lvsx_portmap *rss, u32 generation, u16 cpu)
{
	u32 i;

	lvsx_portmap_init_rr(rss, generation, &cpu, 1);
	for (i = 0; i < LVSX_PORT_CLASSES; i++)
		if (i < 1500 || i > 1505)
			rss->cpu_of[i] = LVSX_NO_CPU;
}

/*
 * A CPU that has just been given ports begins with a long row that the former owner's flows hold:
 * those that it has passed over are no reason to give up before it has come to the end of the row.
 */
static void a_long_row_held_elsewhere_is_passed(struct kunit *test)
{
	struct scene *s = test->priv;
	u32 i;

	six_classes(s->map, 2, 0);
	for (i = 0; i < 5 * PORTS; i++)
		KUNIT_ASSERT_NOT_NULL(test, open(s, LVSX_TCP));
	six_classes(s->map, 3, 1);
	s->map->any_draining = true;
	s->map->shared_slot = true;
	s->t = s->world->cpu[1].table;
	s->world->at = 1;
	for (i = 0; i < PORTS; i++)
		KUNIT_EXPECT_NOT_NULL(test, open(s, LVSX_TCP));
	KUNIT_EXPECT_NULL(test, open(s, LVSX_TCP));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(all_ports_once_then_none),
	KUNIT_CASE(longest_free_comes_first),
	KUNIT_CASE(closed_flows_make_room_when_they_may),
	KUNIT_CASE(one_that_is_reset_keeps_its_port),
	KUNIT_CASE(one_that_lives_again_keeps_its_port),
	KUNIT_CASE(closed_elsewhere_is_found_by_the_wheel),
	KUNIT_CASE(a_port_not_used_is_not_lost),
	KUNIT_CASE(without_memory_no_port_is_lost),
	KUNIT_CASE(another_nic_begins_anew),
	KUNIT_CASE(held_elsewhere_is_passed_over),
	KUNIT_CASE(former_owner_is_asked),
	KUNIT_CASE(a_long_row_held_elsewhere_is_passed),
	{}
};

struct kunit_suite lvsx_ports_suite = {
	.name = "lvsx_ports",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
