// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following IPVS, which notifies nobody of its changes: look for services that became FullNAT by
 * flag 3 (or all, by default) or ceased to be, for new timeouts and weights, and for destinations
 * to bring up to date or release. Each tick reads what is a few words, and compares the number of
 * IPVS's services with the last one; the rest is done when that differs, or when it is due. Process
 * context.
 */
#include "config.h"
#include "ipvs/ipvs.h"
#include "rss/remap.h"
#include "cpu/tables.h"
#include "service/service.h"

#define FOLLOW_MS 100		/* how late a new service may become ours */
#define RESCANS 2		/* more searches after a new service: its servers come later */

static void sync_found(struct lvsx_net *ln, const struct lvsx_service_key *key, bool fullnat)
{
	struct lvsx_service *svc;

	if (key->family != AF_INET)
		return;
	fullnat |= ln->services.default_on;
	svc = lvsx_service_get(ln, key);
	/* At a local address, clients' packets would be taken for real servers' answers. */
	if (!svc && fullnat && (key->fwmark || !lvsx_service_pooled(ln, key->addr[0])))
		svc = lvsx_service_add(ln, key);
	if (!svc)
		return;		/* if for lack of memory, the next tick tries again */
	svc->alive = true;
	svc->seen |= fullnat;
}

static void sync_clear_seen(struct lvsx_net *ln, struct lvsx_service *svc)
{
	svc->seen = false;
	svc->alive = false;
}

static void sync_settle(struct lvsx_net *ln, struct lvsx_service *svc)
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

static void sync_discover(struct lvsx_net *ln)
{
	bool pool = rcu_access_pointer(ln->services.pool);

	/* Without a default pool they could not be served, and flag 3 may mean something else. */
	if (!pool && !ln->found_any)
		return;
	ln->found_any = pool;
	ln->found_change = false;
	lvsx_service_each(ln, sync_clear_seen);
	if (pool)
		lvsx_ipvs_discover(ln, sync_found);
	lvsx_service_each(ln, sync_settle);
	if (ln->found_change)
		lvsx_service_refresh_ours(ln);
}

static void sync_review(struct lvsx_net *ln, struct lvsx_service *svc)
{
	lvsx_ipvs_review(ln, &svc->key, &svc->cache);
	if (svc->now && !lvsx_service_in_grace(svc))
		WRITE_ONCE(svc->now, false);	/* stock has no connections of it any more */
}

/* All that belongs to services, but for new ones. With many services it takes long. */
static void sync_everything(struct lvsx_net *ln)
{
	lvsx_service_each(ln, sync_review);
	lvsx_ipvs_sweep(ln);
	lvsx_remap_follow(ln);
	lvsx_service_prune_ours(ln);
}

/* Has IPVS more services, or fewer, than at the last tick? Then search for them at once. */
static bool sync_services_changed(struct lvsx_net *ln)
{
	int nr = lvsx_ipvs_services(ln->net);

	if (nr != ln->nr_services)
		ln->rescans = RESCANS + 1;
	ln->nr_services = nr;
	if (!ln->rescans)
		return false;
	ln->rescans--;
	return true;
}

static void sync_tick(struct lvsx_net *ln)
{
	ktime_t began = ktime_get();
	bool due = ktime_after(began, ln->follow_next);

	WRITE_ONCE(ln->paused, lvsx_ipvs_paused(ln->net));
	lvsx_ipvs_timeouts(ln, &ln->timeouts);
	if (sync_services_changed(ln) || due)
		sync_discover(ln);
	if (!due)
		return;
	sync_everything(ln);
	/* With many services it may take a hundredth of one CPU. */
	ln->follow_next = ktime_add_us(ktime_get(), 100 * ktime_us_delta(ktime_get(), began));
}

void lvsx_control_follow(struct lvsx_net *ln)
{
	mutex_lock(&ln->mutex);
	if (ln->hooked)
		sync_tick(ln);
	mutex_unlock(&ln->mutex);
	if (!READ_ONCE(ln->stopping))
		queue_delayed_work(lvsx_wq, &ln->tick, msecs_to_jiffies(FOLLOW_MS));
}
