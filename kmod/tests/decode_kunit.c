// SPDX-License-Identifier: GPL-2.0-only
/* control/decode.c: what a service's identity must look like, and what is said if it does not. */
#include <kunit/test.h>
#include <linux/slab.h>
#include "control/decode.h"
#include "suites.h"

struct message {
	struct sk_buff *skb;
	struct nlattr *service;
	struct netlink_ext_ack extack;
	struct nlattr *nest[LVSX_SVC_A_MAX + 1];
	struct lvsx_service_key key;
};

static struct message *begin(struct kunit *test, u16 family)
{
	struct message *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->skb = alloc_skb(512, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, m->skb);
	m->service = nla_nest_start(m->skb, LVSX_A_SERVICE);
	nla_put_u16(m->skb, LVSX_SVC_A_FAMILY, family);
	return m;
}

static int decode(struct message *m)
{
	int err;

	nla_nest_end(m->skb, m->service);
	err = lvsx_decode_service(m->service, &m->key, m->nest, &m->extack);
	kfree_skb(m->skb);
	return err;
}

static void refused(struct kunit *test, struct message *m, int want)
{
	KUNIT_EXPECT_EQ(test, decode(m), want);
	KUNIT_EXPECT_NOT_NULL(test, m->extack._msg);
}

static void whole_identity_is_taken(struct kunit *test)
{
	struct message *m = begin(test, AF_INET);

	nla_put_u16(m->skb, LVSX_SVC_A_PROTOCOL, IPPROTO_TCP);
	nla_put_in_addr(m->skb, LVSX_SVC_A_ADDRESS, htonl(0x0a000164));
	nla_put_be16(m->skb, LVSX_SVC_A_PORT, htons(80));
	KUNIT_EXPECT_EQ(test, decode(m), 0);
	KUNIT_EXPECT_EQ(test, m->key.proto, IPPROTO_TCP);
	KUNIT_EXPECT_EQ(test, m->key.addr[0], htonl(0x0a000164));
	KUNIT_EXPECT_EQ(test, m->key.port, htons(80));
	KUNIT_EXPECT_EQ(test, m->key.fwmark, 0u);
}

static void fwmark_is_enough(struct kunit *test)
{
	struct message *m = begin(test, AF_INET);

	nla_put_u32(m->skb, LVSX_SVC_A_FWMARK, 7);
	KUNIT_EXPECT_EQ(test, decode(m), 0);
	KUNIT_EXPECT_EQ(test, m->key.fwmark, 7u);
}

static void fwmark_zero_is_refused(struct kunit *test)
{
	struct message *m = begin(test, AF_INET);

	nla_put_u32(m->skb, LVSX_SVC_A_FWMARK, 0);
	refused(test, m, -EINVAL);
}

static void missing_port_is_refused(struct kunit *test)
{
	struct message *m = begin(test, AF_INET);

	nla_put_u16(m->skb, LVSX_SVC_A_PROTOCOL, IPPROTO_TCP);
	nla_put_in_addr(m->skb, LVSX_SVC_A_ADDRESS, htonl(0x0a000164));
	refused(test, m, -EINVAL);
}

static void address_of_ipv6_length_is_refused(struct kunit *test)
{
	struct message *m = begin(test, AF_INET);
	u8 long_address[16] = { 1 };

	nla_put_u16(m->skb, LVSX_SVC_A_PROTOCOL, IPPROTO_UDP);
	nla_put(m->skb, LVSX_SVC_A_ADDRESS, sizeof(long_address), long_address);
	nla_put_be16(m->skb, LVSX_SVC_A_PORT, htons(80));
	refused(test, m, -EINVAL);
}

static void short_address_is_refused(struct kunit *test)
{
	struct message *m = begin(test, AF_INET);

	nla_put_u16(m->skb, LVSX_SVC_A_PROTOCOL, IPPROTO_UDP);
	nla_put_u16(m->skb, LVSX_SVC_A_ADDRESS, 1);
	nla_put_be16(m->skb, LVSX_SVC_A_PORT, htons(80));
	refused(test, m, -ERANGE);
}

static void other_protocols_are_refused(struct kunit *test)
{
	struct message *m = begin(test, AF_INET);

	nla_put_u16(m->skb, LVSX_SVC_A_PROTOCOL, IPPROTO_SCTP);
	nla_put_in_addr(m->skb, LVSX_SVC_A_ADDRESS, htonl(0x0a000164));
	nla_put_be16(m->skb, LVSX_SVC_A_PORT, htons(80));
	refused(test, m, -EPROTONOSUPPORT);
}

static void other_families_are_refused(struct kunit *test)
{
	refused(test, begin(test, AF_INET6), -EAFNOSUPPORT);
	refused(test, begin(test, AF_PACKET), -EAFNOSUPPORT);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(whole_identity_is_taken),
	KUNIT_CASE(fwmark_is_enough),
	KUNIT_CASE(fwmark_zero_is_refused),
	KUNIT_CASE(missing_port_is_refused),
	KUNIT_CASE(address_of_ipv6_length_is_refused),
	KUNIT_CASE(short_address_is_refused),
	KUNIT_CASE(other_protocols_are_refused),
	KUNIT_CASE(other_families_are_refused),
	{}
};

struct kunit_suite lvsx_decode_suite = { .name = "lvsx_decode", .test_cases = cases };
