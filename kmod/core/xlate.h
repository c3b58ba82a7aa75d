/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation: rewrite a parsed, writable packet as its half says. All or nothing: once begun it
 * cannot fail. Addresses, ports, checksums; one hop is taken off TTL or hop limit, of which
 * lvsx_env_route() has seen that there is one.
 */
#ifndef LVSX_XLATE_H
#define LVSX_XLATE_H

#include "flow.h"
#include "packet.h"

/* How many bytes from the IP header on lvsx_xlate() or lvsx_xlate_icmp() will write to. */
u32 lvsx_xlate_span(const struct lvsx_pkt *pkt);

/* A TCP or UDP packet. */
void lvsx_xlate(struct lvsx_pkt *pkt, const struct lvsx_half *half);

/*
 * An ICMP error about a packet of this flow. @half is the one whose direction the error travels;
 * the quoted packet gets the ends that its sender knows. The outer source becomes the local
 * address (towards the real server) or the VIP (towards the client): the only addresses of ours
 * that the other side may know.
 */
void lvsx_xlate_icmp(struct lvsx_pkt *pkt, const struct lvsx_half *half);

#endif
