// SPDX-License-Identifier: GPL-2.0-only
/* The call-backs of core/host.h by which flows and their packets reach IPVS. */
#include "ipvs.h"
#include "core/table/flow.h"
#include "netns/cpu.h"

static struct lvsx_net *flows_net(const struct lvsx_table *t)
{
	const struct lvsx_cpu *cpu = t->priv;

	return cpu->ln;
}

void lvsx_host_real_unreachable(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	lvsx_ipvs_avoid(pkt->instance, half->real);
}

bool lvsx_host_conn_moves(const struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	return lvsx_ipvs_leaves(pkt->instance, half->real);
}

void lvsx_host_conn_active(struct lvsx_table *t, struct lvsx_half *fwd, bool active)
{
	if (likely(!fwd->fwd.shadow))	/* else lvsx_host_conn_state() counts it with its state */
		lvsx_ipvs_conn_active(flows_net(t), fwd->real, active);
}

void lvsx_host_conn_state(struct lvsx_table *t, struct lvsx_half *fwd)
{
	u8 state = READ_ONCE(fwd->state);

	lvsx_ipvs_conn_state(flows_net(t), fwd->fwd.shadow, state, lvsx_state_active(state));
}

void lvsx_host_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev)
{
	lvsx_ipvs_conn_end(flows_net(t), fwd->real, fwd->fwd.shadow,
			   fwd->flags & LVSX_HALF_ACTIVE);
}
