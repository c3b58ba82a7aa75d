// SPDX-License-Identifier: GPL-2.0-only
/*
 * config.c on the initial namespace, to which selftests/kunit gives 10.77.0.0/16: every request is
 * done whole or not at all, and a refusal says why.
 */
#include <kunit/test.h>
#include <linux/netlink.h>
#include <net/route.h>
#include "compat/workqueue.h"
#include "control/config.h"
#include "rss/remap.h"
#include "suites.h"
#include "cpu/hotplug.h"
#include "cpu/tables.h"
#include "net.h"
#include "service/service.h"

#define IP(last) htonl(0x0a4d0000 + (last))

static struct netlink_ext_ack extack;
static const struct lvsx_service_key web = {
	.family = AF_INET, .proto = IPPROTO_TCP, .addr = { 0x0100000a }, .port = 0x5000,
};

/* An instance of the module's own for each case: lvsx.ko may be loaded beside. */
static int control_init(struct kunit *test)
{
	int err;

	if (inet_addr_type(&init_net, IP(1)) != RTN_LOCAL)
		kunit_skip(test, "no local addresses: ip route add local 10.77.0.0/16 dev lo");
	memset(&extack, 0, sizeof(extack));
	lvsx_wq = alloc_workqueue("lvsx_ktest", LVSX_WQ_PERCPU, 0);
	if (!lvsx_wq)
		return -ENOMEM;
	err = lvsx_hotplug_init();
	if (err)
		goto err_wq;
	err = lvsx_net_init();
	if (err)
		goto err_tables;
	test->priv = lvsx_net(&init_net);
	return 0;

err_tables:
	lvsx_hotplug_exit();
err_wq:
	destroy_workqueue(lvsx_wq);
	return err;
}

static void control_exit(struct kunit *test)
{
	if (!test->priv)
		return;
	lvsx_net_exit();
	lvsx_hotplug_exit();
	destroy_workqueue(lvsx_wq);
	rcu_barrier();
}

static int add(struct kunit *test, const struct lvsx_service_key *key, u32 first, u32 last)
{
	struct lvsx_net *ln = test->priv;
	int err;

	mutex_lock(&ln->mutex);
	err = lvsx_control_local_add(ln, key, IP(first), IP(last), &extack);
	mutex_unlock(&ln->mutex);
	return err;
}

static int del(struct kunit *test, const struct lvsx_service_key *key, u32 first, u32 last)
{
	struct lvsx_net *ln = test->priv;
	int err;

	mutex_lock(&ln->mutex);
	err = lvsx_control_local_del(ln, key, IP(first), IP(last), &extack);
	mutex_unlock(&ln->mutex);
	return err;
}

static u32 pool_size(struct kunit *test)
{
	struct lvsx_net *ln = test->priv;
	const struct lvsx_locals *pool;
	u32 nr;

	rcu_read_lock();
	pool = rcu_dereference(ln->services.pool);
	nr = pool ? pool->nr : 0;
	rcu_read_unlock();
	return nr;
}

static void ranges_stay_sorted(struct kunit *test)
{
	struct lvsx_net *ln = test->priv;
	const struct lvsx_locals *pool;
	u32 i;

	KUNIT_ASSERT_EQ(test, add(test, NULL, 20, 29), 0);
	KUNIT_ASSERT_EQ(test, add(test, NULL, 5, 5), 0);
	KUNIT_ASSERT_EQ(test, add(test, NULL, 10, 12), 0);
	KUNIT_EXPECT_EQ(test, pool_size(test), 14u);
	rcu_read_lock();
	pool = rcu_dereference(ln->services.pool);
	for (i = 1; i < pool->nr; i++)
		KUNIT_EXPECT_LT(test, ntohl(pool->addr[i - 1][0]), ntohl(pool->addr[i][0]));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, del(test, NULL, 22, 24), 0);
	KUNIT_EXPECT_EQ(test, pool_size(test), 11u);
	KUNIT_EXPECT_EQ(test, del(test, NULL, 20, 21), 0);
	KUNIT_EXPECT_EQ(test, del(test, NULL, 25, 29), 0);
	KUNIT_EXPECT_EQ(test, del(test, NULL, 10, 12), 0);
	KUNIT_EXPECT_EQ(test, del(test, NULL, 5, 5), 0);
	KUNIT_EXPECT_EQ(test, pool_size(test), 0u);
}

static void refused(struct kunit *test, int got, int want, u32 size)
{
	KUNIT_EXPECT_EQ(test, got, want);
	KUNIT_EXPECT_NOT_NULL(test, extack._msg);
	KUNIT_EXPECT_EQ(test, pool_size(test), size);
	extack._msg = NULL;
}

static void bad_ranges_change_nothing(struct kunit *test)
{
	KUNIT_ASSERT_EQ(test, add(test, NULL, 20, 29), 0);
	refused(test, add(test, NULL, 29, 40), -EEXIST, 10);
	refused(test, add(test, NULL, 12, 11), -EINVAL, 10);
	refused(test, add(test, NULL, 0x1000, 0x1400), -E2BIG, 10);
	refused(test, add(test, NULL, 0x1000, 0x13ff), -E2BIG, 10);
	refused(test, add(test, NULL, 0x08000000, 0x08000001), -EADDRNOTAVAIL, 10);
	refused(test, add(test, NULL, 0x74b30001, 0x74b30001), -EINVAL, 10);	/* 127.0.0.1 */
	refused(test, del(test, NULL, 28, 30), -ENOENT, 10);
	refused(test, del(test, NULL, 29, 28), -EINVAL, 10);
	KUNIT_EXPECT_EQ(test, del(test, NULL, 20, 29), 0);
	refused(test, del(test, NULL, 20, 20), -ENOENT, 0);
}

/* What clients send to it would be looked for as a real server's answer. */
static void no_vip_is_a_local_address(struct kunit *test)
{
	struct lvsx_net *ln = test->priv;
	struct lvsx_service_key key = web;

	key.addr[0] = IP(30);
	refused(test, add(test, &key, 30, 30), -EADDRINUSE, 0);
	KUNIT_EXPECT_EQ(test, add(test, &key, 31, 31), 0);
	refused(test, add(test, NULL, 28, 30), -EADDRINUSE, 0);
	refused(test, add(test, &web, 30, 30), -EADDRINUSE, 0);
	KUNIT_EXPECT_NULL(test, lvsx_service_get(ln, &web));
	key.addr[0] = IP(31);
	refused(test, add(test, &key, 32, 32), -EADDRINUSE, 0);
	KUNIT_EXPECT_NULL(test, lvsx_service_get(ln, &key));
	KUNIT_EXPECT_EQ(test, add(test, NULL, 33, 33), 0);
	key.addr[0] = IP(33);
	mutex_lock(&ln->mutex);
	KUNIT_EXPECT_EQ(test, lvsx_control_service_set(ln, &key, true, false, &extack),
			-EADDRINUSE);
	KUNIT_EXPECT_NULL(test, lvsx_service_get(ln, &key));
	mutex_unlock(&ln->mutex);
}

static void a_service_lives_by_its_addresses(struct kunit *test)
{
	struct lvsx_net *ln = test->priv;

	refused(test, del(test, &web, 20, 20), -ENOENT, 0);
	KUNIT_EXPECT_EQ(test, add(test, &web, 20, 20), 0);
	KUNIT_EXPECT_NOT_NULL(test, lvsx_service_get(ln, &web));
	rcu_read_lock();
	KUNIT_EXPECT_TRUE(test, lvsx_service_maybe(&ln->services, web.addr[0]));
	KUNIT_EXPECT_TRUE(test, lvsx_service_maybe(&ln->services, IP(20)));
	KUNIT_EXPECT_FALSE(test, lvsx_service_maybe(&ln->services, IP(21)));
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, del(test, &web, 20, 20), 0);
	KUNIT_EXPECT_NULL(test, lvsx_service_get(ln, &web));
}

static void a_mark_outlives_the_addresses(struct kunit *test)
{
	struct lvsx_net *ln = test->priv;

	mutex_lock(&ln->mutex);
	KUNIT_EXPECT_EQ(test, lvsx_control_service_set(ln, &web, true, false, &extack), 0);
	mutex_unlock(&ln->mutex);
	KUNIT_EXPECT_EQ(test, add(test, &web, 20, 20), 0);
	KUNIT_EXPECT_EQ(test, del(test, &web, 20, 20), 0);
	KUNIT_EXPECT_NOT_NULL(test, lvsx_service_get(ln, &web));
	mutex_lock(&ln->mutex);
	KUNIT_EXPECT_EQ(test, lvsx_control_service_del(ln, &web, &extack), 0);
	KUNIT_EXPECT_EQ(test, lvsx_control_service_del(ln, &web, &extack), -ENOENT);
	mutex_unlock(&ln->mutex);
	KUNIT_EXPECT_NULL(test, lvsx_service_get(ln, &web));
}

static void a_word_holds_until_it_is_forgotten(struct kunit *test)
{
	struct lvsx_net *ln = test->priv;
	struct lvsx_service *svc;

	mutex_lock(&ln->mutex);
	KUNIT_EXPECT_EQ(test, lvsx_control_service_set(ln, &web, true, true, &extack), 0);
	svc = lvsx_service_get(ln, &web);
	KUNIT_ASSERT_NOT_NULL(test, svc);
	KUNIT_EXPECT_TRUE(test, svc->now);
	KUNIT_EXPECT_EQ(test, lvsx_control_service_set(ln, &web, true, false, &extack), 0);
	KUNIT_EXPECT_TRUE(test, svc->now);
	svc->found = true;	/* so that it stays */
	KUNIT_EXPECT_EQ(test, lvsx_control_service_set(ln, &web, false, false, &extack), 0);
	KUNIT_EXPECT_FALSE(test, svc->now);
	KUNIT_EXPECT_EQ(test, lvsx_control_service_set(ln, &web, true, true, &extack), 0);
	KUNIT_EXPECT_EQ(test, lvsx_control_service_del(ln, &web, &extack), 0);
	KUNIT_EXPECT_FALSE(test, svc->now);
	mutex_unlock(&ln->mutex);
}

/* Services of one port and many addresses are ordinary; the registry's chains must stay short. */
static void thousands_of_services_of_one_port(struct kunit *test)
{
	struct lvsx_net *ln = test->priv;
	struct lvsx_service_key key = web;
	u32 i, n = 0;

	mutex_lock(&ln->mutex);
	for (i = 0; i < 4096; i++) {
		key.addr[0] = htonl(0x0a010000 + i);
		n += !!lvsx_service_add(ln, &key);
	}
	KUNIT_EXPECT_EQ(test, n, 4096u);
	for (i = 0; i < 4096; i++) {
		struct lvsx_service *svc;

		key.addr[0] = htonl(0x0a010000 + i);
		svc = lvsx_service_get(ln, &key);
		KUNIT_EXPECT_NOT_NULL(test, svc);
		if (svc)
			lvsx_service_del(ln, svc);
	}
	mutex_unlock(&ln->mutex);
}

/* Tables stand before the hook does: a CPU that comes meanwhile is to get its share, too. */
static void cpus_that_come_early_are_heard_of(struct kunit *test)
{
	struct lvsx_net *ln = test->priv;

	mutex_lock(&ln->mutex);
	KUNIT_EXPECT_EQ(test, lvsx_tables_start(ln), 0);
	KUNIT_EXPECT_FALSE(test, ln->hooked);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(ln->cpus_changed));
	KUNIT_EXPECT_EQ(test, lvsx_remap_start(ln), 0);
	KUNIT_EXPECT_FALSE(test, READ_ONCE(ln->cpus_changed));
	mutex_unlock(&ln->mutex);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(cpus_that_come_early_are_heard_of),
	KUNIT_CASE(thousands_of_services_of_one_port),
	KUNIT_CASE(ranges_stay_sorted),
	KUNIT_CASE(bad_ranges_change_nothing),
	KUNIT_CASE(no_vip_is_a_local_address),
	KUNIT_CASE(a_service_lives_by_its_addresses),
	KUNIT_CASE(a_mark_outlives_the_addresses),
	KUNIT_CASE(a_word_holds_until_it_is_forgotten),
	{}
};

struct kunit_suite lvsx_control_suite = {
	.name = "lvsx_control",
	.init = control_init,
	.exit = control_exit,
	.test_cases = cases,
};
