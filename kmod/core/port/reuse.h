/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local ports of closed flows: when may the next connection to the same real server have one? That
 * server may hold the old connection in TIME_WAIT, and takes a SYN only with a later timestamp or
 * sequence number (RFC 6191 §2; RFC 9293 §3.6.1).
 */
#ifndef LVSX_REUSE_H
#define LVSX_REUSE_H

#include "core/pkt/packet.h"
#include "core/table/flow.h"

/*
 * May another flow have the port before this one ends? Not because a client's FIN or RST went by:
 * it may be forged, and then the real server goes on with the connection.
 */
bool lvsx_reuse_possible(const struct lvsx_half *fwd);

/* May it have the port right now, for this SYN? */
bool lvsx_reuse_allowed(const struct lvsx_half *old_fwd, const struct lvsx_pkt *syn);

#endif
