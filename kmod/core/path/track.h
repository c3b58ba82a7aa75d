/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Connection tracking: what a packet does to its flow. Any CPU; two may work on one flow at the
 * same time, each on packets of one direction.
 */
#ifndef LVSX_TRACK_H
#define LVSX_TRACK_H

#include "core/pkt/packet.h"
#include "core/table/flow.h"
#include "core/table/state.h"

/*
 * A flow that was inserted in @state is removed at once: undo what another CPU may have counted
 * meanwhile. Owner's CPU.
 */
void lvsx_track_undone(struct lvsx_table *owner, struct lvsx_half *fwd, u8 state);

/*
 * The flow's first packet got no further than to make it: it is in no state, and is looked at by
 * the timeout of that. Owner's CPU.
 */
void lvsx_track_none(const struct lvsx_pkt *pkt, struct lvsx_table *owner, struct lvsx_half *fwd,
		     const struct lvsx_timeouts *to);

/*
 * Track one packet of a flow: last_seen, state, active count at the real server, and at the end of
 * a connection the wheel, the port queue and the mark for reuse. Any CPU; wheel and queue are only
 * touched by the owner.
 */
void lvsx_track_any(struct lvsx_pkt *pkt, struct lvsx_table *owner, struct lvsx_half *half,
		    const struct lvsx_timeouts *to);

#define LVSX_SEEN_STEP_MS 1000	/* how often an idle-looking packet may dirty the flow's line */

/*
 * The packet's sender is there, and has come so far: see struct lvsx_half. Nobody asks that of UDP,
 * whose header reaches as far as what is read here. Where one end's packets are on two CPUs, what a
 * closing client said may be lost between look and write; then its port is reused a little later.
 * What a reset says of itself is not believed.
 */
static __always_inline void lvsx_track_note(const struct lvsx_pkt *pkt, struct lvsx_half *half)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);

	WRITE_ONCE(half->last_seen, pkt->now);
	if (likely(!(READ_ONCE(half->flags) & LVSX_HALF_CLOSING) &&
		   !(pkt->tcp_flags & LVSX_TCP_RST)))
		WRITE_ONCE(half->seq, ntohl(tcp->seq));
}

/* The same, once a second. */
static __always_inline void lvsx_track_seen(const struct lvsx_pkt *pkt, struct lvsx_half *half)
{
	if (unlikely(pkt->now - READ_ONCE(half->last_seen) >= LVSX_SEEN_STEP_MS))
		lvsx_track_note(pkt, half);
}

/* lvsx_track_any(); in line what changes no state: reads the half, writes at most what it notes. */
static __always_inline void lvsx_track(struct lvsx_pkt *pkt, struct lvsx_table *owner,
				       struct lvsx_half *half, const struct lvsx_timeouts *to)
{
	u8 state = READ_ONCE(half->state);

	lvsx_track_seen(pkt, half);
	if (likely(state == LVSX_STATE_UDP ||
		   (state == LVSX_STATE_ESTABLISHED &&
		    !(pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_FIN | LVSX_TCP_RST)))))
		return;
	lvsx_track_any(pkt, owner, half, to);
}

#endif
