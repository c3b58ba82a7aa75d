/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * States of a flow, and how long each may be idle. The names and the meaning of TCP's states are
 * those that `ipvsadm -lnc` shows. UDP has one state of its own.
 */
#ifndef LVSX_STATE_H
#define LVSX_STATE_H

#include "core/pkt/wire.h"

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

/* The state after a TCP packet of one direction. @rev: the real server sent it. */
u8 lvsx_state_next(u8 state, u8 tcp_flags, bool rev);

/*
 * The state that a flow begins in, by its first packet. Where that would close it, it begins in
 * none, and lvsx_track() does the rest.
 */
static inline u8 lvsx_state_first(u8 proto, u8 tcp_flags)
{
	u8 state = LVSX_STATE_UDP;

	if (likely(proto == LVSX_TCP)) {
		if (likely((tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_RST)) == LVSX_TCP_SYN))
			return LVSX_STATE_SYN_RECV;	/* as lvsx_state_next() says, too */
		state = lvsx_state_next(LVSX_STATE_NONE, tcp_flags, false);
	}
	if (unlikely(lvsx_state_closed(state)))
		state = LVSX_STATE_NONE;
	return state;
}

#endif
