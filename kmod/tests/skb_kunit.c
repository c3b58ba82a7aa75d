// SPDX-License-Identifier: GPL-2.0-only
/* pkt_ops.c against real socket buffers: headers in pages, data shared with a clone. */
#include <kunit/test.h>
#include <linux/skbuff.h>
#include "core/pkt/packet.h"
#include "skb/pkt_ops.h"
#include "suites.h"

#define BYTES 100

/* BYTES bytes 0, 1, 2, …: the first @linear in the head, the rest in a page. */
static struct sk_buff *make(struct kunit *test, unsigned int linear)
{
	struct sk_buff *skb = alloc_skb(BYTES, GFP_KERNEL);
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned int i;
	u8 *bytes;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_NOT_NULL(test, page);
	bytes = page_address(page);
	for (i = 0; i < BYTES; i++)
		bytes[i] = i;
	skb_put_data(skb, bytes, linear);
	if (linear < BYTES)
		skb_add_rx_frag(skb, 0, page, linear, BYTES - linear, PAGE_SIZE);
	else
		__free_page(page);
	return skb;
}

static struct lvsx_pkt lay(struct sk_buff *skb)
{
	return (struct lvsx_pkt){
		.data = skb->data,
		.len = skb_headlen(skb),
		.total = skb->len,
		.io = &lvsx_skb_io,
		.frame = skb,
	};
}

static void pull_brings_paged_bytes_together(struct kunit *test)
{
	struct sk_buff *skb = make(test, 10);
	struct lvsx_pkt pkt = lay(skb);

	KUNIT_EXPECT_EQ(test, pkt.len, 10u);
	KUNIT_EXPECT_TRUE(test, pkt.io->pull(&pkt, 60));
	KUNIT_EXPECT_GE(test, pkt.len, 60u);
	KUNIT_EXPECT_PTR_EQ(test, pkt.data, skb->data);
	KUNIT_EXPECT_EQ(test, pkt.data[59], 59);
	kfree_skb(skb);
}

static void pull_refuses_more_than_there_is(struct kunit *test)
{
	struct sk_buff *skb = make(test, 10);
	struct lvsx_pkt pkt = lay(skb);

	KUNIT_EXPECT_FALSE(test, pkt.io->pull(&pkt, BYTES + 1));
	KUNIT_EXPECT_EQ(test, pkt.data[9], 9);
	kfree_skb(skb);
}

static void writable_leaves_a_clone_alone(struct kunit *test)
{
	struct sk_buff *skb = make(test, BYTES), *clone = skb_clone(skb, GFP_KERNEL);
	struct lvsx_pkt pkt = lay(skb);

	KUNIT_ASSERT_NOT_NULL(test, clone);
	KUNIT_EXPECT_TRUE(test, pkt.io->writable(&pkt, 40));
	KUNIT_EXPECT_PTR_EQ(test, pkt.data, skb->data);
	pkt.data[5] = 99;
	KUNIT_EXPECT_EQ(test, clone->data[5], 5);
	kfree_skb(clone);
	kfree_skb(skb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(pull_brings_paged_bytes_together),
	KUNIT_CASE(pull_refuses_more_than_there_is),
	KUNIT_CASE(writable_leaves_a_clone_alone),
	{}
};

struct kunit_suite lvsx_skb_suite = { .name = "lvsx_skb", .test_cases = cases };
