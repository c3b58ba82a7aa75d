// SPDX-License-Identifier: GPL-2.0-only
/* rx_sample.c: which replies say something of the card's hash. */
#include <kunit/test.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/net_namespace.h>
#include "core/pkt/packet.h"
#include "netns/cpu.h"
#include "rss/rx_sample.h"
#include "suites.h"

#define QUEUE 3

struct received {
	struct lvsx_cpu *cpu;
	struct sk_buff *skb;
	struct lvsx_pkt pkt;
};

static int set_up(struct kunit *test)
{
	struct received *r = kunit_kzalloc(test, sizeof(*r), GFP_KERNEL);

	test->priv = r;
	if (!r)
		return -ENOMEM;
	r->cpu = kunit_kzalloc(test, sizeof(*r->cpu), GFP_KERNEL);
	r->skb = alloc_skb(64, GFP_KERNEL);
	if (!r->cpu || !r->skb)
		return -ENOMEM;
	r->skb->dev = init_net.loopback_dev;
	skb_record_rx_queue(r->skb, QUEUE);
	r->pkt.frame = r->skb;
	r->pkt.tuple.proto = LVSX_UDP;
	return 0;
}

static void tear_down(struct kunit *test)
{
	struct received *r = test->priv;

	if (r)
		kfree_skb(r->skb);
}

/* True: it was. */
static bool noted(const struct received *r)
{
	lvsx_rx_sample_note(r->cpu, &r->pkt);
	return r->cpu->rx_sample[QUEUE % LVSX_RX_SAMPLES].fresh;
}

static void a_reply_is_noted(struct kunit *test)
{
	struct received *r = test->priv;

	KUNIT_ASSERT_TRUE(test, noted(r));
	KUNIT_EXPECT_EQ(test, r->cpu->rx_sample[QUEUE].queue, QUEUE);
	KUNIT_EXPECT_EQ(test, r->cpu->rx_sample[QUEUE].tuple.proto, LVSX_UDP);
}

/* Its fragments came from the queue of its addresses. */
static void one_put_together_is_not(struct kunit *test)
{
	struct received *r = test->priv;

	IPCB(r->skb)->frag_max_size = 1500;
	KUNIT_EXPECT_FALSE(test, noted(r));
}

static void an_icmp_error_is_not(struct kunit *test)
{
	struct received *r = test->priv;

	r->pkt.flags = LVSX_PKT_ICMP_ERROR;
	KUNIT_EXPECT_FALSE(test, noted(r));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(a_reply_is_noted),
	KUNIT_CASE(one_put_together_is_not),
	KUNIT_CASE(an_icmp_error_is_not),
	{}
};

struct kunit_suite lvsx_rx_sample_suite = {
	.name = "lvsx_rx_sample",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
