/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a packet asks of the way in which it came: one constant of these for each kind of frame
 * (socket buffers, XDP frames, mbufs), so that several kinds can live in one binary. For the slow
 * path; what the fast path is made of is in line, see path/fastpath.h. Context as in host.h.
 */
#ifndef LVSX_IO_H
#define LVSX_IO_H

#include "core/env.h"

struct lvsx_pkt;

struct lvsx_io {
	/* Make the first @len bytes readable in one piece; updates pkt->data and pkt->len. */
	bool (*pull)(struct lvsx_pkt *pkt, u32 len);

	/* Make the first @len bytes, which have been pulled, writable; may move pkt->data. */
	bool (*writable)(struct lvsx_pkt *pkt, u32 len);

	/* Does the checksum of an ICMP error hold? */
	bool (*icmp_csum_ok)(struct lvsx_pkt *pkt);

	/* Would the host take this packet's source? Asked about ICMP errors that have a flow. */
	bool (*source_ok)(struct lvsx_pkt *pkt);

	/*
	 * Ready the way out for pkt->half: a next hop at pkt->nexthop, checked against the size and
	 * the TTL of the packet, which is still untranslated. LVSX_NEXT, or LVSX_DROP with the
	 * reason counted: TOO_BIG, TTL (the sender has been told by ICMP), NO_ROUTE, POLICY, LRO.
	 */
	int (*route)(struct lvsx_pkt *pkt);

	/* The packet will not leave that way. */
	void (*unroute)(struct lvsx_pkt *pkt);
};

#endif
