/* SPDX-License-Identifier: GPL-2.0-only */
/* What lvsx knows of IPVS's schedulers, by their names. Only for kmod/ipvs. */
#ifndef LVSX_KIND_H
#define LVSX_KIND_H

#include <net/ip_vs.h>

enum lvsx_rule { LVSX_RULE_NONE, LVSX_RULE_RR, LVSX_RULE_WRR, LVSX_RULE_LC, LVSX_RULE_WLC };

/* May its schedule() be called by somebody who only wants to know? */
enum lvsx_dry_run {
	LVSX_DRY_RUN_NEVER,	/* it changes something, or lvsx does not know it */
	LVSX_DRY_RUN_ONLY_ONE,	/* no, but a single candidate is what it would choose */
	LVSX_DRY_RUN_SAFE,	/* it only reads */
};

struct lvsx_kind {
	const char *name;
	enum lvsx_rule rule;	/* none: its schedule() is called */
	bool counts_late;	/* it does not look at the destinations' connection counts */
	enum lvsx_dry_run dry_run;
};

/* Unknown schedulers share one kind. */
const struct lvsx_kind *lvsx_kind_of(const struct ip_vs_scheduler *sched);

#endif
