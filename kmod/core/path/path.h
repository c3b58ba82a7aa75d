/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_PATH_H
#define LVSX_PATH_H

#include "plane.h"
#include "core/pkt/parse.h"
#include "core/pkt/siphash.h"
#include "core/table/bucket.h"

/**
 * lvsx_path() - the slow path: all that may happen to a packet
 * @pkt: the packet, as the I/O filled it in
 * @plane: this CPU's
 *
 * Context: Softirq.
 * Return: LVSX_FORWARD: translated, to be sent by pkt->nexthop, which may hold a reference.
 * LVSX_PASS: untouched. LVSX_DROP: the caller frees it. pkt->reason is counted in each case.
 */
int lvsx_path(struct lvsx_pkt *pkt, const struct lvsx_plane *plane);

/**
 * lvsx_path_hashed() - the slow path from the look-up on
 * @pkt: the packet, parsed, with its hash and bucket
 * @plane: this CPU's
 * @guess: the half that it may match, in this CPU's table; NULL: not known
 *
 * Context: Softirq.
 * Return: As lvsx_path().
 */
int lvsx_path_hashed(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
		     struct lvsx_half *guess);

/**
 * lvsx_path_plain() - the slow path of a plain packet
 * @pkt: the packet, as the I/O filled it in
 * @plane: this CPU's
 * @hdr: its headers
 *
 * Context: Softirq.
 * Return: As lvsx_path().
 */
static __always_inline int lvsx_path_plain(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
					   struct lvsx_hdr hdr)
{
	lvsx_parse_set(pkt, hdr);
	pkt->hash = sip_hash_ip4(sip_ip4(hdr.addrs, hdr.ports, hdr.proto), &plane->table->seed);
	pkt->bucket = lvsx_bucket_of(plane->table, (u32)pkt->hash);
	return lvsx_path_hashed(pkt, plane, NULL);
}

#endif
