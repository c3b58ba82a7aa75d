// SPDX-License-Identifier: GPL-2.0-only
/* path.c: flows whose real server has left its service. */
#include "suites.h"
#include "make.h"
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

/* A packet that may start a flow does, when its old flow's real server is gone, and only once. */
static void real_server_is_gone(struct kunit *test)
{
	struct world *w = test->priv;
	struct make m = {
		.family = LVSX_IPV4,
		.proto = LVSX_TCP,
		.saddr = world_client[0],
		.daddr = world_vip[0],
		.sport = 1,
		.dport = WORLD_VPORT,
		.hops = 64,
		.tcp_flags = LVSX_TCP_SYN,
	};
	u8 bytes[WORLD_ROOM];
	u32 len = make_packet(bytes, &m);

	KUNIT_EXPECT_EQ(test, world_send(w, bytes, len, LVSX_IPV4), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, len, LVSX_IPV4), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_NEW], 1);
	w->leaves = true;
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, len, LVSX_IPV4), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_NEW], 2);
	w->leaves = false;
	w->nodest = 1;
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, len, LVSX_IPV4), LVSX_FORWARD);
	KUNIT_EXPECT_EQ(test, w->counters[LVSX_REASON_FLOW_NEW], 3);
	KUNIT_EXPECT_EQ(test, world_flows(w), 1);
	w->nodest = 2;
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, len, LVSX_IPV4), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_FLOW_NODEST);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	KUNIT_EXPECT_EQ(test, w->uses, 0);

	KUNIT_EXPECT_EQ(test, world_send(w, bytes, len, LVSX_IPV4), LVSX_FORWARD);
	m.tcp_flags = LVSX_TCP_ACK;
	len = make_packet(bytes, &m);
	w->nodest = 1;
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, len, LVSX_IPV4), LVSX_DROP);
	KUNIT_EXPECT_EQ(test, w->pkt.reason, LVSX_REASON_NO_FLOW);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	KUNIT_EXPECT_EQ(test, w->uses, 0);
	KUNIT_EXPECT_EQ(test, w->active, 0);

	/* nor does a packet that is let pass hold the way to the one that is gone */
	m.tcp_flags = LVSX_TCP_SYN;
	len = make_packet(bytes, &m);
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, len, LVSX_IPV4), LVSX_FORWARD);
	w->nodest = 1;
	len = make_error(bytes, &(struct make){
		.family = LVSX_IPV4, .proto = LVSX_TCP, .saddr = world_vip[0],
		.daddr = world_client[0], .sport = WORLD_VPORT, .dport = 1,
	}, 64, world_client[0]);
	KUNIT_EXPECT_EQ(test, world_send(w, bytes, len, LVSX_IPV4), LVSX_PASS);
	KUNIT_EXPECT_EQ(test, world_flows(w), 0);
	KUNIT_EXPECT_EQ(test, w->routed, 0u);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(real_server_is_gone),
	{}
};

struct kunit_suite lvsx_gone_suite = {
	.name = "lvsx_gone",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
