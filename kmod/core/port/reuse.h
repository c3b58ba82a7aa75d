/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local ports of closed flows: when may the next connection to the same real server have one? The
 * server may still hold the old connection in TIME_WAIT, and then accepts a SYN only with a later
 * timestamp or sequence number (RFC 6191 §2; RFC 9293 §3.6.1).
 */
#ifndef LVSX_REUSE_H
#define LVSX_REUSE_H

#include "core/pkt/packet.h"
#include "core/table/flow.h"

/**
 * lvsx_reuse_possible() - may another flow have the port before this one ends?
 * @fwd: the flow's forward half
 *
 * A client's FIN or RST alone is not enough: it may be forged, and the real server still have the
 * connection.
 *
 * Context: Any CPU, RCU read side.
 * Return: true if one may.
 */
bool lvsx_reuse_possible(const struct lvsx_half *fwd);

/**
 * lvsx_reuse_allowed() - will the real server accept this SYN from the port now?
 * @old_fwd: forward half of the flow that has the port
 * @syn: the SYN
 *
 * Context: Owner's CPU.
 * Return: true if it will.
 */
bool lvsx_reuse_allowed(const struct lvsx_half *old_fwd, const struct lvsx_pkt *syn);

#endif
