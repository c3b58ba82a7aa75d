/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The services that lvsx handles in one namespace, and the local addresses of each. Read by packets
 * under RCU, changed under lvsx_net.mutex by config.c.
 */
#ifndef LVSX_SERVICE_H
#define LVSX_SERVICE_H

#include <linux/rhashtable.h>
#include "netns/addresses.h"
#include "ipvs/ipvs.h"

/*
 * How long one that IPVS made FullNAT and does not have any more is waited for: its first SYN must
 * not go to stock when somebody makes it anew.
 */
#define LVSX_SERVICE_LINGER (60 * HZ)

/* Local addresses; immutable, replaced as a whole. */
struct lvsx_locals {
	struct rcu_head rcu;
	u32 nr;
	atomic_t *conflicts;	/* of each address: times that no port was free; behind addr[] */
	__be32 addr[][4];	/* sorted by value; IPv4 in word 0 */
};

struct lvsx_service {
	struct rhash_head node;
	struct lvsx_service_key key;
	struct lvsx_locals __rcu *locals;	/* of its own, NULL: the default pool */
	struct lvsx_access __rcu *access;	/* access.h; NULL: everybody may come in */
	struct lvsx_pin pin;
	u32 idle_ms;		/* how long an established flow may idle, 0: as IPVS says */
	unsigned long grace;	/* jiffies until which a first packet may be stock's */
	u8 drain;		/* enum lvsx_drain: it takes no new connections */
	bool now;		/* by word: what stock has of it is taken over, or ended */
	bool marked;		/* by configuration (LVSX_CMD_SERVICE_SET) */
	bool found;		/* by IPVS: flag-3, or every service is FullNAT; follows IPVS */
	bool seen;		/* by the discovery that is running, as one of these */
	bool alive;		/* by the same: IPVS has it, with a masquerading real server */
	unsigned long last_seen;	/* jiffies */
	struct rcu_head rcu;
};

/* Who said so: bits. */
enum lvsx_drain {
	LVSX_DRAIN_ONE = 1,	/* of this service */
	LVSX_DRAIN_ALL = 2,	/* of all, those to come included */
};

struct lvsx_services {
	struct rhashtable table;
	struct lvsx_locals __rcu *pool;		/* the default pool, IPv4 */
	struct lvsx_addresses __rcu *ours;	/* every VIP and local address */
	unsigned long generation;		/* other after a service has come or gone, not 0 */
	int fwmarks;				/* services with a fwmark: their VIPs are unknown */
	bool default_on;
	bool drain;				/* all of them */
	bool ours_retry;			/* there was no memory to rebuild the set */
	bool ours_kept;				/* it has addresses that left the configuration */
	u32 addresses;				/* while rebuilding: how many, and the new set */
	struct lvsx_addresses *next;
};

struct lvsx_access;
struct lvsx_pkt;

int lvsx_services_init(struct lvsx_net *ln);
void lvsx_services_exit(struct lvsx_net *ln);

/* Is this a VIP or a local address of ours? Softirq, RCU. */
static inline bool lvsx_service_known(const struct lvsx_services *s, __be32 daddr)
{
	const struct lvsx_addresses *set = rcu_dereference(s->ours);

	return set && lvsx_addresses_have(set, daddr);
}

/*
 * May a packet to this address concern lvsx at all? With a fwmark service any may: its VIPs are not
 * known, and only the first packet of a connection needs the mark. Softirq, RCU.
 */
static inline bool lvsx_service_maybe(const struct lvsx_services *s, __be32 daddr)
{
	return lvsx_service_known(s, daddr) || READ_ONCE(s->fwmarks);
}

/* Is this a VIP or a local address of ours, or a fwmark of ours? Softirq, RCU. */
bool lvsx_service_ours(struct lvsx_net *ln, __be32 daddr, u32 mark);

/* The service a first packet asks for, NULL: none of lvsx's. Order as in IPVS. Softirq, RCU. */
struct lvsx_service *lvsx_service_find(struct lvsx_net *ln, const struct lvsx_pkt *pkt);

/*
 * Until when, in jiffies, stock IPVS may have connections of a service that becomes ours now, or of
 * which one was met: by then those that nobody speaks on have ended there.
 */
unsigned long lvsx_service_grace(const struct lvsx_net *ln);

/* time_before(), whose two variables for the compiler's sake are zeroed where all are. */
static __always_inline bool lvsx_service_in_grace(const struct lvsx_service *svc)
{
	return (long)(jiffies - READ_ONCE(svc->grace)) < 0;
}

/* The rest: process context, under ln->mutex. */
struct lvsx_service *lvsx_service_get(struct lvsx_net *ln, const struct lvsx_service_key *key);
struct lvsx_service *lvsx_service_add(struct lvsx_net *ln, const struct lvsx_service_key *key);

/* One that has no access lists. */
void lvsx_service_del(struct lvsx_net *ln, struct lvsx_service *svc);

/* Nothing of lvsx's own configuration keeps it. */
static inline bool lvsx_service_bare(const struct lvsx_service *svc)
{
	return !svc->marked && !svc->idle_ms && !rcu_access_pointer(svc->locals) &&
	       !rcu_access_pointer(svc->access);
}

/* Do not wait for IPVS to make it anew, see sync.c. */
static inline void lvsx_service_lost(struct lvsx_service *svc)
{
	svc->last_seen = jiffies - LVSX_SERVICE_LINGER;
}

/* Call @each for every service; it may delete the one it gets. */
void lvsx_service_each(struct lvsx_net *ln,
		       void (*each)(struct lvsx_net *ln, struct lvsx_service *));

/*
 * Is a VIP of a service among these addresses, host order? Is @addr in the default pool? And is it
 * anybody's local address?
 */
bool lvsx_service_vip_within(struct lvsx_net *ln, u32 first, u32 last);
bool lvsx_service_pooled(struct lvsx_net *ln, __be32 addr);
bool lvsx_service_has_local(struct lvsx_net *ln, __be32 addr);

/*
 * Rebuild the set of our addresses. One that left the configuration stays in while any flow lives,
 * for the sake of its established connections. Without memory for it the old set stays until
 * lvsx_service_prune_ours(), once a tick, succeeds.
 */
void lvsx_service_refresh_ours(struct lvsx_net *ln);
void lvsx_service_prune_ours(struct lvsx_net *ln);

#endif
