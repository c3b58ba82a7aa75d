// SPDX-License-Identifier: GPL-2.0-only
/* The states' names, and the table of their transitions. See state.h. */
#include "state.h"

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
 * One row for each state: its successors when the client sends, then when the real server sends.
 * The result, and with it ActiveConn, InActConn and the timeouts, is what IPVS shows for a
 * masqueraded connection that sees the same packets. A client's RST in SYN_RECV changes nothing
 * there: it may belong to the client's previous connection from the same port.
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

u8 lvsx_state_next(u8 state, u8 tcp_flags, bool rev)
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
		return state;	/* neither end would accept it */
	return next_state[state][rev][event];
}
