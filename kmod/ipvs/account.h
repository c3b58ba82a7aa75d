/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_ACCOUNT_H
#define LVSX_ACCOUNT_H

#include "real.h"

/* The destination itself is told at once. */
void lvsx_ipvs_conn_begin_now(struct lvsx_ipvs *li, struct lvsx_real *real, bool active);

/* A real server that is sent its own packet would talk to itself for ever. */
static __always_inline bool lvsx_ipvs_is_itself(const struct lvsx_pkt *pkt, const __be32 *real,
						__be16 rport)
{
	return unlikely(rport == pkt->tuple.sport &&
			!memcmp(real, pkt->tuple.saddr, pkt->tuple.words * sizeof(*real)));
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

static __always_inline void lvsx_ipvs_count_conn(struct ip_vs_cpu_stats __percpu *stats)
{
	struct ip_vs_cpu_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->cnt.conns);
	u64_stats_update_end(&s->syncp);
}

/*
 * A connection without a shadow begins at @real, chosen by @svc, and counts as @active or not. Only
 * for ipvs*.c; softirq, RCU.
 */
static __always_inline void lvsx_ipvs_conn_begin(struct lvsx_ipvs *li, struct ip_vs_service *svc,
						 struct lvsx_real *real, bool active)
{
	if (likely(lvsx_real_late(real)))
		lvsx_real_count(real, 1, active);
	else
		lvsx_ipvs_conn_begin_now(li, real, active);
	lvsx_ipvs_count_conn(real->stats);
	lvsx_ipvs_count_conn(svc->stats.cpustats);
	lvsx_ipvs_count_conn(li->total);
}

#endif
