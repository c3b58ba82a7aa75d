// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which real server would IPVS, or lvsx's own pick, give to a new connection? What schedule.c does,
 * up to where it would take something: see lvsx_ipvs_where() in ipvs.h. Process context, RCU.
 */
#include "uapi/linux/lvsx.h"
#include "account.h"
#include "netns/net.h"
#include "sched.h"
#include "schedule.h"

static_assert(sizeof_field(struct lvsx_where, scheduler) == IP_VS_SCHEDNAME_MAXLEN, "a name fits");

/* How many can be chosen, by the rule that all schedulers but ovf have; *@one is one of them. */
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

/* By lvsx's own rule, from where each CPU stands. False: the scheduler is to be asked. */
static bool where_turns(struct lvsx_net *ln, const struct lvsx_pkt *pkt, struct ip_vs_service *svc,
			const struct ip_vs_scheduler *sched, const struct lvsx_pin *pin,
			struct lvsx_where *where)
{
	struct lvsx_lineup *l = rcu_dereference(pin->lineup), *preview = NULL;
	bool avoiding = READ_ONCE(ln->ipvs.avoiding);
	int c;

	if (!lvsx_pick_holds(l, svc, sched)) {
		preview = lvsx_pick_preview(&ln->ipvs, svc, sched);
		l = preview;
	}
	if (!l || l->kind->rule == LVSX_RULE_NONE) {
		kfree(preview);
		return false;
	}
	for_each_online_cpu(c) {
		struct lvsx_turn turn = {
			.next = READ_ONCE(l->turn[c].next),
			.least = READ_ONCE(l->turn[c].least),
		};
		struct lvsx_seat *seat;

		local_bh_disable();	/* as those who pick; not for all CPUs at once */
		seat = avoiding ? lvsx_pick_reachable(l, &turn) : lvsx_pick_seat(l, &turn);
		local_bh_enable();
		where->on[c] = where_choice(pkt, seat ? seat->dest : NULL, true);
	}
	kfree(preview);
	return true;
}

/* One that only reads. It may log that it finds nobody, at the rate that the kernel allows. */
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

/* @pin NULL: the choice is IPVS's alone. */
static void where_choose(struct lvsx_net *ln, struct sk_buff *skb, const struct lvsx_pkt *pkt,
			 struct ip_vs_service *svc, const struct lvsx_pin *pin, bool ours,
			 struct lvsx_where *where)
{
	const struct ip_vs_scheduler *sched = rcu_dereference(svc->scheduler);
	const struct lvsx_kind *kind = sched ? lvsx_pick_kind(sched) : NULL;
	struct ip_vs_dest *one = NULL, *dest;
	u32 able = where_able(svc, &one);

	if (sched)
		strscpy(where->scheduler, sched->name, sizeof(where->scheduler));
	if (!sched || !able) {
		where->how = LVSX_HOW_NOBODY;
	} else if (pin && where_turns(ln, pkt, svc, sched, pin, where)) {
		where->how = able == 1 ? LVSX_HOW_ONLY : LVSX_HOW_TURN;
	} else if (kind->asking == LVSX_ASK_FREELY) {
		dest = where_ask(svc, sched, skb);
		where->how = able == 1 && dest == one ? LVSX_HOW_ONLY : LVSX_HOW_ASKED;
		where_on_all(where, where_choice(pkt, dest, ours));
		if (ours && !dest)
			where->reason = LVSX_REASON_NO_REAL;
	} else if (able == 1 && (kind->asking == LVSX_ASK_NOBODY_ELSE || svc->num_dests == 1)) {
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

	return lvsx_schedule_look(ln, key, false, &unused, &seen);
}

/* What lvsx leaves to stock IPVS: its persistence asks the scheduler, too, but for all packets. */
static bool where_is_stocks(const struct ip_vs_service *svc)
{
	return svc->flags & IP_VS_SVC_F_PERSISTENT && sysctl_cache_bypass(svc->ipvs);
}

void lvsx_ipvs_where(struct lvsx_net *ln, struct sk_buff *skb, const struct lvsx_pkt *pkt,
		     const struct lvsx_service_key *key, struct lvsx_pin *pin,
		     struct lvsx_where *where)
{
	struct ip_vs_service *svc = pin ? lvsx_schedule_pinned(&ln->ipvs, key, pin) : NULL;
	struct ip_vs_dest *unused;
	bool ours = pin;
	u32 seen = 0;

	where->how = LVSX_HOW_UNSEEN;
	where->reason = LVSX_REASON_MAX;
	if (!svc)
		svc = lvsx_schedule_look(ln, key, pin, &unused, &seen);
	if (pin && (!svc || where_is_stocks(svc))) {
		where->reason = LVSX_REASON_PASS_NOT_MASQ;
		ours = false;
	}
	if (!svc && pin)
		svc = lvsx_schedule_look(ln, key, false, &unused, &seen);
	if (!svc)
		return;
	/* IPVS serves every port of an address only with persistence. */
	if (!lvsx_schedule_by(svc, pkt) && !(svc->flags & IP_VS_SVC_F_PERSISTENT)) {
		where->how = LVSX_HOW_NOBODY;
		where->reason = ours ? LVSX_REASON_NO_REAL : where->reason;
		return;
	}
	where_choose(ln, skb, pkt, svc,
		     ours && !(svc->flags & IP_VS_SVC_F_PERSISTENT) ? pin : NULL, ours, where);
}
