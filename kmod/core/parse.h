/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_PARSE_H
#define LVSX_PARSE_H

#include "packet.h"

/*
 * Bytes to tuple. Every length of a packet is checked here and nowhere else.
 *
 * Returns LVSX_NEXT: tuple, end, l4, tcp_flags (and inner, inner_l4, inner_end for an ICMP error)
 * are valid, and these bytes are readable: a TCP header with its options, a UDP header, or all that
 * stands before inner_end. For an ICMP error the tuple is that of the flow's packet which would
 * travel the other way, so that a look-up finds the half that the error must follow.
 *
 * Returns LVSX_PASS with pkt->reason set (not counted) when it is not for us to judge by ports:
 * PASS_PROTO, FRAGMENT (LVSX_PKT_FRAGMENT set), BAD_IP, BAD_L4, BAD_ICMP, NO_MEMORY. The caller
 * decides by lvsx_env_ours() whether that is a drop; the addresses in the tuple are then those of
 * the packet itself, or zero when it has none.
 */
int lvsx_parse(struct lvsx_pkt *pkt);

#endif
