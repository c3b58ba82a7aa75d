// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which real server would a new connection get, from IPVS or from lvsx's own rules? What schedule.c
 * does, short of taking anything: see lvsx_ipvs_where() in ipvs.h. Process context, RCU.
 */
#include "uapi/linux/lvsx.h"
#include "account.h"
#include "netns/net.h"
#include "scheduler.h"
#include "schedule.h"

static_assert(sizeof_field(struct lvsx_where, scheduler) == IP_VS_SCHEDNAME_MAXLEN, "a name fits");

/* How many can be chosen, by what all schedulers but ovf require; *@one is one of them. */
static u32 where_able(const struct ip_vs_service *svc, struct ip_vs_dest **one)
{
	struct ip_vs_dest *dest;
	u32 able = 0;

	list_for_each_entry_rcu(dest, &svc->destinations, n_list) {
		if (dest->flags & IP_VS_DEST_F_OVERLOAD || !lvsx_dest_available(dest) ||
		    atomic_read(&dest->weight) <= 0)
			continue;
		*one = dest;
		able++;
	}
	return able;
}

static struct lvsx_choice where_choice(const struct lvsx_pkt *pkt, const struct ip_vs_dest *dest,
				       bool ours)
{
	struct lvsx_choice choice = { .reason = LVSX_REASON_MAX };

	if (!dest || dest->af != AF_INET)
		return choice;
	choice.addr = dest->addr.ip;
	choice.port = dest->port ?: pkt->tuple.dport;
	if (ours && IP_VS_DFWD_METHOD(dest) != IP_VS_CONN_F_MASQ)
		choice.reason = LVSX_REASON_NOT_MASQ;
	else if (ours && lvsx_ipvs_is_itself(pkt, dest->addr.ip6, choice.port))
		choice.reason = LVSX_REASON_MARTIAN;
	return choice;
}

static void where_on_all(struct lvsx_where *where, struct lvsx_choice choice)
{
	int c;

	for_each_online_cpu(c)
		where->on[c] = choice;
}

/* By lvsx's own rule, from the cursor of each CPU. False: the scheduler must be called. */
static bool where_by_rule(struct lvsx_net *ln, const struct lvsx_pkt *pkt,
			  struct ip_vs_service *svc, const struct ip_vs_scheduler *sched,
			  const struct lvsx_svc_cache *cache, struct lvsx_where *where)
{
	struct lvsx_snapshot *snap = rcu_dereference(cache->snapshot), *preview = NULL;
	bool avoiding = READ_ONCE(ln->ipvs.avoiding);
	int c;

	if (!lvsx_snapshot_is_current(snap, svc, sched)) {
		preview = lvsx_snapshot_preview(&ln->ipvs, svc, sched);
		snap = preview;
	}
	if (!snap || snap->kind->rule == LVSX_RULE_NONE) {
		kfree(preview);
		return false;
	}
	for_each_online_cpu(c) {
		struct lvsx_sched_cursor cursor = {
			.next = READ_ONCE(snap->cursor[c].next),
			.least = READ_ONCE(snap->cursor[c].least),
		};
		struct lvsx_candidate *cand;

		local_bh_disable();	/* as in packets' context; not for all CPUs at once */
		cand = avoiding ? lvsx_scheduler_next_reachable(snap, &cursor) :
				  lvsx_scheduler_next(snap, &cursor);
		local_bh_enable();
		where->on[c] = where_choice(pkt, cand ? cand->dest : NULL, true);
	}
	kfree(preview);
	return true;
}

/* Call a scheduler that only reads. It may log that it finds none, rate-limited by the kernel. */
static struct ip_vs_dest *where_ask(struct ip_vs_service *svc, const struct ip_vs_scheduler *sched,
				    struct sk_buff *skb)
{
	struct ip_vs_iphdr iph;
	struct ip_vs_dest *dest;

	if (!ip_vs_fill_iph_skb(svc->af, skb, false, &iph))
		return NULL;
	local_bh_disable();
	/* The scheduler's data is read after its pointer; pairs with ip_vs_bind_scheduler(). */
	smp_rmb();
	dest = sched->schedule(svc, skb, &iph);
	local_bh_enable();
	return dest;
}

/* @cache NULL: IPVS alone chooses. */
static void where_choose(struct lvsx_net *ln, struct sk_buff *skb, const struct lvsx_pkt *pkt,
			 struct ip_vs_service *svc, const struct lvsx_svc_cache *cache, bool ours,
			 struct lvsx_where *where)
{
	const struct ip_vs_scheduler *sched = rcu_dereference(svc->scheduler);
	const struct lvsx_kind *kind = sched ? lvsx_kind_of(sched) : NULL;
	struct ip_vs_dest *one = NULL, *dest;
	u32 able = where_able(svc, &one);

	if (sched)
		strscpy(where->scheduler, sched->name, sizeof(where->scheduler));
	if (!sched || !able) {
		where->how = LVSX_HOW_NOBODY;
	} else if (cache && where_by_rule(ln, pkt, svc, sched, cache, where)) {
		where->how = able == 1 ? LVSX_HOW_ONLY : LVSX_HOW_TURN;
	} else if (kind->dry_run == LVSX_DRY_RUN_SAFE) {
		dest = where_ask(svc, sched, skb);
		where->how = able == 1 && dest == one ? LVSX_HOW_ONLY : LVSX_HOW_ASKED;
		where_on_all(where, where_choice(pkt, dest, ours));
		if (ours && !dest)
			where->reason = LVSX_REASON_NO_REAL;
	} else if (able == 1 && (kind->dry_run == LVSX_DRY_RUN_ONLY_ONE || svc->num_dests == 1)) {
		where->how = LVSX_HOW_ONLY;
		where_on_all(where, where_choice(pkt, one, ours));
	} else {
		where->how = LVSX_HOW_UNKNOWN;
	}
	if (ours && where->how == LVSX_HOW_NOBODY)
		where->reason = LVSX_REASON_NO_REAL;
}

bool lvsx_ipvs_sees(const struct lvsx_net *ln, const struct lvsx_service_key *key)
{
	struct ip_vs_dest *unused;
	u32 seen = 0;

	return lvsx_schedule_scan(ln, key, false, &unused, &seen);
}

/* Does lvsx leave it to stock IPVS? */
static bool where_is_stocks(const struct ip_vs_service *svc)
{
	return svc->flags & IP_VS_SVC_F_PERSISTENT && sysctl_cache_bypass(svc->ipvs);
}

void lvsx_ipvs_where(struct lvsx_net *ln, struct sk_buff *skb, const struct lvsx_pkt *pkt,
		     const struct lvsx_service_key *key, struct lvsx_svc_cache *cache,
		     struct lvsx_where *where)
{
	struct ip_vs_service *svc = cache ? lvsx_schedule_cached(&ln->ipvs, key, cache) : NULL;
	struct ip_vs_dest *unused;
	bool ours = cache;
	u32 seen = 0;

	where->how = LVSX_HOW_UNSEEN;
	where->reason = LVSX_REASON_MAX;
	if (!svc)
		svc = lvsx_schedule_scan(ln, key, cache, &unused, &seen);
	if (cache && (!svc || where_is_stocks(svc))) {
		where->reason = LVSX_REASON_PASS_NOT_MASQ;
		ours = false;
	}
	if (!svc && cache)
		svc = lvsx_schedule_scan(ln, key, false, &unused, &seen);
	if (!svc)
		return;
	/* IPVS serves every port of an address only with persistence. */
	if (!lvsx_schedule_by(svc, pkt) && !(svc->flags & IP_VS_SVC_F_PERSISTENT)) {
		where->how = LVSX_HOW_NOBODY;
		where->reason = ours ? LVSX_REASON_NO_REAL : where->reason;
		return;
	}
	where_choose(ln, skb, pkt, svc,
		     ours && !(svc->flags & IP_VS_SVC_F_PERSISTENT) ? cache : NULL, ours, where);
}
