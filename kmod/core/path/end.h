/* SPDX-License-Identifier: GPL-2.0-only */
/* How a flow ends, whoever ends it: only here. Owner's CPU, softirqs off. */
#ifndef LVSX_END_H
#define LVSX_END_H

#include "core/table/flow.h"

/* End a flow: unlink it, give its local port back, and tell the host. */
void lvsx_flow_end(struct lvsx_table *t, struct lvsx_half *fwd);

/*
 * End the flows of up to @budget places, from *@cursor (0 at first) on, at unload. False: that was
 * all.
 */
bool lvsx_flow_end_some(struct lvsx_table *t, u32 *cursor, u32 budget);

#endif
