/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A real server: an IPVS destination and the number that flows know it by. Made by the first packet
 * that is scheduled to it, freed by the sweep. Only for kmod/ipvs.
 */
#ifndef LVSX_REAL_H
#define LVSX_REAL_H

#include <linux/smp.h>
#include <net/ip_vs.h>
#include "ipvs.h"

/* What one CPU's packets did; only the sums over all CPUs mean something. */
struct lvsx_real_cpu {
	u32 flows;
	u32 conns;	/* of those counted here rather than at the destination: all, active */
	u32 active;
	u32 pad;
};

/* Consecutive numbers share a cache line of each CPU. */
#define LVSX_REAL_LINE (64 / sizeof(struct lvsx_real_cpu))

struct lvsx_real {
	struct ip_vs_dest *dest;		/* reference held */
	struct ip_vs_cpu_stats __percpu *stats;	/* of dest, for as long as dest lives */
	struct lvsx_real_cpu *here;		/* of CPU 0; the next CPU's is a line further */
	struct rhash_head node;
	struct rcu_head rcu;
	u32 number;
	bool counts_late;	/* the destination's counts may be brought up to date by tick */
	bool unfolded;		/* any CPU: a count in @here changed since the last tick */
	bool lingers;		/* what follows is the tick's, or under lock: look once more */
	bool hidden;		/* out of the hash, so that no flow begins with it any more */
	unsigned long grace;	/* RCU cookie of that */
	unsigned long avoid;	/* any CPU: jiffies until which to avoid it; 0: do not */
	u32 folded_conns;	/* of @here, what the destination's counts have */
	u32 folded_active;
	atomic_t snapshots;	/* that have it, snapshot.c */
};

#define LVSX_REAL_PAGE_SHIFT 9
#define LVSX_REAL_PAGE (1U << LVSX_REAL_PAGE_SHIFT)

struct lvsx_real_page {
	struct lvsx_real *real[LVSX_REAL_PAGE];
	struct lvsx_real_cpu *counts[LVSX_REAL_PAGE / LVSX_REAL_LINE];	/* stay once made */
};

/*
 * NULL: freed. Inside an RCU read section, or where a flow is held. If the number came from struct
 * lvsx_svc_cache, its page may not be visible yet.
 */
static inline struct lvsx_real *lvsx_real_at(const struct lvsx_ipvs *li, u32 number)
{
	struct lvsx_real_page *page = READ_ONCE(li->page[number >> LVSX_REAL_PAGE_SHIFT]);

	return likely(page) ? READ_ONCE(page->real[number & (LVSX_REAL_PAGE - 1)]) : NULL;
}

/* Of a flow: whoever made the flow has seen its number's page. Inside an RCU section. */
static inline struct lvsx_real *lvsx_real_of_flow(const struct lvsx_ipvs *li, u32 number)
{
	const struct lvsx_real_page *page = READ_ONCE(li->page[number >> LVSX_REAL_PAGE_SHIFT]);

	return READ_ONCE(page->real[number & (LVSX_REAL_PAGE - 1)]);
}

/* The real server of this destination, with one more flow. NULL: no memory. Softirq, RCU. */
struct lvsx_real *lvsx_real_get(struct lvsx_ipvs *li, struct ip_vs_dest *dest);

/* The same without a new flow. NULL: no packet has been scheduled to it yet. RCU. */
struct lvsx_real *lvsx_real_find(struct lvsx_ipvs *li, struct ip_vs_dest *dest);

/* CPU @c's own; written with softirqs off. */
static inline struct lvsx_real_cpu *lvsx_real_on(const struct lvsx_real *real, int c)
{
	return real->here + c * LVSX_REAL_LINE;
}

/* One more flow, where it was found inside this RCU read section. Softirqs off. */
static inline void lvsx_real_use(struct lvsx_real *real)
{
	lvsx_real_on(real, raw_smp_processor_id())->flows++;
}

/* One less, on any CPU. The sweep notices if it was the last. Softirqs off. */
static inline void lvsx_real_put(struct lvsx_real *real)
{
	lvsx_real_on(real, raw_smp_processor_id())->flows--;
}

/*
 * May a change of the destination's counts wait for the tick? Not if a threshold, or a scheduler
 * that looks at them, needs them at once.
 */
static inline bool lvsx_real_late(const struct lvsx_real *real)
{
	return READ_ONCE(real->counts_late) && !READ_ONCE(real->dest->u_threshold) &&
	       !(real->dest->flags & IP_VS_DEST_F_OVERLOAD);
}

/* Softirqs off. */
static inline void lvsx_real_count(struct lvsx_real *real, int conns, int active)
{
	struct lvsx_real_cpu *here = lvsx_real_on(real, raw_smp_processor_id());

	here->conns += conns;
	here->active += active;
	if (unlikely(!READ_ONCE(real->unfolded)))
		WRITE_ONCE(real->unfolded, true);
}

/* Longer than neighbour resolution takes to fail again, so that one packet at a time tries. */
#define LVSX_REAL_AVOID (4 * HZ)

static inline bool lvsx_real_avoided(const struct lvsx_real *real)
{
	unsigned long until = READ_ONCE(real->avoid);

	return until && time_before(jiffies, until);
}

/* A real server that got its own packet would talk to itself for ever. */
static __always_inline bool lvsx_ipvs_is_itself(const struct lvsx_pkt *pkt, const __be32 *real,
						__be16 rport)
{
	return unlikely(rport == pkt->tuple.sport &&
			!memcmp(real, pkt->tuple.saddr, lvsx_addr_len(pkt->tuple.family)));
}

/* Does this destination belong to a service of this identity? The service may be gone. */
static inline bool lvsx_ipvs_belongs(const struct ip_vs_dest *dest,
				     const struct lvsx_service_key *key)
{
	if (dest->af != key->family || dest->vfwmark != key->fwmark)
		return false;
	return key->fwmark || (dest->vport == key->port && dest->protocol == key->proto &&
			       ip_vs_addr_equal(key->family, &dest->vaddr,
						(const union nf_inet_addr *)key->addr));
}

/* Bring the destination's counts up to date. Any context but hard interrupts. */
void lvsx_real_fold(struct lvsx_ipvs *li, struct lvsx_real *real);

int lvsx_reals_init(struct lvsx_ipvs *li);

/* No flow, no reader. */
void lvsx_reals_exit(struct lvsx_ipvs *li);

/* Live flows to this destination. RCU. */
u32 lvsx_real_flows(struct lvsx_ipvs *li, struct ip_vs_dest *dest);

#endif
