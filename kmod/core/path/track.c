// SPDX-License-Identifier: GPL-2.0-only
/* What a packet does to the state of its flow, see track.h. */
#include "track.h"
#include "expire.h"
#include "core/host.h"
#include "core/pkt/tcpopt.h"
#include "core/port/ports.h"

/*
 * The client has sent a FIN. It may be forged, so only the real server's acknowledgment of it
 * counts. A reset's sequence number is worth even less.
 */
static void track_fin(const struct lvsx_pkt *pkt, struct lvsx_half *fwd)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);

	if (pkt->tcp_flags & (LVSX_TCP_RST | LVSX_TCP_SYN) ||
	    READ_ONCE(fwd->flags) & LVSX_HALF_REUSE)
		return;
	WRITE_ONCE(fwd->seq, ntohl(tcp->seq) + lvsx_tcp_span(pkt));
	lvsx_bits(&fwd->flags, 0, LVSX_HALF_FIN);
}

/*
 * Does the real server acknowledge the client's FIN? Then its packet also tells what it will
 * compare the next SYN from this port with: the timestamp that it echoes, or else a sequence
 * number. Old duplicates do not set that back. True: this is the first such packet, or the first
 * with a timestamp.
 */
static bool track_fin_ack(const struct lvsx_pkt *pkt, struct lvsx_half *fwd)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);
	u8 had = READ_ONCE(fwd->flags), kind = LVSX_HALF_REUSE | LVSX_HALF_REUSE_TS;
	u32 ack = ntohl(tcp->ack), mark;

	if ((pkt->tcp_flags & (LVSX_TCP_ACK | LVSX_TCP_RST)) != LVSX_TCP_ACK)
		return false;
	if (!(had & LVSX_HALF_REUSE) && ack != READ_ONCE(fwd->seq))
		return false;
	if (!lvsx_tcpopt_echo(tcp, &mark)) {
		kind = LVSX_HALF_REUSE;
		mark = ack;
	}
	had &= LVSX_HALF_REUSE | LVSX_HALF_REUSE_TS;
	if (had > kind || (had == kind && (s32)(mark - READ_ONCE(fwd->seq)) <= 0))
		return false;
	WRITE_ONCE(fwd->seq, mark);
	if (had == kind)
		return false;
	lvsx_bits(&fwd->flags, 0, kind);
	return true;
}

/* Set or clear the flow's active bit. True: it was changed here, so it must be counted here. */
static bool track_turn_active(struct lvsx_half *fwd, bool active)
{
	u8 old = READ_ONCE(fwd->flags);

	do {
		/* A dead flow's bit tells what lvsx_host_flow_gone() counted: leave it. */
		if (old & LVSX_HALF_DEAD || !(old & LVSX_HALF_ACTIVE) == !active)
			return false;
	} while (!try_cmpxchg(&fwd->flags, &old, (u8)(old ^ LVSX_HALF_ACTIVE)));
	return true;
}

/*
 * Make the other half and the active bit agree with the forward half's state. When CPUs race, the
 * one that wrote the state last finds it unchanged here, and one that was overtaken tries again;
 * the barrier pairs with itself on the other CPU.
 */
static void track_settle(struct lvsx_table *owner, struct lvsx_half *fwd, struct lvsx_half *rev)
{
	u8 state;

	do {
		state = READ_ONCE(fwd->state);
		WRITE_ONCE(rev->state, state);
		if (track_turn_active(fwd, lvsx_state_active(state)))
			lvsx_host_conn_active(owner, fwd, lvsx_state_active(state));
		if (unlikely(fwd->fwd.shadow))
			lvsx_host_conn_state(owner, fwd);
		smp_mb();
	} while (READ_ONCE(fwd->state) != state);
}

/* The state that this packet takes the flow to, from @state. */
static u8 track_next(const struct lvsx_pkt *pkt, const struct lvsx_half *half, u8 state)
{
	if (unlikely(half->proto != LVSX_TCP))
		return LVSX_STATE_UDP;
	return lvsx_state_next(state, pkt->tcp_flags, READ_ONCE(half->flags) & LVSX_HALF_REV);
}

/* The connection is open: the ACK tells how far the other end has come. */
static void track_opened(const struct lvsx_pkt *pkt, struct lvsx_half *half)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);
	struct lvsx_half *other = lvsx_flow_other(half);

	if (half->proto == LVSX_TCP && tcp->flags & LVSX_TCP_ACK &&
	    !(READ_ONCE(other->flags) & LVSX_HALF_CLOSING))
		WRITE_ONCE(other->seq, ntohl(tcp->ack));
}

static LVSX_COLD void track_change(const struct lvsx_pkt *pkt, struct lvsx_table *owner,
				   struct lvsx_half *half, const struct lvsx_timeouts *to)
{
	struct lvsx_half *fwd = lvsx_flow_fwd(half);
	u8 old = READ_ONCE(fwd->state), state;

	lvsx_track_note(pkt, half);
	/* Atomically: another CPU may be tracking a packet of the other end. */
	do {
		state = track_next(pkt, half, old);
	} while (!try_cmpxchg(&fwd->state, &old, state));
	track_settle(owner, fwd, lvsx_flow_other(fwd));

	if (state == LVSX_STATE_ESTABLISHED)
		track_opened(pkt, half);
	if (!lvsx_state_closed(state))
		return;
	if (unlikely(pkt->cpu != owner->cpu)) {
		lvsx_expire_request(owner, fwd);
		return;
	}
	lvsx_wheel_arm(owner, fwd, pkt->now, READ_ONCE(to->ms[state]));
	lvsx_ports_queue(owner, fwd);
}

/* Follow the client's FIN and its acknowledgment. */
static LVSX_COLD void track_end(const struct lvsx_pkt *pkt, struct lvsx_table *owner,
				struct lvsx_half *half)
{
	struct lvsx_half *fwd = lvsx_flow_fwd(half);

	if (half == fwd) {
		if (pkt->tcp_flags & LVSX_TCP_FIN)
			track_fin(pkt, fwd);
		return;
	}
	if (!(READ_ONCE(fwd->flags) & LVSX_HALF_FIN) || !track_fin_ack(pkt, fwd))
		return;
	if (unlikely(pkt->cpu != owner->cpu))
		lvsx_expire_request(owner, fwd);
	else
		lvsx_ports_queue(owner, fwd);
}

void lvsx_track_undone(struct lvsx_table *owner, struct lvsx_half *fwd, u8 state)
{
	bool active = READ_ONCE(fwd->flags) & LVSX_HALF_ACTIVE;

	if (unlikely(active != lvsx_state_active(state)))
		lvsx_host_conn_active(owner, fwd, !active);
}

void lvsx_track_none(const struct lvsx_pkt *pkt, struct lvsx_table *owner, struct lvsx_half *fwd,
		     const struct lvsx_timeouts *to)
{
	WRITE_ONCE(fwd->state, LVSX_STATE_NONE);
	track_settle(owner, fwd, lvsx_flow_other(fwd));
	lvsx_wheel_arm(owner, fwd, pkt->now, READ_ONCE(to->ms[LVSX_STATE_NONE]));
}

void lvsx_track_any(struct lvsx_pkt *pkt, struct lvsx_table *owner, struct lvsx_half *half,
		    const struct lvsx_timeouts *to)
{
	u8 state = READ_ONCE(half->state), next = track_next(pkt, half, state);

	if (next != state) {
		/* The connection starts over: what is known of its end is void. */
		if (next == LVSX_STATE_SYN_RECV && READ_ONCE(half->flags) & LVSX_HALF_CLOSING)
			lvsx_bits(&half->flags, LVSX_HALF_CLOSING, 0);
		track_change(pkt, owner, half, to);
	}
	if (half->proto == LVSX_TCP)
		track_end(pkt, owner, half);
}
