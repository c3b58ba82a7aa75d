// SPDX-License-Identifier: GPL-2.0-only
/* Counters by reason. See stats.h; the list is core/reason.h. */
#include "stats.h"
#include "netns/cpu.h"

static const char *const names[] = {
#define NAME(id, name, help) name,
	LVSX_REASONS(NAME)
#undef NAME
};

static const char *const helps[] = {
#define HELP(id, name, help) help,
	LVSX_REASONS(HELP)
#undef HELP
};

const char *lvsx_stats_name(enum lvsx_reason reason)
{
	return names[reason];
}

const char *lvsx_stats_help(enum lvsx_reason reason)
{
	return helps[reason];
}

static u64 stats_sum_cpus(struct lvsx_net *ln, enum lvsx_reason reason)
{
	u64 n = 0;
	int c;

	if (ln->cpu)
		for_each_possible_cpu(c)
			n += READ_ONCE(per_cpu_ptr(ln->cpu, c)->counters[reason]);
	return n;
}

u64 lvsx_stats_read(struct lvsx_net *ln, enum lvsx_reason reason)
{
	u64 n;

	mutex_lock(&ln->mutex);
	n = stats_sum_cpus(ln, reason) - ln->zero[reason];
	mutex_unlock(&ln->mutex);
	return n;
}

void lvsx_stats_zero(struct lvsx_net *ln)
{
	int i;

	for (i = 0; i < LVSX_REASON_MAX; i++)
		ln->zero[i] = stats_sum_cpus(ln, i);
}
