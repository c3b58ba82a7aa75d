/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_PATH_H
#define LVSX_PATH_H

#include "plane.h"
#include "core/pkt/parse.h"
#include "core/pkt/siphash.h"
#include "core/table/bucket.h"

/*
 * The slow path: all that may happen to a packet. LVSX_FORWARD: it is translated and is to leave
 * by pkt->nexthop. LVSX_PASS: untouched. LVSX_DROP: counted under pkt->reason.
 */
int lvsx_path(struct lvsx_pkt *pkt, const struct lvsx_plane *plane);

/*
 * The same of a packet whose hash and bucket are known, too, and where @guess, if not NULL, was its
 * half a moment ago.
 */
int lvsx_path_hashed(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
		     struct lvsx_half *guess);

/* The same of a plain packet. */
static __always_inline int lvsx_path_plain(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
					   struct lvsx_hdr hdr)
{
	lvsx_parse_set(pkt, hdr);
	pkt->hash = sip_hash_ip4(sip_ip4(hdr.addrs, hdr.ports, hdr.proto), &plane->table->seed);
	pkt->bucket = lvsx_bucket_of(plane->table, (u32)pkt->hash);
	return lvsx_path_hashed(pkt, plane, NULL);
}

#endif
