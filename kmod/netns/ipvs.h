/* SPDX-License-Identifier: GPL-2.0-only */
/* What one namespace, and each of its services, keeps of stock IPVS; for ipvs/. */
#ifndef LVSX_NETNS_IPVS_H
#define LVSX_NETNS_IPVS_H

#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

struct ip_vs_cpu_stats;
struct lvsx_snapshot;
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
 * How a service of lvsx finds its IPVS service, by any destination of that, and a snapshot of all
 * its destinations. Embedded in struct lvsx_service, zeroed at birth. Any CPU writes the first
 * three; wrong values do no harm.
 */
struct lvsx_svc_cache {
	u32 real;		/* number of that destination; verified at each use */
	u32 pause;		/* jiffies from a failed search until the next may be made */
	unsigned long looked;	/* jiffies of the last failed search */
	struct lvsx_snapshot __rcu *snapshot;	/* snapshot.h; under li->snapshot_lock */
};

/* Release what @cache holds of IPVS; nobody else sees it any more. In ipvs/snapshot.c. */
void lvsx_snapshot_drop(struct lvsx_svc_cache *cache);

#define LVSX_REAL_PAGES 256

/* The IPVS side of a namespace. */
struct lvsx_ipvs {
	struct lvsx_real_page *page[LVSX_REAL_PAGES];	/* by number; pages stay once made */
	struct ip_vs_cpu_stats __percpu *total;		/* of the namespace; IPVS's */
	struct rhashtable reals;	/* destination → real */
	struct xarray shadows;		/* number → struct ip_vs_conn */
	bool avoiding;			/* any CPU: a real server is to be avoided, real.h */
	u32 next_shadow;
	u32 next_real;			/* number to try next; under lock */
	spinlock_t lock;		/* making, folding and freeing reals; BH */
	spinlock_t snapshot_lock;	/* replacing snapshots; BH; taken before lock */
};

#endif
