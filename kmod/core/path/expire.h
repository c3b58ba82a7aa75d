/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Expiry. Packets only write last_seen; the wheel says when to look at a flow next, and a look
 * expires the flow or arms it again. Owner's CPU, softirqs off.
 */
#ifndef LVSX_EXPIRE_H
#define LVSX_EXPIRE_H

#include "core/table/state.h"
#include "core/table/wheel.h"

#define LVSX_IDLED_COST 4

/*
 * Turn the wheel up to @now, with no more than @budget looks at flows. Expired ones end. One for
 * which lvsx_host_flow_idled() is called, which may send packets, costs LVSX_IDLED_COST looks; the
 * last chunk may cost more than was left. Returns how many looks of the budget are left; 0 means
 * there is more to do.
 */
u32 lvsx_expire_run(struct lvsx_table *t, u32 now, const struct lvsx_timeouts *to, u32 budget,
		    u64 *counters);

/*
 * From a CPU that does not own the flow, inside an RCU read section: the owner shall look at it
 * with its next lvsx_expire_run() or lvsx_expire_requested(), as it has closed or is to end. When
 * too many request at a time some are lost; then the wheel comes round.
 */
void lvsx_expire_request(struct lvsx_table *t, const struct lvsx_half *fwd);

/* Look now at the flows that other CPUs have requested. False: there were none. */
bool lvsx_expire_requested(struct lvsx_table *t, u32 now, const struct lvsx_timeouts *to,
			   u64 *counters);

/* Milliseconds until this flow expires if it stays idle; 0: overdue. Any CPU. */
u32 lvsx_expire_left(const struct lvsx_half *fwd, const struct lvsx_half *rev, u32 now,
		     const struct lvsx_timeouts *to);

#endif
