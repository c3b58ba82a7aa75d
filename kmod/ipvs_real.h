/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A real server: an IPVS destination and the number that flows know it by. Made by the first packet
 * that is scheduled to it, freed by the sweep. Only for ipvs*.c.
 */
#ifndef LVSX_IPVS_REAL_H
#define LVSX_IPVS_REAL_H

#include <linux/refcount.h>
#include <net/ip_vs.h>
#include "ipvs.h"

struct lvsx_real {
	struct ip_vs_dest *dest;		/* reference held */
	struct ip_vs_cpu_stats __percpu *stats;	/* of dest, for as long as dest lives */
	struct rhash_head node;
	struct rcu_head rcu;
	u32 number;
	/* Its own plus each flow's; written by every new flow, so not beside what packets read. */
	refcount_t uses ____cacheline_aligned_in_smp;
};

#define LVSX_REAL_PAGE_SHIFT 9
#define LVSX_REAL_PAGE (1U << LVSX_REAL_PAGE_SHIFT)

/*
 * NULL: freed. Inside an RCU read section, or where a use is held. The page may not be seen yet
 * when the number came from a pin.
 */
static inline struct lvsx_real *lvsx_real_at(const struct lvsx_ipvs *li, u32 number)
{
	struct lvsx_real **page = READ_ONCE(li->page[number >> LVSX_REAL_PAGE_SHIFT]);

	return likely(page) ? READ_ONCE(page[number & (LVSX_REAL_PAGE - 1)]) : NULL;
}

/* The real server of this destination, with one more use. NULL: no memory. Softirq, RCU. */
struct lvsx_real *lvsx_real_get(struct lvsx_ipvs *li, struct ip_vs_dest *dest);

static inline void lvsx_real_put(struct lvsx_real *real)
{
	refcount_dec(&real->uses);	/* the last one is the sweep's */
}

int lvsx_reals_init(struct lvsx_ipvs *li);

/* No flow, no reader. */
void lvsx_reals_exit(struct lvsx_ipvs *li);

/* Live flows to this destination. RCU. */
u32 lvsx_real_flows(struct lvsx_ipvs *li, struct ip_vs_dest *dest);

#endif
