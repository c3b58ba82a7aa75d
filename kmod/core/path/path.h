/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_PATH_H
#define LVSX_PATH_H

#include "core/table/flow.h"
#include "core/pkt/packet.h"
#include "core/port/ports.h"
#include "track.h"

/* What a world knows of the real server that a first packet gets; see lvsx_env_admit(). */
struct lvsx_admit {
	u8 state;			/* filled in by path: that the flow will begin in */
	__be32 real[4];
	__be16 rport;
	u32 real_id;			/* goes into the flow, as does the next */
	u32 shadow;			/* stock connection kept beside, 0: none */
	u32 idle_ms;			/* the service's own timeout, 0: none */
	const __be32 (*local)[4];	/* candidates for the local address */
	u32 locals;			/* how many */
	void *world;			/* the world's own */
};

/* One CPU's view of the data plane, the second argument of a road. */
struct lvsx_plane {
	struct lvsx_table *table[2];	/* IPv4, IPv6; NULL: family not in use */
	const struct lvsx_rss *rss;
	const struct lvsx_timeouts *timeouts;
};

/*
 * A packet's road: parse → find flow → (none? find service → admit) → track → translate.
 * LVSX_FORWARD: the packet is translated, its next hop is pkt->half's. LVSX_PASS: untouched.
 * LVSX_DROP: counted under pkt->reason.
 */
int lvsx_path(struct lvsx_pkt *pkt, const struct lvsx_plane *plane);

/* The same from the second step on, where lvsx_parse() said LVSX_NEXT. */
int lvsx_path_parsed(struct lvsx_pkt *pkt, const struct lvsx_plane *plane);

#endif
