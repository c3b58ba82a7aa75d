/* SPDX-License-Identifier: GPL-2.0-only */
/* What new connections leave in IPVS's counters. Only for kmod/ipvs. */
#ifndef LVSX_ACCOUNT_H
#define LVSX_ACCOUNT_H

#include "real.h"

/* lvsx_ipvs_conn_begin() where the destination's own counts must change at once. */
void lvsx_ipvs_conn_begin_now(struct lvsx_ipvs *li, struct lvsx_real *real, bool active);

static __always_inline void lvsx_ipvs_count_conn(struct ip_vs_cpu_stats __percpu *stats)
{
	struct ip_vs_cpu_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->cnt.conns);
	u64_stats_update_end(&s->syncp);
}

/*
 * A connection without a shadow begins at @real, chosen by @svc, and counts as @active or not. Only
 * for kmod/ipvs; softirq, RCU.
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
