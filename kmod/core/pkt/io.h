/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the slow path asks of the I/O that a packet came by: one constant table for each kind of
 * frame (socket buffers, XDP frames, mbufs), so that several kinds can live in one binary. The fast
 * path has primitives of its own, in line: path/fastpath.h.
 */
#ifndef LVSX_IO_H
#define LVSX_IO_H

#include "core/env.h"

struct lvsx_pkt;

/**
 * struct lvsx_io - operations on one kind of frame
 * @pull: make the first @len bytes readable in one piece; updates pkt->data and pkt->len. False:
 *	no memory.
 * @writable: make the first @len bytes, which have been pulled, writable; may move pkt->data.
 *	False: no memory.
 * @icmp_csum_ok: is the checksum of this ICMP error right?
 * @source_ok: would the host accept the packet's source? Asked for ICMP errors of a flow.
 * @route: find the next hop for pkt->half, as pkt->nexthop, and check it against the size and the
 *	TTL of the packet, which is still untranslated. LVSX_NEXT, or LVSX_DROP with the reason
 *	counted: TOO_BIG, TTL (the sender has been told by ICMP), NO_ROUTE, POLICY, LRO.
 * @unroute: the packet, dropped after all, will not use pkt->nexthop: release it
 *
 * Context: Softirq.
 */
struct lvsx_io {
	bool (*pull)(struct lvsx_pkt *pkt, u32 len);
	bool (*writable)(struct lvsx_pkt *pkt, u32 len);
	bool (*icmp_csum_ok)(struct lvsx_pkt *pkt);
	bool (*source_ok)(struct lvsx_pkt *pkt);
	int (*route)(struct lvsx_pkt *pkt);
	void (*unroute)(struct lvsx_pkt *pkt);
};

#endif
