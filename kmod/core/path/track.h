/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * States of a flow, and how long each may be idle. The names and the meaning of TCP's states are
 * those that `ipvsadm -lnc` shows. UDP has one state of its own.
 */
#ifndef LVSX_TRACK_H
#define LVSX_TRACK_H

#include "core/table/flow.h"
#include "core/pkt/packet.h"

/* X(ENUM TAIL, "text", default milliseconds, active at the real server) */
#define LVSX_STATES(X) \
	X(NONE,		"NONE",		2000,	0) \
	X(SYN_SENT,	"SYN_SENT",	120000,	1) \
	X(SYN_RECV,	"SYN_RECV",	60000,	1) \
	X(ESTABLISHED,	"ESTABLISHED",	900000,	1) \
	X(FIN_WAIT,	"FIN_WAIT",	120000,	0) \
	X(CLOSE_WAIT,	"CLOSE_WAIT",	60000,	0) \
	X(LAST_ACK,	"LAST_ACK",	30000,	0) \
	X(TIME_WAIT,	"TIME_WAIT",	120000,	0) \
	X(CLOSE,	"CLOSE",	10000,	0) \
	X(UDP,		"UDP",		300000,	0)

enum lvsx_state {
#define LVSX_STATE_ENUM(id, text, ms, active) LVSX_STATE_##id,
	LVSX_STATES(LVSX_STATE_ENUM)
#undef LVSX_STATE_ENUM
	LVSX_STATE_MAX,
};

struct lvsx_timeouts {
	u32 ms[LVSX_STATE_MAX];
};

/* Text of a state for listings. */
const char *lvsx_state_name(u8 state);

/* Is a flow in this state over, so that a SYN may replace it and its port may be recycled? */
static inline bool lvsx_state_closed(u8 state)
{
	return state == LVSX_STATE_TIME_WAIT || state == LVSX_STATE_CLOSE ||
	       state == LVSX_STATE_LAST_ACK;
}

/* Is it one that a flow of good health stays in, which a service may have its own timeout for? */
static inline bool lvsx_state_lasting(u8 state)
{
	return state == LVSX_STATE_ESTABLISHED || state == LVSX_STATE_UDP;
}

/* Do both ends still hold the connection, as far as they have let us see? Else nobody misses it. */
static inline bool lvsx_state_open(u8 state)
{
	return state == LVSX_STATE_ESTABLISHED || state == LVSX_STATE_FIN_WAIT ||
	       state == LVSX_STATE_CLOSE_WAIT;
}

/* The bits of those that count as active at the real server. */
#define LVSX_STATE_BIT(id, text, ms, active) | (u32)(active) << LVSX_STATE_##id

static inline bool lvsx_state_active(u8 state)
{
	return (0 LVSX_STATES(LVSX_STATE_BIT)) >> state & 1;
}

#undef LVSX_STATE_BIT

/* The state after a packet of one direction; pure. @rev: the real server sent it. */
u8 lvsx_tcp_next(u8 state, u8 tcp_flags, bool rev);

/*
 * The state that a flow begins in, whose first packet this is. Where that closes it, it begins in
 * none, and lvsx_track() does the rest.
 */
static inline u8 lvsx_first_state(const struct lvsx_pkt *pkt)
{
	u8 state = LVSX_STATE_UDP;

	if (likely(pkt->tuple.proto == LVSX_TCP)) {
		if (likely((pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_RST)) == LVSX_TCP_SYN))
			return LVSX_STATE_SYN_RECV;	/* as lvsx_tcp_next() says, too */
		state = lvsx_tcp_next(LVSX_STATE_NONE, pkt->tcp_flags, false);
	}
	if (unlikely(lvsx_state_closed(state)))
		state = LVSX_STATE_NONE;
	return state;
}

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
 * Its sender is there, and has come so far: see struct lvsx_half. Nobody asks that of UDP, whose
 * header reaches as far as what is read here. Where one end's packets are on two CPUs, a closing
 * client's mark may be lost between look and write; then its port is reused a little later. What a
 * reset says of itself is not believed.
 */
static __always_inline void lvsx_track_seen(const struct lvsx_pkt *pkt, struct lvsx_half *half)
{
	const struct lvsx_tcp *tcp = (const struct lvsx_tcp *)(pkt->data + pkt->l4);

	WRITE_ONCE(half->last_seen, pkt->now);
	if (likely(!(READ_ONCE(half->flags) & LVSX_HALF_CLOSING) &&
		   !(pkt->tcp_flags & LVSX_TCP_RST)))
		WRITE_ONCE(half->mark, ntohl(tcp->seq));
}

/* The same; in line what changes nothing: reads the half, writes at most last_seen and mark. */
static __always_inline void lvsx_track(struct lvsx_pkt *pkt, struct lvsx_table *owner,
				       struct lvsx_half *half, const struct lvsx_timeouts *to)
{
	u8 state = READ_ONCE(half->state);

	if (unlikely(pkt->now - READ_ONCE(half->last_seen) >= LVSX_SEEN_STEP_MS))
		lvsx_track_seen(pkt, half);
	if (likely(state == LVSX_STATE_UDP ||
		   (state == LVSX_STATE_ESTABLISHED &&
		    !(pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_FIN | LVSX_TCP_RST)))))
		return;
	lvsx_track_any(pkt, owner, half, to);
}

/*
 * May the local port of the closed flow @old carry a new connection to the same real server right
 * now, with this SYN? The real server may hold the old one in TIME_WAIT, and takes a SYN only with
 * a later timestamp or sequence number (RFC 6191 §2; RFC 9293 §3.6.1).
 */
bool lvsx_tcp_may_follow(const struct lvsx_half *old_fwd, const struct lvsx_pkt *syn);

#endif
