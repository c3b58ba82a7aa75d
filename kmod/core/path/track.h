/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Connection tracking: what a packet does to its flow. On any CPU; two CPUs may track one flow at
 * the same time, each the packets of one direction.
 */
#ifndef LVSX_TRACK_H
#define LVSX_TRACK_H

#include "core/pkt/packet.h"
#include "core/table/flow.h"
#include "core/table/state.h"

/**
 * lvsx_track_undone() - a flow is removed right after its insertion: undo what others counted
 * @owner: the table
 * @fwd: the flow's forward half
 * @state: the state that it was inserted in
 *
 * Context: Owner's CPU, softirq.
 */
void lvsx_track_undone(struct lvsx_table *owner, struct lvsx_half *fwd, u8 state);

/**
 * lvsx_track_none() - a flow's first packet was not forwarded: back to state NONE and its timeout
 * @pkt: the packet
 * @owner: the table
 * @fwd: the flow's forward half
 * @to: how long flows may idle
 *
 * Context: Owner's CPU, softirq.
 */
void lvsx_track_none(const struct lvsx_pkt *pkt, struct lvsx_table *owner, struct lvsx_half *fwd,
		     const struct lvsx_timeouts *to);

/**
 * lvsx_track_any() - track a packet that may change its flow's state, out of line
 * @pkt: the packet
 * @owner: the table that its flow is in
 * @half: the half that it matches
 * @to: how long flows may idle
 *
 * Updates the state and the active count at the real server; when a connection closes, also what
 * decides on the reuse of its port, the wheel and the port queue, these two by the owner only.
 *
 * Context: Softirq, any CPU.
 */
void lvsx_track_any(struct lvsx_pkt *pkt, struct lvsx_table *owner, struct lvsx_half *half,
		    const struct lvsx_timeouts *to);

#define LVSX_SEEN_STEP_MS 1000	/* a packet that changes nothing writes the half this often */

/*
 * Note that the packet's sender is alive, and its sequence number: see struct lvsx_half. For UDP
 * that is meaningless, but its header is long enough to be read. If one end's packets arrive on two
 * CPUs, a closing client's number may be overwritten between test and store; then its port is
 * reused a little later. A reset's sequence number is not trusted.
 */
static __always_inline void lvsx_track_note(const struct lvsx_pkt *pkt, struct lvsx_half *half)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);

	WRITE_ONCE(half->last_seen, pkt->now);
	if (likely(!(READ_ONCE(half->flags) & LVSX_HALF_CLOSING) &&
		   !(pkt->tcp_flags & LVSX_TCP_RST)))
		WRITE_ONCE(half->seq, ntohl(tcp->seq));
}

/**
 * lvsx_track_seen() - once a second, note that a packet's sender is alive
 * @pkt: the packet
 * @half: the half that it matches
 *
 * Context: Softirq, any CPU.
 */
static __always_inline void lvsx_track_seen(const struct lvsx_pkt *pkt, struct lvsx_half *half)
{
	if (unlikely(pkt->now - READ_ONCE(half->last_seen) >= LVSX_SEEN_STEP_MS))
		lvsx_track_note(pkt, half);
}

/**
 * lvsx_track() - track a packet, in line if it changes no state
 * @pkt: the packet
 * @owner: the table that its flow is in
 * @half: the half that it matches
 * @to: how long flows may idle
 *
 * Context: Softirq, any CPU.
 */
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
