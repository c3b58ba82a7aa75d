// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following IPVS, which tells nobody of its changes: in process context look for services that
 * became FullNAT by flag 3 (or all, by default), for those that ceased to be, for new timeouts and
 * weights, and for destinations to bring up to date or let go of. Each tick asks whether IPVS has
 * as many services as before, which is cheap; the rest comes when it has not, or is due.
 */
#include "config.h"
#include "ipvs/ipvs.h"
#include "rss/remap.h"
#include "cpu/tables.h"
#include "service/service.h"

#define FOLLOW_MS 100		/* how late a new service may become ours */
#define ECHOES 2		/* looks more after the last new one: its servers come later */

static void met(struct lvsx_net *ln, const struct lvsx_service_key *key, bool fullnat)
{
	struct lvsx_service *svc;

	if (key->family != AF_INET)
		return;
	fullnat |= ln->services.default_on;
	svc = lvsx_service_get(ln, key);
	/* What clients send to a local address would be looked for among real servers' answers. */
	if (!svc && fullnat && (key->fwmark || !lvsx_service_pooled(ln, key->addr[0])))
		svc = lvsx_service_add(ln, key);
	if (!svc)
		return;		/* or there is no memory: the next pass comes */
	svc->alive = true;
	svc->seen |= fullnat;
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

	/* Without a default pool nothing could be done for them; flag 3 may mean something else. */
	if (!pool && !ln->found_any)
		return;
	ln->found_any = pool;
	ln->found_change = false;
	lvsx_service_each(ln, forget_seen);
	if (pool)
		lvsx_ipvs_discover(ln, met);
	lvsx_service_each(ln, settle);
	if (ln->found_change)
		lvsx_service_refresh_ours(ln);
}

static void review(struct lvsx_net *ln, struct lvsx_service *svc)
{
	lvsx_ipvs_review(ln, &svc->key, &svc->pin);
	if (svc->now && !lvsx_service_in_grace(svc))
		WRITE_ONCE(svc->now, false);	/* stock can have nothing of it any more */
}

/* Everything there is to follow, which with many services takes its time. */
static void follow(struct lvsx_net *ln)
{
	WRITE_ONCE(ln->paused, lvsx_ipvs_paused(ln->net));
	lvsx_ipvs_timeouts(ln, &ln->timeouts);
	lvsx_service_each(ln, review);
	lvsx_ipvs_sweep(ln);
	lvsx_remap_follow(ln);
	lvsx_service_prune_ours(ln);
}

/* Has IPVS more services, or fewer, than a moment ago? Then look for them without waiting. */
static bool stirred(struct lvsx_net *ln)
{
	int nr = lvsx_ipvs_services(ln->net);

	if (nr != ln->nr_services)
		ln->echoes = ECHOES + 1;
	ln->nr_services = nr;
	if (!ln->echoes)
		return false;
	ln->echoes--;
	return true;
}

void lvsx_control_follow(struct lvsx_net *ln)
{
	ktime_t began = ktime_get();
	bool due, anew;

	mutex_lock(&ln->mutex);
	due = ktime_after(began, ln->follow_next);
	anew = ln->hooked && stirred(ln);
	if (ln->hooked && (due || anew))
		discover(ln);
	if (ln->hooked && due) {
		follow(ln);
		/* With many services never more than a hundredth of one CPU. */
		ln->follow_next = ktime_add_us(ktime_get(),
					       100 * ktime_us_delta(ktime_get(), began));
	}
	mutex_unlock(&ln->mutex);
	if (!READ_ONCE(ln->stopping))
		queue_delayed_work(lvsx_wq, &ln->tick, msecs_to_jiffies(FOLLOW_MS));
}
