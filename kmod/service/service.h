/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The registry of services: looked up by packets, changed by configuration.
 */
#ifndef LVSX_SERVICE_H
#define LVSX_SERVICE_H

#include <linux/jiffies.h>
#include "netns/services.h"

struct lvsx_net;
struct lvsx_access;
struct lvsx_pkt;

int lvsx_services_init(struct lvsx_net *ln);
void lvsx_services_exit(struct lvsx_net *ln);

/* Is this a VIP or a local address of ours, or a fwmark of ours? Softirq, RCU. */
bool lvsx_service_ours(struct lvsx_net *ln, __be32 daddr, u32 mark);

/* The service a first packet asks for, NULL: none of lvsx's. Order as in IPVS. Softirq, RCU. */
struct lvsx_service *lvsx_service_find(struct lvsx_net *ln, const struct lvsx_pkt *pkt);

/*
 * Until when, in jiffies, stock IPVS may have connections of a service that becomes ours now, or of
 * which one was seen now: by then idle ones have expired there.
 */
unsigned long lvsx_service_grace(const struct lvsx_net *ln);

/* time_before() without its typecheck(), whose variables some configurations initialise. */
static __always_inline bool lvsx_service_in_grace(const struct lvsx_service *svc)
{
	return (long)(jiffies - READ_ONCE(svc->grace)) < 0;
}

/* The rest: process context, under ln->mutex. */
struct lvsx_service *lvsx_service_get(struct lvsx_net *ln, const struct lvsx_service_key *key);
struct lvsx_service *lvsx_service_add(struct lvsx_net *ln, const struct lvsx_service_key *key);

/* One that has no access lists. */
void lvsx_service_del(struct lvsx_net *ln, struct lvsx_service *svc);

/* It has no configuration of lvsx's own. */
static inline bool lvsx_service_bare(const struct lvsx_service *svc)
{
	return !svc->marked && !svc->idle_ms && !rcu_access_pointer(svc->locals) &&
	       !rcu_access_pointer(svc->access);
}

/* Do not keep it for IPVS to make it again, see control/sync.c. */
static inline void lvsx_service_lost(struct lvsx_service *svc)
{
	svc->last_seen = jiffies - LVSX_SERVICE_LINGER;
}

/* Call @each for every service; it may delete the one it gets. */
void lvsx_service_each(struct lvsx_net *ln,
		       void (*each)(struct lvsx_net *ln, struct lvsx_service *));

/*
 * Is a VIP of a service among these addresses, in host order? Is @addr in the default pool? Is it a
 * local address of any service or of the pool?
 */
bool lvsx_service_vip_within(struct lvsx_net *ln, u32 first, u32 last);
bool lvsx_service_pooled(struct lvsx_net *ln, __be32 addr);
bool lvsx_service_has_local(struct lvsx_net *ln, __be32 addr);

/*
 * Rebuild the set of our addresses. One that left the configuration stays in it while there are any
 * flows, for the sake of its established connections. If there is no memory, the old set stays
 * until lvsx_service_prune_ours() succeeds, which is called once a tick.
 */
void lvsx_service_refresh_ours(struct lvsx_net *ln);
void lvsx_service_prune_ours(struct lvsx_net *ln);

#endif
