/* SPDX-License-Identifier: GPL-2.0-only */
/* What one namespace, and each of its services, keeps of stock IPVS; for ipvs/. */
#ifndef LVSX_NETNS_IPVS_H
#define LVSX_NETNS_IPVS_H

#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct ip_vs_cpu_stats;
struct lvsx_lineup;
struct lvsx_real_page;

/* Identity of an IPVS service: fwmark, or protocol + address + port. */
struct lvsx_service_key {
	u32 fwmark;
	u16 family;		/* AF_INET, AF_INET6 */
	u16 proto;		/* IPPROTO_TCP, IPPROTO_UDP; 0 with fwmark */
	__be32 addr[4];
	__be16 port;		/* 0: every port */
	u16 pad;		/* 0: keys are compared and hashed as bytes */
};

/*
 * The way from an lvsx service to the IPVS service, by any destination that it has, and what is
 * known of its destinations. Embedded in struct lvsx_service, zeroed at birth. Any CPU writes the
 * first three, wrong values do no harm.
 */
struct lvsx_pin {
	u32 real;		/* number of that destination; verified at each use */
	u32 pause;		/* jiffies from a search in vain until the next may be made */
	unsigned long looked;	/* jiffies of the last search in vain */
	struct lvsx_lineup __rcu *lineup;	/* sched.h; under li->lining_up */
};

/* Nobody sees @pin any more, and what it holds of IPVS's shall be let go: ipvs/sched.c. */
void lvsx_pin_forget(struct lvsx_pin *pin);

#define LVSX_REAL_PAGES 256

/* The IPVS side of a namespace. */
struct lvsx_ipvs {
	struct lvsx_real_page *page[LVSX_REAL_PAGES];	/* by number; pages stay once made */
	struct ip_vs_cpu_stats __percpu *total;		/* of the namespace; IPVS's */
	struct rhashtable reals;	/* destination → real */
	struct xarray shadows;		/* number → struct ip_vs_conn */
	bool avoiding;			/* any: a real server is to be avoided, real.h */
	u32 next_shadow;
	u32 next_real;			/* number to try next; under lock */
	spinlock_t lock;		/* making, folding and freeing reals; BH */
	spinlock_t lining_up;		/* replacing line-ups; BH; taken before lock */
};

#endif
