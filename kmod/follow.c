// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following IPVS, which tells nobody of its changes: once a tick, in process context, look for
 * services that became FullNAT by flag 3 (or all, by default), for those that ceased to be, for
 * new timeouts and weights, and for destinations to bring up to date or let go of.
 */
#include <linux/slab.h>
#include "control.h"
#include "steer.h"
#include "table.h"

#define FOLLOW_MS 100		/* how late a new flag-3 service may become ours */
#define FOUND_MAX 256		/* new services in one pass; the rest in the next */

/* Services met that the registry does not have: collected under RCU, added when that is over. */
struct found {
	u32 nr;
	struct lvsx_service_key key[FOUND_MAX];
};

static void met(struct lvsx_net *ln, const struct lvsx_service_key *key, bool fullnat)
{
	struct lvsx_service *svc = lvsx_service_get(ln, key);
	struct found *found = ln->found;

	if (key->family != AF_INET)
		return;
	fullnat |= ln->services.default_on;
	if (svc) {
		svc->alive = true;
		svc->seen |= fullnat;
	} else if (fullnat && found->nr < FOUND_MAX &&
		   (key->fwmark || !lvsx_service_pooled(ln, key->addr[0]))) {
		found->key[found->nr++] = *key;
	}
}

static void forget_seen(struct lvsx_net *ln, struct lvsx_service *svc)
{
	svc->seen = false;
	svc->alive = false;
}

static void settle(struct lvsx_net *ln, struct lvsx_service *svc)
{
	bool found = svc->seen;

	if (svc->seen)
		svc->last_seen = jiffies;
	else if (svc->found && !svc->alive && rcu_access_pointer(ln->services.pool))
		found = time_before(jiffies, svc->last_seen + LVSX_SERVICE_LINGER);
	if (svc->found == found)
		return;
	svc->found = found;
	ln->found_change = true;
	if (!svc->found && lvsx_service_bare(svc))
		lvsx_service_del(ln, svc);
}

static void discover(struct lvsx_net *ln)
{
	bool pool = rcu_access_pointer(ln->services.pool);
	struct lvsx_service *svc;
	struct found *found;
	u32 i;

	/* Without a default pool nothing could be done for them; flag 3 may mean something else. */
	if (!pool && !ln->found_any)
		return;
	found = kvzalloc(sizeof(*found), GFP_KERNEL);
	if (!found)
		return;
	ln->found_any = pool;
	ln->found = found;
	ln->found_change = false;
	lvsx_service_each(ln, forget_seen);
	if (pool)
		lvsx_ipvs_discover(ln, met);
	for (i = 0; i < found->nr; i++) {
		svc = lvsx_service_get(ln, &found->key[i]) ?: lvsx_service_add(ln, &found->key[i]);
		if (svc)
			svc->seen = true;
	}
	lvsx_service_each(ln, settle);
	if (ln->found_change)
		lvsx_service_refresh_ours(ln);
	ln->found = NULL;
	kvfree(found);
}

static void review(struct lvsx_net *ln, struct lvsx_service *svc)
{
	lvsx_ipvs_review(ln, &svc->key, &svc->pin);
}

void lvsx_control_follow(struct lvsx_net *ln)
{
	ktime_t began = ktime_get();
	s64 took_ms;

	mutex_lock(&ln->mutex);
	if (ln->hooked) {
		discover(ln);
		WRITE_ONCE(ln->paused, lvsx_ipvs_paused(ln->net));
		lvsx_ipvs_timeouts(ln, &ln->timeouts);
		lvsx_service_each(ln, review);
		lvsx_ipvs_sweep(ln);
		lvsx_steer_follow(ln);
		lvsx_service_prune_ours(ln);
	}
	mutex_unlock(&ln->mutex);
	took_ms = ktime_ms_delta(ktime_get(), began);
	/* With many services never more than a hundredth of one CPU. */
	if (!READ_ONCE(ln->stopping))
		queue_delayed_work(lvsx_wq, &ln->tick,
				   msecs_to_jiffies(max_t(s64, FOLLOW_MS, 100 * took_ms)));
}
