/* SPDX-License-Identifier: GPL-2.0-only */
/* How a flow ends: only here, whoever ends it. Owner's CPU, softirqs off. */
#ifndef LVSX_END_H
#define LVSX_END_H

#include "core/table/flow.h"

/**
 * lvsx_flow_end() - end a flow: remove it, give its local port back, tell the host
 * @t: the table
 * @fwd: the flow's forward half
 *
 * Context: Owner's CPU.
 */
void lvsx_flow_end(struct lvsx_table *t, struct lvsx_half *fwd);

/**
 * lvsx_flow_end_some() - end flows one after another, at unload
 * @t: the table
 * @cursor: where to go on; 0 at first
 * @budget: how many places of flows to look at
 *
 * Context: Owner's CPU.
 * Return: true if there may be more.
 */
bool lvsx_flow_end_some(struct lvsx_table *t, u32 *cursor, u32 budget);

#endif
