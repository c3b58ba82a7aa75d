// SPDX-License-Identifier: GPL-2.0-only
/* The schedulers of IPVS. See kind.h. */
#include <linux/string.h>
#include "kind.h"

/* The last stands for all unknown ones. */
static const struct lvsx_kind kinds[] = {
	{ "rr", LVSX_RULE_RR, true, LVSX_DRY_RUN_ONLY_ONE },
	{ "wrr", LVSX_RULE_WRR, true, LVSX_DRY_RUN_ONLY_ONE },
	{ "lc", LVSX_RULE_LC, false, LVSX_DRY_RUN_SAFE },
	{ "wlc", LVSX_RULE_WLC, false, LVSX_DRY_RUN_SAFE },
	{ "sh", LVSX_RULE_NONE, true, LVSX_DRY_RUN_SAFE },
	{ "mh", LVSX_RULE_NONE, true, LVSX_DRY_RUN_SAFE },
	{ "dh", LVSX_RULE_NONE, true, LVSX_DRY_RUN_SAFE },
	{ "sed", LVSX_RULE_NONE, false, LVSX_DRY_RUN_SAFE },
	{ "nq", LVSX_RULE_NONE, false, LVSX_DRY_RUN_SAFE },
	{ "fo", LVSX_RULE_NONE, false, LVSX_DRY_RUN_SAFE },
	{ "ovf", LVSX_RULE_NONE, false, LVSX_DRY_RUN_SAFE },
	{ "twos", LVSX_RULE_NONE, false, LVSX_DRY_RUN_ONLY_ONE },
	{ "lblcr", LVSX_RULE_NONE, false, LVSX_DRY_RUN_ONLY_ONE },
	{ NULL, LVSX_RULE_NONE, false, LVSX_DRY_RUN_NEVER },
};

const struct lvsx_kind *lvsx_kind_of(const struct ip_vs_scheduler *sched)
{
	const struct lvsx_kind *kind = kinds;

	while (kind->name && strcmp(kind->name, sched->name))
		kind++;
	return kind;
}
