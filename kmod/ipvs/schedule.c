// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which real server does IPVS give a new connection? Finds the IPVS service without IPVS's own
 * look-up, which is not exported, and chooses as its scheduler would, or calls it. Softirq, RCU.
 */
#include <linux/icmpv6.h>
#include <net/icmp.h>
#include "account.h"
#include "scheduler.h"
#include "schedule.h"
#include "shadow.h"
#include "compat/dst.h"
#include "netns/net.h"

/* For so many destinations a failed search pauses a jiffy, so that it costs little of a CPU. */
#define SEARCH_PER_JIFFY 256

/* The destination's service, if it is in use. A new one is hashed before it has a service. */
static struct ip_vs_service *schedule_live_service(const struct ip_vs_dest *dest)
{
	struct ip_vs_service *svc = rcu_dereference(dest->svc);

	return svc && svc->flags & IP_VS_SVC_F_HASHED ? svc : NULL;
}

struct ip_vs_service *lvsx_schedule_cached(const struct lvsx_ipvs *li,
					   const struct lvsx_service_key *key,
					   const struct lvsx_svc_cache *cache)
{
	const struct lvsx_real *real = lvsx_real_at(li, READ_ONCE(cache->real));

	if (unlikely(!real) || !lvsx_ipvs_belongs(real->dest, key))
		return NULL;
	return schedule_live_service(real->dest);
}

static void schedule_set_cache(struct lvsx_ipvs *li, struct lvsx_svc_cache *cache,
			       struct ip_vs_dest *dest)
{
	struct lvsx_real *real = lvsx_real_get(li, dest);

	if (!real)
		return;
	WRITE_ONCE(cache->real, real->number);
	lvsx_real_put(real);
}

struct ip_vs_service *lvsx_schedule_scan(const struct lvsx_net *ln,
					 const struct lvsx_service_key *key, bool masq,
					 struct ip_vs_dest **by, u32 *seen)
{
	struct netns_ipvs *ipvs = net_ipvs(ln->net);
	struct ip_vs_service *svc;
	struct ip_vs_dest *dest;
	u32 row;

	for (row = 0; row < IP_VS_RTAB_SIZE; row++) {
		hlist_for_each_entry_rcu(dest, &ipvs->rs_table[row], d_list) {
			++*seen;
			if (!lvsx_ipvs_belongs(dest, key) ||
			    (masq && IP_VS_DFWD_METHOD(dest) != IP_VS_CONN_F_MASQ))
				continue;
			svc = schedule_live_service(dest);
			if (!svc)
				continue;
			*by = dest;
			return svc;
		}
	}
	return NULL;
}

static struct ip_vs_service *schedule_search(struct lvsx_net *ln,
					     const struct lvsx_service_key *key,
					     struct lvsx_svc_cache *cache)
{
	struct ip_vs_service *svc;
	struct ip_vs_dest *dest;
	u32 seen = 0;

	if (READ_ONCE(cache->pause) &&
	    time_before(jiffies, READ_ONCE(cache->looked) + READ_ONCE(cache->pause)))
		return NULL;
	svc = lvsx_schedule_scan(ln, key, true, &dest, &seen);
	if (svc) {
		schedule_set_cache(&ln->ipvs, cache, dest);
		return svc;
	}
	WRITE_ONCE(cache->looked, jiffies);
	WRITE_ONCE(cache->pause, seen / SEARCH_PER_JIFFY);
	return NULL;
}

/* There is no real server: tell the client as stock does. */
static int schedule_refuse(struct sk_buff *skb, struct lvsx_pkt *pkt)
{
	if (pkt->tuple.family == LVSX_IPV6)
		icmpv6_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH, 0);
	else if (lvsx_route_input(skb))
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH, 0);
	return lvsx_drop(pkt, LVSX_REASON_NO_REAL);
}

struct ip_vs_scheduler *lvsx_schedule_by(const struct ip_vs_service *svc,
					 const struct lvsx_pkt *pkt)
{
	/* IPVS serves all ports of an address only with persistence. */
	if (!svc->fwmark && svc->port != pkt->tuple.dport)
		return NULL;
	return rcu_dereference(svc->scheduler);
}

/* The connection begins at @real, whose flow was counted. */
static __always_inline int schedule_begin(struct lvsx_net *ln, struct lvsx_pkt *pkt,
					  struct ip_vs_service *svc, struct lvsx_real *real,
					  struct lvsx_conn *conn)
{
	const struct ip_vs_dest *dest = real->dest;

	if (unlikely(IP_VS_DFWD_METHOD(dest) != IP_VS_CONN_F_MASQ)) {
		lvsx_real_put(real);
		return lvsx_drop(pkt, LVSX_REASON_NOT_MASQ);
	}
	conn->rport = dest->port ?: pkt->tuple.dport;
	if (lvsx_ipvs_is_itself(pkt, dest->addr.ip6, conn->rport)) {
		lvsx_real_put(real);
		return lvsx_drop(pkt, LVSX_REASON_MARTIAN);
	}
	lvsx_ipvs_conn_begin(&ln->ipvs, svc, real, lvsx_state_active(conn->state));
	conn->shadow = 0;
	conn->real_id = real->number;
	if (likely(pkt->tuple.family == LVSX_IPV4))
		conn->real[0] = dest->addr.ip;
	else
		memcpy(conn->real, dest->addr.all, sizeof(conn->real));
	return LVSX_NEXT;
}

/* Let IPVS's scheduler choose. */
static LVSX_COLD int schedule_by_ipvs(struct lvsx_net *ln, struct lvsx_pkt *pkt,
				      struct ip_vs_service *svc, struct ip_vs_scheduler *sched,
				      struct lvsx_conn *conn)
{
	struct sk_buff *skb = pkt->frame;
	struct ip_vs_dest *dest = NULL;
	struct ip_vs_iphdr iph;
	struct lvsx_real *real;

	if (!ip_vs_fill_iph_skb(svc->af, skb, false, &iph))
		return lvsx_drop(pkt, LVSX_REASON_BAD_IP);
	/* The scheduler's data is read after its pointer; pairs with ip_vs_bind_scheduler(). */
	smp_rmb();
	if (sched)
		dest = sched->schedule(svc, skb, &iph);
	if (!dest)
		return schedule_refuse(skb, pkt);
	real = lvsx_real_get(&ln->ipvs, dest);
	return real ? schedule_begin(ln, pkt, svc, real, conn) :
		      lvsx_drop(pkt, LVSX_REASON_NO_MEMORY);
}

static LVSX_COLD int schedule_persistent(struct lvsx_net *ln, struct sk_buff *skb,
					 struct lvsx_pkt *pkt, const struct ip_vs_service *svc,
					 struct lvsx_conn *conn)
{
	struct ip_vs_iphdr iph;

	if (!ip_vs_fill_iph_skb(svc->af, skb, false, &iph))
		return lvsx_drop(pkt, LVSX_REASON_BAD_IP);
	return lvsx_shadow_schedule(ln, skb, pkt, &iph, svc, conn);
}

int lvsx_ipvs_schedule(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt,
		       const struct lvsx_service_key *key, struct lvsx_svc_cache *cache,
		       struct lvsx_conn *conn)
{
	struct ip_vs_service *svc = lvsx_snapshot_service(cache);
	struct ip_vs_scheduler *sched;
	struct lvsx_real *real;

	if (unlikely(!svc)) {
		svc = lvsx_schedule_cached(&ln->ipvs, key, cache) ?:
		      schedule_search(ln, key, cache);
		if (!svc)
			return lvsx_pass(pkt, LVSX_REASON_PASS_NOT_MASQ);
	}
	if (unlikely(svc->flags & IP_VS_SVC_F_PERSISTENT))
		return schedule_persistent(ln, skb, pkt, svc, conn);
	if (ip_vs_todrop(svc->ipvs))
		return lvsx_drop(pkt, LVSX_REASON_STOCK_DROP);
	sched = lvsx_schedule_by(svc, pkt);
	real = likely(sched) ? lvsx_scheduler_choose(&ln->ipvs, cache, svc, sched) : NULL;
	return likely(real) ? schedule_begin(ln, pkt, svc, real, conn) :
			      schedule_by_ipvs(ln, pkt, svc, sched, conn);
}

LVSX_COLD bool lvsx_ipvs_has(struct lvsx_net *ln, const struct lvsx_service_key *key,
			     struct lvsx_svc_cache *cache)
{
	return lvsx_snapshot_service(cache) || lvsx_schedule_cached(&ln->ipvs, key, cache) ||
	       schedule_search(ln, key, cache);
}

void lvsx_ipvs_review(struct lvsx_net *ln, const struct lvsx_service_key *key,
		      struct lvsx_svc_cache *cache)
{
	lvsx_snapshot_review(&ln->ipvs, cache, lvsx_schedule_cached(&ln->ipvs, key, cache));
}

u64 lvsx_ipvs_flows(struct lvsx_net *ln, const struct lvsx_service_key *key,
		    const struct lvsx_svc_cache *cache)
{
	struct ip_vs_service *svc = lvsx_schedule_cached(&ln->ipvs, key, cache);
	struct ip_vs_dest *dest;
	u64 n = 0;

	if (svc)
		list_for_each_entry_rcu(dest, &svc->destinations, n_list)
			n += lvsx_real_flows(&ln->ipvs, dest);
	return n;
}
