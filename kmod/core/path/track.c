// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a packet does to the state of its flow, see track.h. Called by lvsx_path() once a packet, on
 * any CPU. Two CPUs may work on one flow at the same time, each on packets of one direction.
 */
#include "track.h"
#include "expire.h"
#include "core/port/ports.h"
#include "core/pkt/tcpopt.h"

const char *lvsx_state_name(u8 state)
{
	static const char * const name[LVSX_STATE_MAX] = {
#define LVSX_STATE_NAME(id, text, ms, active) [LVSX_STATE_##id] = text,
		LVSX_STATES(LVSX_STATE_NAME)
#undef LVSX_STATE_NAME
	};

	return name[state];
}

enum { SYN, FIN, ACK, RST, EVENTS };

#define _NO LVSX_STATE_NONE
#define _SS LVSX_STATE_SYN_SENT
#define _SR LVSX_STATE_SYN_RECV
#define _ES LVSX_STATE_ESTABLISHED
#define _FW LVSX_STATE_FIN_WAIT
#define _CW LVSX_STATE_CLOSE_WAIT
#define _LA LVSX_STATE_LAST_ACK
#define _TW LVSX_STATE_TIME_WAIT
#define _CL LVSX_STATE_CLOSE

/*
 * One row a state: where it goes when the client sends, then when the real server sends. The
 * result, and so ActiveConn, InActConn and the timeouts, is what IPVS shows for a masqueraded
 * connection that sees the same packets. A client's RST in SYN_RECV changes nothing there: the
 * client may be clearing up after its predecessor on the same port.
 */
static const u8 next_state[LVSX_STATE_MAX][2][EVENTS] = {
	/*                 SYN FIN ACK RST     SYN FIN ACK RST */
	[_NO] = {	{ _SR, _CL, _ES, _CL }, { _SS, _TW, _ES, _CL } },
	[_SS] = {	{ _ES, _SS, _SS, _CL }, { _SS, _SS, _SS, _SS } },
	[_SR] = {	{ _SR, _TW, _ES, _SR }, { _SR, _TW, _ES, _CL } },
	[_ES] = {	{ _ES, _CW, _ES, _CL }, { _ES, _FW, _ES, _CL } },
	[_FW] = {	{ _SR, _TW, _FW, _CL }, { _SS, _FW, _FW, _CL } },
	[_CW] = {	{ _SR, _CW, _CW, _CL }, { _SS, _TW, _CW, _CL } },
	[_LA] = {	{ _SR, _LA, _CL, _LA }, { _SS, _LA, _LA, _CL } },
	[_TW] = {	{ _SR, _TW, _TW, _CL }, { _SS, _TW, _TW, _TW } },
	[_CL] = {	{ _SR, _CL, _CL, _CL }, { _SS, _CL, _CL, _CL } },
};

u8 lvsx_tcp_next(u8 state, u8 tcp_flags, bool rev)
{
	int event;

	if (tcp_flags & LVSX_TCP_RST)
		event = RST;
	else if (tcp_flags & LVSX_TCP_SYN)
		event = SYN;
	else if (tcp_flags & LVSX_TCP_FIN)
		event = FIN;
	else if (tcp_flags & LVSX_TCP_ACK)
		event = ACK;
	else
		return state;	/* no end would accept it */
	return next_state[state][rev][event];
}

/*
 * The client says that it has closed. Anybody may have made that up, so it is no more than a
 * question to the real server; and what a reset says is not even that.
 */
static void note_fin(const struct lvsx_pkt *pkt, struct lvsx_half *fwd)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);

	if (pkt->tcp_flags & (LVSX_TCP_RST | LVSX_TCP_SYN) ||
	    READ_ONCE(fwd->flags) & LVSX_HALF_MARK)
		return;
	WRITE_ONCE(fwd->mark, ntohl(tcp->seq) + lvsx_tcp_span(pkt));
	lvsx_bits(&fwd->flags, 0, LVSX_HALF_FIN);
}

/*
 * The real server has seen the client's FIN, if it acknowledges just that; and says what it will
 * compare the next SYN of the port with. The timestamp that it echoes beats a sequence number: it
 * is compared first. Old duplicates do not turn that back. True: this is new.
 */
static bool note_ack(const struct lvsx_pkt *pkt, struct lvsx_half *fwd)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);
	u8 had = READ_ONCE(fwd->flags), kind = LVSX_HALF_MARK | LVSX_HALF_MARK_TS;
	u32 ack = ntohl(tcp->ack), mark;

	if ((pkt->tcp_flags & (LVSX_TCP_ACK | LVSX_TCP_RST)) != LVSX_TCP_ACK)
		return false;
	if (!(had & LVSX_HALF_MARK) && ack != READ_ONCE(fwd->mark))
		return false;
	if (!lvsx_tcpopt_echo(tcp, &mark)) {
		kind = LVSX_HALF_MARK;
		mark = ack;
	}
	had &= LVSX_HALF_MARK | LVSX_HALF_MARK_TS;
	if (had > kind || (had == kind && (s32)(mark - READ_ONCE(fwd->mark)) <= 0))
		return false;
	WRITE_ONCE(fwd->mark, mark);
	if (had == kind)
		return false;
	lvsx_bits(&fwd->flags, 0, kind);
	return true;
}

/* Turn the flow's active bit. True: it was turned here, so it is to be counted here. */
static bool turn_active(struct lvsx_half *fwd, bool active)
{
	u8 old = READ_ONCE(fwd->flags);

	do {
		/* A dead flow's bit says what lvsx_env_flow_gone() counted; it stays. */
		if (old & LVSX_HALF_DEAD || !(old & LVSX_HALF_ACTIVE) == !active)
			return false;
	} while (!try_cmpxchg(&fwd->flags, &old, (u8)(old ^ LVSX_HALF_ACTIVE)));
	return true;
}

/*
 * The other half and the active bit follow the forward half's state. When CPUs race, the one that
 * wrote the state last finds it unchanged here, and one that was overtaken goes round again: the
 * barrier pairs with itself on the other CPU.
 */
static void settle(struct lvsx_table *owner, struct lvsx_half *fwd, struct lvsx_half *rev)
{
	u8 state;

	do {
		state = READ_ONCE(fwd->state);
		WRITE_ONCE(rev->state, state);
		if (turn_active(fwd, lvsx_state_active(state)))
			lvsx_env_active(owner, fwd, lvsx_state_active(state));
		if (unlikely(fwd->shadow))
			lvsx_env_shadow(owner, fwd);
		smp_mb();
	} while (READ_ONCE(fwd->state) != state);
}

/* Where this packet takes the flow from @state. */
static __always_inline u8 next_of(const struct lvsx_pkt *pkt, const struct lvsx_half *half,
				  u8 state)
{
	if (unlikely(half->proto != LVSX_TCP))
		return LVSX_STATE_UDP;
	return lvsx_tcp_next(state, pkt->tcp_flags, READ_ONCE(half->flags) & LVSX_HALF_REV);
}

/* The connection is open: from its first packets on, something is known of either end. */
static void opened(const struct lvsx_pkt *pkt, struct lvsx_table *owner, struct lvsx_half *half)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);
	struct lvsx_half *other = lvsx_flow_other(owner, half);

	if (half->proto == LVSX_TCP && tcp->flags & LVSX_TCP_ACK &&
	    !(READ_ONCE(other->flags) & LVSX_HALF_CLOSING))
		WRITE_ONCE(other->mark, ntohl(tcp->ack));
}

static LVSX_COLD void change(const struct lvsx_pkt *pkt, struct lvsx_table *owner,
			     struct lvsx_half *half, const struct lvsx_timeouts *to)
{
	struct lvsx_half *fwd = lvsx_flow_fwd(owner, half);
	u8 old = READ_ONCE(fwd->state), state;

	lvsx_track_seen(pkt, half);
	/* From the state that it replaces: the other end's packet may be on another CPU now. */
	do {
		state = next_of(pkt, half, old);
	} while (!try_cmpxchg(&fwd->state, &old, state));
	settle(owner, fwd, lvsx_flow_other(owner, fwd));

	if (state == LVSX_STATE_ESTABLISHED)
		opened(pkt, owner, half);
	if (!lvsx_state_closed(state))
		return;
	if (unlikely(pkt->cpu != owner->cpu)) {
		lvsx_age_ask(owner, fwd);
		return;
	}
	lvsx_age_arm(owner, fwd, pkt->now, READ_ONCE(to->ms[state]));
	lvsx_ports_queue(owner, fwd);
}

/* How far a closing client has come, by either end's packets. */
static LVSX_COLD void note_end(const struct lvsx_pkt *pkt, struct lvsx_table *owner,
			       struct lvsx_half *half)
{
	struct lvsx_half *fwd = lvsx_flow_fwd(owner, half);

	if (half == fwd) {
		if (pkt->tcp_flags & LVSX_TCP_FIN)
			note_fin(pkt, fwd);
		return;
	}
	if (!(READ_ONCE(fwd->flags) & LVSX_HALF_FIN) || !note_ack(pkt, fwd))
		return;
	if (unlikely(pkt->cpu != owner->cpu))
		lvsx_age_ask(owner, fwd);
	else
		lvsx_ports_queue(owner, fwd);
}

void lvsx_track_undone(struct lvsx_table *owner, struct lvsx_half *fwd, u8 state)
{
	bool active = READ_ONCE(fwd->flags) & LVSX_HALF_ACTIVE;

	if (unlikely(active != lvsx_state_active(state)))
		lvsx_env_active(owner, fwd, !active);
}

void lvsx_track_none(const struct lvsx_pkt *pkt, struct lvsx_table *owner, struct lvsx_half *fwd,
		     const struct lvsx_timeouts *to)
{
	WRITE_ONCE(fwd->state, LVSX_STATE_NONE);
	settle(owner, fwd, lvsx_flow_other(owner, fwd));
	lvsx_age_arm(owner, fwd, pkt->now, READ_ONCE(to->ms[LVSX_STATE_NONE]));
}

void lvsx_track_any(struct lvsx_pkt *pkt, struct lvsx_table *owner, struct lvsx_half *half,
		    const struct lvsx_timeouts *to)
{
	u8 state = READ_ONCE(half->state), next = next_of(pkt, half, state);

	if (next != state) {
		/* Who begins anew on the same flow: how far it had come says nothing any more. */
		if (next == LVSX_STATE_SYN_RECV && READ_ONCE(half->flags) & LVSX_HALF_CLOSING)
			lvsx_bits(&half->flags, LVSX_HALF_CLOSING, 0);
		change(pkt, owner, half, to);
	}
	if (half->proto == LVSX_TCP)
		note_end(pkt, owner, half);
}

bool lvsx_tcp_may_follow(const struct lvsx_half *old_fwd, const struct lvsx_pkt *syn)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(syn->data + syn->l4);
	/* Before the mark; pairs with the lvsx_bits() of note_ack(), a full barrier. */
	u8 flags = smp_load_acquire(&old_fwd->flags);
	u32 value = ntohl(tcp->seq);

	if (!(flags & LVSX_HALF_MARK))
		return false;
	if (flags & LVSX_HALF_MARK_TS && !lvsx_tcpopt_timestamp(tcp, &value))
		return false;
	return (s32)(value - READ_ONCE(old_fwd->mark)) > 0;
}
