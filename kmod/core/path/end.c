// SPDX-License-Identifier: GPL-2.0-only
/* See end.h. */
#include "end.h"
#include "core/host.h"
#include "core/port/ports.h"
#include "core/table/table.h"

void lvsx_flow_end(struct lvsx_table *t, struct lvsx_half *fwd)
{
	struct lvsx_half *rev = lvsx_flow_rev(fwd);

	lvsx_flow_remove(t, fwd);
	lvsx_ports_end(t, fwd, rev);
	lvsx_host_flow_gone(t, fwd, rev);
}

bool lvsx_flow_end_some(struct lvsx_table *t, u32 *cursor, u32 budget)
{
	struct lvsx_half *fwd;

	while ((fwd = lvsx_flow_walk(t, cursor, &budget)))
		lvsx_flow_end(t, fwd);
	return !budget;
}
