/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * States of a flow, and how long a flow may idle in each. TCP's states have the names and the
 * meaning that `ipvsadm -lnc` shows. UDP has one of its own.
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

/**
 * struct lvsx_timeouts - how long a flow may idle
 * @ms: in each state, in milliseconds
 */
struct lvsx_timeouts {
	u32 ms[LVSX_STATE_MAX];
};

/**
 * lvsx_state_name() - name of a state for listings
 * @state: enum lvsx_state
 *
 * Return: The name.
 */
const char *lvsx_state_name(u8 state);

/**
 * lvsx_state_closed() - is the connection over?
 * @state: enum lvsx_state
 *
 * Return: true if a SYN may replace the flow, and its port may be recycled.
 */
static inline bool lvsx_state_closed(u8 state)
{
	return state == LVSX_STATE_TIME_WAIT || state == LVSX_STATE_CLOSE ||
	       state == LVSX_STATE_LAST_ACK;
}

/**
 * lvsx_state_lasting() - is it a state that a healthy flow stays in?
 * @state: enum lvsx_state
 *
 * Return: true if a service's own timeout replaces the state's.
 */
static inline bool lvsx_state_lasting(u8 state)
{
	return state == LVSX_STATE_ESTABLISHED || state == LVSX_STATE_UDP;
}

/**
 * lvsx_state_open() - do both ends still have the connection, as far as we have seen?
 * @state: enum lvsx_state
 *
 * Return: true if an end would miss the flow.
 */
static inline bool lvsx_state_open(u8 state)
{
	return state == LVSX_STATE_ESTABLISHED || state == LVSX_STATE_FIN_WAIT ||
	       state == LVSX_STATE_CLOSE_WAIT;
}

/* One bit for each state that counts as active. */
#define LVSX_STATE_BIT(id, text, ms, active) | (u32)(active) << LVSX_STATE_##id

/**
 * lvsx_state_active() - does a flow in this state count as active at its real server?
 * @state: enum lvsx_state
 *
 * Return: true if it does.
 */
static inline bool lvsx_state_active(u8 state)
{
	return (0 LVSX_STATES(LVSX_STATE_BIT)) >> state & 1;
}

#undef LVSX_STATE_BIT

/**
 * lvsx_state_next() - the state after a TCP packet
 * @state: the state before, enum lvsx_state
 * @tcp_flags: the packet's, enum lvsx_tcp_flag
 * @rev: the real server sent it
 *
 * Return: enum lvsx_state.
 */
u8 lvsx_state_next(u8 state, u8 tcp_flags, bool rev);

/**
 * lvsx_state_first() - the state that a flow begins in
 * @proto: LVSX_TCP or LVSX_UDP
 * @tcp_flags: its first packet's, enum lvsx_tcp_flag
 *
 * Return: enum lvsx_state; NONE where the packet would close it, and lvsx_track() does that.
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
