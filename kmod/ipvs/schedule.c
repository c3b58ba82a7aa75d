// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which real server does IPVS give to a new connection? Finds the IPVS service without IPVS's own
 * look-up, which is not to be had, and picks as its scheduler would or asks it. Softirq, RCU.
 */
#include <linux/icmpv6.h>
#include <net/icmp.h>
#include "account.h"
#include "sched.h"
#include "schedule.h"
#include "shadow.h"
#include "compat/dst.h"
#include "netns/net.h"

/* Destinations looked at in vain that cost a jiffy's pause; so a search costs little of a CPU. */
#define SEARCH_PER_JIFFY 256

/* The destination's service, if it is in use. A new destination is filed before it has one. */
static struct ip_vs_service *live_service(const struct ip_vs_dest *dest)
{
	struct ip_vs_service *svc = rcu_dereference(dest->svc);

	return svc && svc->flags & IP_VS_SVC_F_HASHED ? svc : NULL;
}

struct ip_vs_service *lvsx_schedule_pinned(const struct lvsx_ipvs *li,
					   const struct lvsx_service_key *key,
					   const struct lvsx_pin *pin)
{
	const struct lvsx_real *real = lvsx_real_at(li, READ_ONCE(pin->real));

	return likely(real) && lvsx_ipvs_belongs(real->dest, key) ? live_service(real->dest) : NULL;
}

static void set_pin(struct lvsx_ipvs *li, struct lvsx_pin *pin, struct ip_vs_dest *dest)
{
	struct lvsx_real *real = lvsx_real_get(li, dest);

	if (!real)
		return;
	WRITE_ONCE(pin->real, real->number);
	lvsx_real_put(real);
}

struct ip_vs_service *lvsx_schedule_look(const struct lvsx_net *ln,
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
			svc = live_service(dest);
			if (!svc)
				continue;
			*by = dest;
			return svc;
		}
	}
	return NULL;
}

static struct ip_vs_service *search(struct lvsx_net *ln, const struct lvsx_service_key *key,
				    struct lvsx_pin *pin)
{
	struct ip_vs_service *svc;
	struct ip_vs_dest *dest;
	u32 seen = 0;

	if (READ_ONCE(pin->pause) &&
	    time_before(jiffies, READ_ONCE(pin->looked) + READ_ONCE(pin->pause)))
		return NULL;
	svc = lvsx_schedule_look(ln, key, true, &dest, &seen);
	if (svc) {
		set_pin(&ln->ipvs, pin, dest);
		return svc;
	}
	WRITE_ONCE(pin->looked, jiffies);
	WRITE_ONCE(pin->pause, seen / SEARCH_PER_JIFFY);
	return NULL;
}

/* No real server to be had: say so to the client as stock does. */
static int refuse(struct sk_buff *skb, struct lvsx_pkt *pkt)
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

/* The connection begins at @real, which has one more flow. */
static __always_inline int begin(struct lvsx_net *ln, struct lvsx_pkt *pkt,
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

/* What cannot be picked here. */
static LVSX_COLD int ask(struct lvsx_net *ln, struct lvsx_pkt *pkt, struct ip_vs_service *svc,
			 struct ip_vs_scheduler *sched, struct lvsx_conn *conn)
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
		return refuse(skb, pkt);
	real = lvsx_real_get(&ln->ipvs, dest);
	return real ? begin(ln, pkt, svc, real, conn) : lvsx_drop(pkt, LVSX_REASON_NO_MEMORY);
}

static LVSX_COLD int persistent(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt,
				const struct ip_vs_service *svc, struct lvsx_conn *conn)
{
	struct ip_vs_iphdr iph;

	if (!ip_vs_fill_iph_skb(svc->af, skb, false, &iph))
		return lvsx_drop(pkt, LVSX_REASON_BAD_IP);
	return lvsx_shadow_schedule(ln, skb, pkt, &iph, svc, conn);
}

int lvsx_ipvs_schedule(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt,
		       const struct lvsx_service_key *key, struct lvsx_pin *pin,
		       struct lvsx_conn *conn)
{
	struct ip_vs_service *svc = lvsx_pick_service(pin);
	struct ip_vs_scheduler *sched;
	struct lvsx_real *real;

	if (unlikely(!svc)) {
		svc = lvsx_schedule_pinned(&ln->ipvs, key, pin) ?: search(ln, key, pin);
		if (!svc)
			return lvsx_pass(pkt, LVSX_REASON_PASS_NOT_MASQ);
	}
	if (unlikely(svc->flags & IP_VS_SVC_F_PERSISTENT))
		return persistent(ln, skb, pkt, svc, conn);
	if (ip_vs_todrop(svc->ipvs))
		return lvsx_drop(pkt, LVSX_REASON_STOCK_DROP);
	sched = lvsx_schedule_by(svc, pkt);
	real = likely(sched) ? lvsx_pick(&ln->ipvs, pin, svc, sched) : NULL;
	return likely(real) ? begin(ln, pkt, svc, real, conn) : ask(ln, pkt, svc, sched, conn);
}

LVSX_COLD bool lvsx_ipvs_has(struct lvsx_net *ln, const struct lvsx_service_key *key,
			     struct lvsx_pin *pin)
{
	return lvsx_pick_service(pin) || lvsx_schedule_pinned(&ln->ipvs, key, pin) ||
	       search(ln, key, pin);
}

void lvsx_ipvs_review(struct lvsx_net *ln, const struct lvsx_service_key *key,
		      struct lvsx_pin *pin)
{
	lvsx_pick_review(&ln->ipvs, pin, lvsx_schedule_pinned(&ln->ipvs, key, pin));
}

u64 lvsx_ipvs_flows(struct lvsx_net *ln, const struct lvsx_service_key *key,
		    const struct lvsx_pin *pin)
{
	struct ip_vs_service *svc = lvsx_schedule_pinned(&ln->ipvs, key, pin);
	struct ip_vs_dest *dest;
	u64 n = 0;

	if (svc)
		list_for_each_entry_rcu(dest, &svc->destinations, n_list)
			n += lvsx_real_flows(&ln->ipvs, dest);
	return n;
}
