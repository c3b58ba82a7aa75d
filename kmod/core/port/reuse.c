// SPDX-License-Identifier: GPL-2.0-only
/* See reuse.h. */
#include "reuse.h"
#include "core/pkt/tcpopt.h"
#include "core/table/state.h"

bool lvsx_reuse_possible(const struct lvsx_half *fwd)
{
	return lvsx_state_closed(READ_ONCE(fwd->state)) && READ_ONCE(fwd->flags) & LVSX_HALF_REUSE;
}

bool lvsx_reuse_allowed(const struct lvsx_half *old_fwd, const struct lvsx_pkt *syn)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(syn->data + syn->l4);
	/* Read before @seq; pairs with lvsx_bits() in track_fin_ack(), a full barrier. */
	u8 flags = smp_load_acquire(&old_fwd->flags);
	u32 value = ntohl(tcp->seq);

	if (!(flags & LVSX_HALF_REUSE))
		return false;
	if (flags & LVSX_HALF_REUSE_TS && !lvsx_tcpopt_timestamp(tcp, &value))
		return false;
	return (s32)(value - READ_ONCE(old_fwd->seq)) > 0;
}
