// SPDX-License-Identifier: GPL-2.0-only
/* access.c without ipsets, which are tested in guests: who may come in, and what is refused. */
#include <kunit/test.h>
#include <linux/inet.h>
#include <linux/netlink.h>
#include "service/access.h"
#include "control/config.h"
#include "core/pkt/packet.h"
#include "netns/net.h"
#include "service/service.h"
#include "suites.h"

static const struct lvsx_service_key web = {
	.family = AF_INET, .proto = IPPROTO_TCP, .addr = { 0x0100000a }, .port = 0x5000,
};

static struct netlink_ext_ack extack;
static u64 counters[LVSX_REASON_MAX];

/* A registry with one service; nothing else of a namespace is needed. */
static int access_init(struct kunit *test)
{
	struct lvsx_net *ln = kunit_kzalloc(test, sizeof(*ln), GFP_KERNEL);
	struct lvsx_service *svc;
	int err;

	if (!ln)
		return -ENOMEM;
	memset(&extack, 0, sizeof(extack));
	memset(counters, 0, sizeof(counters));
	mutex_init(&ln->mutex);
	err = lvsx_services_init(ln);
	if (err)
		return err;
	test->priv = ln;
	mutex_lock(&ln->mutex);
	svc = lvsx_service_add(ln, &web);
	mutex_unlock(&ln->mutex);
	return svc ? 0 : -ENOMEM;
}

static void access_exit(struct kunit *test)
{
	if (!test->priv)
		return;
	lvsx_services_exit(test->priv);
	rcu_barrier();
}

static int change(struct kunit *test, bool add, enum lvsx_list list, const char *first,
		  const char *last)
{
	const struct lvsx_access_entry entry = {
		.list = list, .first = ntohl(in_aton(first)), .last = ntohl(in_aton(last)),
	};
	struct lvsx_net *ln = test->priv;
	int err;

	extack._msg = NULL;
	mutex_lock(&ln->mutex);
	err = (add ? lvsx_access_add : lvsx_access_del)(ln, lvsx_service_get(ln, &web), &entry,
							&extack);
	mutex_unlock(&ln->mutex);
	return err;
}

static struct lvsx_access *access_now(struct kunit *test)
{
	return rcu_dereference_raw(lvsx_service_get(test->priv, &web)->access);
}

static bool may(struct kunit *test, const char *client)
{
	struct lvsx_pkt pkt = { .instance = test->priv, .counters = counters };
	struct lvsx_access *access = access_now(test);
	bool in;

	pkt.tuple.saddr[0] = in_aton(client);
	rcu_read_lock();
	in = !access || lvsx_access_ask(&pkt, access) == LVSX_NEXT;
	rcu_read_unlock();
	return in;
}

static void denied_are_only_the_listed(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, may(test, "192.0.2.1"));
	KUNIT_ASSERT_EQ(test, change(test, true, LVSX_LIST_DENY, "192.0.2.8", "192.0.2.15"), 0);
	KUNIT_EXPECT_TRUE(test, may(test, "192.0.2.7"));
	KUNIT_EXPECT_FALSE(test, may(test, "192.0.2.8"));
	KUNIT_EXPECT_FALSE(test, may(test, "192.0.2.15"));
	KUNIT_EXPECT_TRUE(test, may(test, "192.0.2.16"));
	KUNIT_EXPECT_EQ(test, counters[LVSX_REASON_DENIED], 2ull);
	KUNIT_ASSERT_EQ(test, change(test, false, LVSX_LIST_DENY, "192.0.2.8", "192.0.2.15"), 0);
	KUNIT_EXPECT_TRUE(test, may(test, "192.0.2.8"));
	KUNIT_EXPECT_NULL(test, access_now(test));
}

/* A range within another, one that begins with it, and what lies behind the inner one. */
static void ranges_may_overlap(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, change(test, true, LVSX_LIST_DENY, "10.0.0.5", "10.0.0.6"), 0);
	KUNIT_ASSERT_EQ(test, change(test, true, LVSX_LIST_DENY, "10.0.0.0", "10.255.255.255"), 0);
	KUNIT_ASSERT_EQ(test, change(test, true, LVSX_LIST_DENY, "10.0.0.0", "10.0.0.3"), 0);
	KUNIT_ASSERT_EQ(test, change(test, true, LVSX_LIST_DENY, "9.0.0.1", "9.0.0.1"), 0);
	KUNIT_EXPECT_FALSE(test, may(test, "9.0.0.1"));
	KUNIT_EXPECT_TRUE(test, may(test, "9.0.0.2"));
	KUNIT_EXPECT_FALSE(test, may(test, "10.0.0.4"));
	KUNIT_EXPECT_FALSE(test, may(test, "10.200.0.7"));
	KUNIT_EXPECT_TRUE(test, may(test, "11.0.0.0"));
	KUNIT_ASSERT_EQ(test, change(test, false, LVSX_LIST_DENY, "10.0.0.0", "10.255.255.255"), 0);
	KUNIT_EXPECT_TRUE(test, may(test, "10.0.0.4"));
	KUNIT_EXPECT_FALSE(test, may(test, "10.0.0.3"));
	KUNIT_EXPECT_FALSE(test, may(test, "10.0.0.6"));
	KUNIT_EXPECT_TRUE(test, may(test, "10.0.0.7"));
}

static void deny_comes_before_allow(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, change(test, true, LVSX_LIST_ALLOW, "10.0.0.0", "10.0.0.255"), 0);
	KUNIT_ASSERT_EQ(test, change(test, true, LVSX_LIST_DENY, "10.0.0.9", "10.0.0.9"), 0);
	KUNIT_EXPECT_TRUE(test, may(test, "10.0.0.8"));
	KUNIT_EXPECT_FALSE(test, may(test, "10.0.0.9"));
	KUNIT_EXPECT_FALSE(test, may(test, "10.0.1.0"));
	KUNIT_EXPECT_EQ(test, counters[LVSX_REASON_DENIED], 1ull);
	KUNIT_EXPECT_EQ(test, counters[LVSX_REASON_NOT_ALLOWED], 1ull);
	KUNIT_ASSERT_EQ(test, change(test, false, LVSX_LIST_ALLOW, "10.0.0.0", "10.0.0.255"), 0);
	KUNIT_EXPECT_TRUE(test, may(test, "10.0.1.0"));
	KUNIT_EXPECT_FALSE(test, may(test, "10.0.0.9"));
}

static void what_is_wrong_changes_nothing(struct kunit *test)
{
	struct lvsx_access *before;
	char text[16];
	int i;

	KUNIT_ASSERT_EQ(test, change(test, true, LVSX_LIST_DENY, "10.0.0.1", "10.0.0.2"), 0);
	before = access_now(test);
	KUNIT_EXPECT_EQ(test, change(test, true, LVSX_LIST_DENY, "10.0.0.1", "10.0.0.2"), -EEXIST);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	KUNIT_EXPECT_EQ(test, change(test, true, LVSX_LIST_DENY, "10.0.0.2", "10.0.0.1"), -EINVAL);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	KUNIT_EXPECT_EQ(test, change(test, false, LVSX_LIST_DENY, "10.0.0.1", "10.0.0.1"), -ENOENT);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	KUNIT_EXPECT_EQ(test, change(test, false, LVSX_LIST_ALLOW, "10.0.0.1", "10.0.0.2"),
			-ENOENT);
	KUNIT_EXPECT_PTR_EQ(test, access_now(test), before);
	for (i = 1; i < LVSX_ACCESS_MAX; i++) {
		snprintf(text, sizeof(text), "10.1.%d.%d", i / 256, i % 256);
		KUNIT_ASSERT_EQ(test, change(test, true, LVSX_LIST_DENY, text, text), 0);
	}
	KUNIT_EXPECT_EQ(test, change(test, true, LVSX_LIST_DENY, "10.2.0.1", "10.2.0.1"), -E2BIG);
	KUNIT_EXPECT_EQ(test, change(test, true, LVSX_LIST_ALLOW, "10.0.0.0", "10.9.0.0"), 0);
	KUNIT_EXPECT_FALSE(test, may(test, "10.1.3.255"));
	KUNIT_EXPECT_TRUE(test, may(test, "10.1.4.0"));
}

static struct kunit_case cases[] = {
	KUNIT_CASE(denied_are_only_the_listed),
	KUNIT_CASE(ranges_may_overlap),
	KUNIT_CASE(deny_comes_before_allow),
	KUNIT_CASE(what_is_wrong_changes_nothing),
	{}
};

struct kunit_suite lvsx_access_suite = {
	.name = "lvsx_access",
	.init = access_init,
	.exit = access_exit,
	.test_cases = cases,
};
