/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The services of one namespace that lvsx handles, and the local addresses of each. Read by packets
 * under RCU, changed under lvsx_net.mutex; for service/.
 */
#ifndef LVSX_NETNS_SERVICES_H
#define LVSX_NETNS_SERVICES_H

#include <linux/rhashtable-types.h>
#include "addresses.h"
#include "ipvs.h"

/*
 * How long to keep a service that was FullNAT by IPVS's configuration after IPVS lost it: if it is
 * made again, its first SYN must not go to stock.
 */
#define LVSX_SERVICE_LINGER (60 * HZ)

/* Local addresses; immutable, replaced as a whole. */
struct lvsx_locals {
	struct rcu_head rcu;
	u32 nr;
	atomic_t *conflicts;	/* of each address: how often no port was free; behind addr[] */
	__be32 addr[][4];	/* sorted by value; IPv4 in word 0 */
};

struct lvsx_service {
	struct rhash_head node;
	struct lvsx_service_key key;
	struct lvsx_locals __rcu *locals;	/* of its own, NULL: the default pool */
	struct lvsx_access __rcu *access;	/* access.h; NULL: everybody may connect */
	struct lvsx_svc_cache cache;
	u32 idle_ms;		/* how long an established flow may idle, 0: as IPVS says */
	unsigned long grace;	/* jiffies until which a first packet may be stock's */
	u8 drain;		/* enum lvsx_drain; not 0: it takes no new connections */
	bool now;		/* --adopt --now: take over or end stock's connections */
	bool marked;		/* by configuration (LVSX_CMD_SERVICE_SET) */
	bool found;		/* by discovery: flag 3, or every service is FullNAT */
	bool seen;		/* the same, by the discovery that is running */
	bool alive;		/* by that, too: IPVS has it, with a masquerading real server */
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
	unsigned long generation;		/* changes when a service comes or goes; not 0 */
	int fwmarks;				/* services with a fwmark: their VIPs are unknown */
	bool default_on;
	bool drain;				/* all of them */
	bool ours_retry;			/* there was no memory to rebuild the set */
	bool ours_kept;				/* it has addresses that left the configuration */
	u32 addresses;				/* while rebuilding: how many, the new set */
	struct lvsx_addresses *next;
};

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

#endif
