// SPDX-License-Identifier: GPL-2.0-only
/* The rare cases of making a new flow, see new_flow.h. */
#include "new_flow.h"
#include "end.h"
#include "expire.h"
#include "track.h"
#include "core/table/table.h"

LVSX_COLD bool lvsx_new_flow_undone(struct lvsx_pkt *pkt, const struct lvsx_portmap *map,
				    struct lvsx_port port, u8 state)
{
	smp_mb();	/* flow inserted before map read; pairs with ports_held_elsewhere() */
	if (lvsx_host_portmap(pkt) == map)
		return false;
	lvsx_flow_remove(pkt->owner, pkt->half);
	lvsx_track_undone(pkt->owner, pkt->half, state);
	lvsx_ports_put(pkt->owner, port);
	pkt->half = NULL;
	return true;
}

/* Candidate *@which for the local address had no port: try the others in turn. */
static struct lvsx_port new_flow_port_elsewhere(struct lvsx_pkt *pkt,
						const struct lvsx_plane *plane,
						const struct lvsx_portmap *map,
						const struct lvsx_conn *conn, u32 *which)
{
	struct lvsx_port port = { .err = -(int)LVSX_REASON_NO_PORT };
	u32 left = conn->locals;

	/* Flows that other CPUs closed may have ports to reuse. */
	if (lvsx_expire_requested(pkt->owner, pkt->now, plane->timeouts, pkt->counters))
		port = lvsx_ports_search(pkt->owner, map, pkt, conn, *which);
	while (port.err == -(int)LVSX_REASON_NO_PORT) {
		lvsx_host_port_conflict(conn, *which);
		if (!--left)
			break;
		*which = *which + 1 < conn->locals ? *which + 1 : 0;
		port = lvsx_ports_search(pkt->owner, map, pkt, conn, *which);
	}
	return port;
}

static int new_flow_try(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
			const struct lvsx_portmap *map, const struct lvsx_conn *conn)
{
	const u8 kind = (pkt->tuple.family == LVSX_IPV6 ? LVSX_KIND_MATCH6 : 0) |
			(conn->family == LVSX_IPV6 ? LVSX_KIND_REWRITE6 : 0);
	u32 which = lvsx_new_flow_local(pkt, conn);
	struct lvsx_port port = lvsx_ports_search(pkt->owner, map, pkt, conn, which);

	if (unlikely(port.err == -(int)LVSX_REASON_NO_PORT))
		port = new_flow_port_elsewhere(pkt, plane, map, conn, &which);
	if (unlikely(port.err))
		return port.err;
	if (port.holder) {
		lvsx_flow_end(pkt->owner, port.holder);
		lvsx_note(pkt, LVSX_REASON_FLOW_RECYCLED);
	}
	return lvsx_new_flow_make(pkt, plane, map, conn, which, port, kind);
}

LVSX_COLD int lvsx_new_flow_search(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
				   const struct lvsx_portmap *map, const struct lvsx_conn *conn)
{
	int err;

	if (unlikely(!conn->locals))
		return -(int)LVSX_REASON_NO_LOCAL;
	/* The index may have grown since the packet was hashed. */
	pkt->bucket = lvsx_bucket_of(pkt->owner, (u32)pkt->hash);
	while ((err = new_flow_try(pkt, plane, map, conn)) == -(int)LVSX_REASON_MAX) {
		map = lvsx_host_portmap(pkt);
		pkt->bucket = lvsx_bucket_of(pkt->owner, (u32)pkt->hash);
	}
	return err;
}
