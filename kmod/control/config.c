// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration: check, build anew, swap, and free the old after a grace period. See config.h.
 */
#include <linux/inetdevice.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <net/route.h>
#include "ipvs/ipvs.h"
#include "service/service.h"
#include "uapi/linux/lvsx.h"
#include "service/access.h"
#include "config.h"
#include "skb/hook.h"
#include "cpu/stats.h"
#include "rss/remap.h"
#include "cpu/tables.h"

#define mine(ln, p) rcu_dereference_protected(p, lockdep_is_held(&(ln)->mutex))

/* Tables, port map and hook are set up when the first configuration needs them. */
static int config_start(struct lvsx_net *ln, struct netlink_ext_ack *extack)
{
	int err;

	if (ln->hooked)
		return 0;
	if (ln->net->user_ns != &init_user_ns) {
		NL_SET_ERR_MSG(extack,
			       "FullNAT needs a network namespace of the initial user namespace: nobody would be charged for its tables");
		return -EOPNOTSUPP;
	}
	err = lvsx_tables_start(ln);
	if (err)
		goto err;
	err = lvsx_remap_start(ln);
	if (err)
		goto err_tables;
	lvsx_ipvs_timeouts(ln, &ln->timeouts);
	ln->stray_until = jiffies + 60 * HZ;
	err = lvsx_hook_start(ln);
	if (err)
		goto err_remap;
	queue_delayed_work(lvsx_wq, &ln->tick, 0);
	return 0;

err_remap:
	lvsx_remap_stop(ln);
err_tables:
	lvsx_tables_stop(ln);
err:
	NL_SET_ERR_MSG(extack, "not enough memory for the flow tables of this network namespace");
	return err;
}

static struct lvsx_locals *config_locals(struct lvsx_net *ln, struct lvsx_service *svc)
{
	return svc ? mine(ln, svc->locals) : mine(ln, ln->services.pool);
}

static void config_swap_locals(struct lvsx_net *ln, struct lvsx_service *svc,
			       struct lvsx_locals *new)
{
	struct lvsx_locals *old = config_locals(ln, svc);

	rcu_assign_pointer(*(svc ? &svc->locals : &ln->services.pool), new);
	if (old)
		kfree_rcu(old, rcu);
}

static bool config_local_in_range(const struct lvsx_locals *l, u32 i, u32 first, u32 last)
{
	return ntohl(l->addr[i][0]) >= first && ntohl(l->addr[i][0]) <= last;
}

static u32 config_count_within(const struct lvsx_locals *l, u32 first, u32 last)
{
	u32 i, n = 0;

	for (i = 0; l && i < l->nr; i++)
		n += config_local_in_range(l, i, first, last);
	return n;
}

static void config_append_local(struct lvsx_locals *l, __be32 addr, int conflicts)
{
	atomic_set(&l->conflicts[l->nr], conflicts);
	l->addr[l->nr++][0] = addr;
}

/* @old without @first … @last, or, @add, with all of them. Sorted, as @old is. */
static struct lvsx_locals *config_rebuild_locals(const struct lvsx_locals *old, u32 first, u32 last,
						 bool add)
{
	u32 range = add ? last - first + 1 : 0, had = old ? old->nr : 0, i;
	size_t size = struct_size(old, addr, had + range);
	struct lvsx_locals *new = kzalloc(size + (had + range) * sizeof(atomic_t), GFP_KERNEL);

	if (!new)
		return NULL;
	new->conflicts = (void *)new + size;
	for (i = 0; i < had && ntohl(old->addr[i][0]) < first; i++)
		config_append_local(new, old->addr[i][0], atomic_read(&old->conflicts[i]));
	while (range--)
		config_append_local(new, htonl(first++), 0);
	for (; i < had; i++)
		if (ntohl(old->addr[i][0]) > last)
			config_append_local(new, old->addr[i][0], atomic_read(&old->conflicts[i]));
	return new;
}

static int config_check_range(u32 first, u32 last, struct netlink_ext_ack *extack)
{
	if (last < first) {
		NL_SET_ERR_MSG(extack, "the range's last address is below its first: swap them");
		return -EINVAL;
	}
	if (last - first >= LVSX_LOCALS_MAX) {
		NL_SET_ERR_MSG(extack, "the range is larger than 1024 addresses: give fewer");
		return -E2BIG;
	}
	return 0;
}

static int config_check_local(struct lvsx_net *ln, u32 first, u32 last,
			      struct netlink_ext_ack *extack)
{
	u32 a = first;

	do {
		__be32 addr = htonl(a);
		unsigned int type = inet_addr_type(ln->net, addr);

		if (ipv4_is_loopback(addr) || type == RTN_MULTICAST || type == RTN_BROADCAST) {
			NL_SET_ERR_MSG(extack,
				       "no real server can answer to a loopback, multicast, broadcast or zero address: give one that this host has on a network");
			return -EINVAL;
		}
		if (type != RTN_LOCAL) {
			NL_SET_ERR_MSG(extack,
				       "the address is not local: add it to this host first (ip addr add ADDRESS/32 dev DEVICE)");
			return -EADDRNOTAVAIL;
		}
	} while (a++ != last);
	return 0;
}

static bool config_vip_in_range(const struct lvsx_service_key *key, u32 first, u32 last)
{
	u32 vip = ntohl(key->addr[0]);

	return !key->fwmark && vip >= first && vip <= last;
}

/* Else a client's packet to the VIP would be taken for a real server's answer. */
static int config_check_vips(struct lvsx_net *ln, const struct lvsx_service_key *key, u32 first,
			     u32 last, struct netlink_ext_ack *extack)
{
	if (!(key && config_vip_in_range(key, first, last)) &&
	    !lvsx_service_vip_within(ln, first, last))
		return 0;
	NL_SET_ERR_MSG(extack, "an address of the range is the VIP of a FullNAT service: give one that is nothing else");
	return -EADDRINUSE;
}

/* Delete a service that lvsx has no reason any more to handle. */
static void config_drop_idle(struct lvsx_net *ln, struct lvsx_service *svc)
{
	if (svc && !svc->found && lvsx_service_bare(svc))
		lvsx_service_del(ln, svc);
}

static int config_get_service(struct lvsx_net *ln, const struct lvsx_service_key *key,
			      struct lvsx_service **svc, struct netlink_ext_ack *extack)
{
	*svc = lvsx_service_get(ln, key);
	if (*svc)
		return 0;
	if (!key->fwmark && lvsx_service_has_local(ln, key->addr[0])) {
		NL_SET_ERR_MSG(extack, "the service's VIP is a local address: delete that first (lvsxadm -Q), or use another");
		return -EADDRINUSE;
	}
	*svc = lvsx_service_add(ln, key);
	if (*svc)
		return 0;
	NL_SET_ERR_MSG(extack, "not enough memory for another service");
	return -ENOMEM;
}

int lvsx_control_local_add(struct lvsx_net *ln, const struct lvsx_service_key *key, __be32 first,
			   __be32 last, struct netlink_ext_ack *extack)
{
	u32 a = ntohl(first), b = ntohl(last);
	struct lvsx_service *svc = NULL;
	struct lvsx_locals *old, *new;
	int err;

	err = config_check_range(a, b, extack) ?: config_check_local(ln, a, b, extack) ?:
	      config_check_vips(ln, key, a, b, extack) ?: config_start(ln, extack);
	if (err)
		return err;
	if (key) {
		err = config_get_service(ln, key, &svc, extack);
		if (err)
			return err;
	}
	old = config_locals(ln, svc);
	if (config_count_within(old, a, b)) {
		NL_SET_ERR_MSG(extack, "an address of the range is a local address of it already: nothing was added");
		err = -EEXIST;
		goto err_svc;
	}
	if ((old ? old->nr : 0) + (b - a) >= LVSX_LOCALS_MAX) {
		NL_SET_ERR_MSG(extack, "it would have more than 1024 local addresses: add fewer");
		err = -E2BIG;
		goto err_svc;
	}
	new = config_rebuild_locals(old, a, b, true);
	if (!new) {
		NL_SET_ERR_MSG(extack, "not enough memory for the local addresses");
		err = -ENOMEM;
		goto err_svc;
	}
	config_swap_locals(ln, svc, new);
	lvsx_service_refresh_ours(ln);
	return 0;

err_svc:
	config_drop_idle(ln, svc);
	return err;
}

int lvsx_control_local_del(struct lvsx_net *ln, const struct lvsx_service_key *key, __be32 first,
			   __be32 last, struct netlink_ext_ack *extack)
{
	u32 a = ntohl(first), b = ntohl(last), found;
	struct lvsx_service *svc = key ? lvsx_service_get(ln, key) : NULL;
	struct lvsx_locals *old, *new = NULL;
	int err = config_check_range(a, b, extack);

	if (err)
		return err;
	if (key && !svc) {
		NL_SET_ERR_MSG(extack, "lvsx does not handle this service: see lvsxadm -L --lvsx");
		return -ENOENT;
	}
	old = config_locals(ln, svc);
	found = config_count_within(old, a, b);
	if (found != b - a + 1) {
		NL_SET_ERR_MSG(extack, "an address of the range is not a local address of it: nothing was removed");
		return -ENOENT;
	}
	if (found != old->nr) {
		new = config_rebuild_locals(old, a, b, false);
		if (!new) {
			NL_SET_ERR_MSG(extack, "not enough memory to rebuild the local addresses");
			return -ENOMEM;
		}
	}
	config_swap_locals(ln, svc, new);
	config_drop_idle(ln, svc);
	lvsx_service_refresh_ours(ln);
	return 0;
}

int lvsx_control_service_set(struct lvsx_net *ln, const struct lvsx_service_key *key, bool fullnat,
			     bool now, struct netlink_ext_ack *extack)
{
	struct lvsx_service *svc;
	int err = config_start(ln, extack);

	if (err)
		return err;
	if (!fullnat) {
		svc = lvsx_service_get(ln, key);
		if (!svc) {
			NL_SET_ERR_MSG(extack, "lvsx does not handle this service: see lvsxadm -L --lvsx");
			return -ENOENT;
		}
		WRITE_ONCE(svc->marked, false);
		WRITE_ONCE(svc->now, false);
		config_drop_idle(ln, svc);
		lvsx_service_refresh_ours(ln);
		return 0;
	}
	err = config_get_service(ln, key, &svc, extack);
	if (err)
		return err;
	WRITE_ONCE(svc->marked, true);
	if (now) {
		WRITE_ONCE(svc->now, true);
		WRITE_ONCE(svc->grace, lvsx_service_grace(ln));
	}
	lvsx_service_refresh_ours(ln);
	return 0;
}

int lvsx_control_service_timeout(struct lvsx_net *ln, const struct lvsx_service_key *key,
				 u32 seconds, struct netlink_ext_ack *extack)
{
	struct lvsx_service *svc = lvsx_service_get(ln, key);

	if (!svc) {
		NL_SET_ERR_MSG(extack, "lvsx does not handle this service: see lvsxadm -L --lvsx");
		return -ENOENT;
	}
	WRITE_ONCE(svc->idle_ms, seconds * MSEC_PER_SEC);
	config_drop_idle(ln, svc);
	lvsx_service_refresh_ours(ln);
	return 0;
}

static void config_drain_service(struct lvsx_service *svc, u8 who, bool on)
{
	WRITE_ONCE(svc->drain, on ? svc->drain | who : svc->drain & ~who);
}

static void config_drain_as_all(struct lvsx_net *ln, struct lvsx_service *svc)
{
	config_drain_service(svc, LVSX_DRAIN_ALL, ln->services.drain);
}

int lvsx_control_drain(struct lvsx_net *ln, const struct lvsx_service_key *key, bool on,
		       struct netlink_ext_ack *extack)
{
	struct lvsx_service *svc = key ? lvsx_service_get(ln, key) : NULL;

	if (key && !svc) {
		NL_SET_ERR_MSG(extack, "lvsx does not handle this service: see lvsxadm -L --lvsx");
		return -ENOENT;
	}
	if (svc) {
		config_drain_service(svc, LVSX_DRAIN_ONE, on);
		return 0;
	}
	ln->services.drain = on;
	lvsx_service_each(ln, config_drain_as_all);
	return 0;
}

int lvsx_control_service_del(struct lvsx_net *ln, const struct lvsx_service_key *key,
			     struct netlink_ext_ack *extack)
{
	struct lvsx_service *svc = lvsx_service_get(ln, key);

	if (!svc) {
		NL_SET_ERR_MSG(extack, "lvsx does not handle this service: see lvsxadm -L --lvsx");
		return -ENOENT;
	}
	WRITE_ONCE(svc->marked, false);
	WRITE_ONCE(svc->now, false);
	WRITE_ONCE(svc->idle_ms, 0);
	if (mine(ln, svc->locals))
		config_swap_locals(ln, svc, NULL);
	lvsx_access_clear(ln, svc);
	lvsx_service_lost(svc);
	config_drop_idle(ln, svc);
	lvsx_service_refresh_ours(ln);
	return 0;
}

static void config_zero_conflicts(struct lvsx_locals *l)
{
	u32 i;

	for (i = 0; l && i < l->nr; i++)
		atomic_set(&l->conflicts[i], 0);
}

static void config_zero_service(struct lvsx_net *ln, struct lvsx_service *svc)
{
	config_zero_conflicts(rcu_dereference_check(svc->locals, lockdep_is_held(&ln->mutex)));
}

void lvsx_control_zero(struct lvsx_net *ln)
{
	lvsx_stats_zero(ln);
	config_zero_conflicts(mine(ln, ln->services.pool));
	lvsx_service_each(ln, config_zero_service);
}

int lvsx_control_default_on(struct lvsx_net *ln, bool on, struct netlink_ext_ack *extack)
{
	int err = config_start(ln, extack);

	if (err)
		return err;
	ln->services.default_on = on;
	ln->follow_next = 0;
	mod_delayed_work(lvsx_wq, &ln->tick, 0);
	return 0;
}
