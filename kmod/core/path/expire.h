/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Expiry. Packets only write @last_seen. The wheel says when to look at a flow next; a look expires
 * the flow or arms it again.
 */
#ifndef LVSX_EXPIRE_H
#define LVSX_EXPIRE_H

#include "core/table/state.h"
#include "core/table/wheel.h"

#define LVSX_IDLED_COST 4

/**
 * lvsx_expire_run() - turn the wheel up to now
 * @t: the table
 * @now: milliseconds
 * @to: how long flows may idle
 * @budget: how many looks at flows; one that calls lvsx_host_flow_idled(), which may send packets,
 *	counts as LVSX_IDLED_COST, and the last chunk may take more than was left
 * @counters: this CPU's
 *
 * Context: Owner's CPU.
 * Return: What is left of the budget; 0: there is more to do.
 */
u32 lvsx_expire_run(struct lvsx_table *t, u32 now, const struct lvsx_timeouts *to, u32 budget,
		    u64 *counters);

/**
 * lvsx_expire_request() - ask the owner to look at a flow, which has closed or is to end
 * @t: the table
 * @fwd: the flow's forward half
 *
 * The owner's next lvsx_expire_run() or lvsx_expire_requested() does. When there are too many
 * requests some are lost, and the wheel gets to the flow later.
 *
 * Context: Any CPU, RCU read side.
 */
void lvsx_expire_request(struct lvsx_table *t, const struct lvsx_half *fwd);

/**
 * lvsx_expire_requested() - look at the flows that other CPUs have requested
 * @t: the table
 * @now: milliseconds
 * @to: how long flows may idle
 * @counters: this CPU's
 *
 * Context: Owner's CPU.
 * Return: false if there were none.
 */
bool lvsx_expire_requested(struct lvsx_table *t, u32 now, const struct lvsx_timeouts *to,
			   u64 *counters);

/**
 * lvsx_expire_left() - how long until a flow expires if it stays idle?
 * @fwd: its forward half
 * @rev: its reverse half
 * @now: milliseconds
 * @to: how long flows may idle
 *
 * Context: Any CPU, RCU read side.
 * Return: Milliseconds; 0: overdue.
 */
u32 lvsx_expire_left(const struct lvsx_half *fwd, const struct lvsx_half *rev, u32 now,
		     const struct lvsx_timeouts *to);

#endif
