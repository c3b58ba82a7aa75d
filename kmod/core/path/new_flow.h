/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a first packet to a flow: in line, for path.c, what nearly every new connection needs. The
 * rest is in new_flow.c.
 */
#ifndef LVSX_NEW_FLOW_H
#define LVSX_NEW_FLOW_H

#include "plane.h"
#include "core/host.h"
#include "core/pkt/packet.h"
#include "core/port/ports.h"
#include "core/table/insert.h"

#define LVSX_REFILL_STEP 16	/* new flows between two checks for spare memory */

/**
 * lvsx_new_flow_undone() - undo a new flow if its port map has been replaced meanwhile
 * @pkt: the first packet, with the flow
 * @map: the port map that it was made under, which was being replaced
 * @port: its port
 * @state: the state that it began in
 *
 * Another CPU may have taken the port by the new map, having looked for our flow too early.
 *
 * Context: Owner's CPU, softirq.
 * Return: true if the flow is undone.
 */
bool lvsx_new_flow_undone(struct lvsx_pkt *pkt, const struct lvsx_portmap *map,
			  struct lvsx_port port, u8 state);

/**
 * lvsx_new_flow_search() - search for a local port and make the flow, out of line
 * @pkt: the first packet
 * @plane: this CPU's
 * @map: the port map to go by
 * @conn: the connection
 *
 * For when the port that comes next will not do, or the flow is not IPv4 on both sides.
 *
 * Context: Owner's CPU, softirq.
 * Return: 0, or minus enum lvsx_reason.
 */
int lvsx_new_flow_search(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
			 const struct lvsx_portmap *map, const struct lvsx_conn *conn);

/* The candidate for the local address to try first. */
static __always_inline u32 lvsx_new_flow_local(const struct lvsx_pkt *pkt,
					       const struct lvsx_conn *conn)
{
	return (pkt->hash >> 32) * conn->locals >> 32;
}

/*
 * Milliseconds until the first look at a new flow: the timeout of the state that it begins in, or
 * that of the state that it will settle in, whichever is shorter.
 */
static __always_inline u32 lvsx_new_flow_first_look(const struct lvsx_pkt *pkt,
						    const struct lvsx_timeouts *to,
						    const struct lvsx_conn *conn)
{
	u32 ms = READ_ONCE(to->ms[conn->state]), idle_ms = conn->idle_ms;

	if (likely(!idle_ms))
		idle_ms = READ_ONCE(to->ms[pkt->tuple.proto == LVSX_TCP ? LVSX_STATE_ESTABLISHED :
									  LVSX_STATE_UDP]);
	return idle_ms < ms ? idle_ms : ms;
}

static __always_inline struct lvsx_flow_new
lvsx_new_flow_of(const struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
		 const struct lvsx_portmap *map, const struct lvsx_conn *conn, u32 which,
		 struct lvsx_port port, u8 kind)
{
	return (struct lvsx_flow_new){
		.client = pkt->tuple.saddr,
		.vip = pkt->tuple.daddr,
		.real = conn->real,
		.local = conn->local[which],
		.fwd_ports = lvsx_load_ports(&pkt->tuple, offsetof(struct lvsx_tuple, sport)),
		.rev_ports = lvsx_join_ports(conn->rport, port.port),
		.fwd_hash = pkt->hash,
		.rev_hash = port.rev_hash,
		.fwd_bucket = pkt->bucket,
		.rev_bucket = port.bucket,
		.proto = pkt->tuple.proto,
		.kind = kind,
		.state = conn->state,
		.map_slot = map->slot,
		.port_round = port.round,
		.pool = port.pool,
		.real_id = conn->real_id,
		.shadow = conn->shadow,
		.idle_ms = conn->idle_ms,
		.now = pkt->now,
		.first_look = lvsx_new_flow_first_look(pkt, plane->timeouts, conn),
	};
}

/*
 * Make the flow with this port, in line where @kind is a compile-time constant. 0, or minus the
 * reason why not; -LVSX_REASON_MAX: try again with the port map that is in force now.
 */
static __always_inline int lvsx_new_flow_make(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
					      const struct lvsx_portmap *map,
					      const struct lvsx_conn *conn, u32 which,
					      struct lvsx_port port, u8 kind)
{
	const struct lvsx_flow_new n =
		lvsx_new_flow_of(pkt, plane, map, conn, which, port, kind);

	pkt->half = lvsx_insert(pkt->owner, &n, kind);
	if (unlikely(!pkt->half)) {
		lvsx_ports_put(pkt->owner, port);
		return -(int)LVSX_REASON_NO_MEMORY;
	}
	return unlikely(READ_ONCE(map->retiring)) &&
	       lvsx_new_flow_undone(pkt, map, port, conn->state) ? -(int)LVSX_REASON_MAX : 0;
}

/**
 * lvsx_new_flow() - a packet without a flow: get a real server, take a local port, make the flow
 * @pkt: the packet, parsed, with its hash and bucket
 * @plane: this CPU's
 *
 * Context: Owner's CPU, softirq.
 * Return: LVSX_NEXT: pkt->half is the forward half of the flow. Otherwise the packet's verdict, its
 * reason counted.
 */
static __always_inline int lvsx_new_flow(struct lvsx_pkt *pkt, const struct lvsx_plane *plane)
{
	struct lvsx_conn conn LVSX_UNINIT;
	struct lvsx_port port LVSX_UNINIT;
	int verdict, err;
	u32 which;

	if (unlikely(pkt->flags & LVSX_PKT_ICMP_ERROR))
		return lvsx_pass(pkt, LVSX_REASON_PASS_OTHER);
	conn.state = lvsx_state_first(pkt->tuple.proto, pkt->tcp_flags);
	verdict = lvsx_host_new_conn(pkt, &conn);
	if (verdict != LVSX_NEXT)
		return verdict;
	if (unlikely(!(pkt->owner->stats.flows % LVSX_REFILL_STEP)))
		lvsx_host_want_memory(pkt->owner);
	which = lvsx_new_flow_local(pkt, &conn);
	if (likely(!(pkt->tuple.family | conn.family) && conn.locals &&
		   lvsx_ports_next(pkt->owner, plane->map, pkt, &conn, which, &port)))
		err = lvsx_new_flow_make(pkt, plane, plane->map, &conn, which, port, 0);
	else
		err = lvsx_new_flow_search(pkt, plane, plane->map, &conn);
	if (unlikely(err == -(int)LVSX_REASON_MAX))
		err = lvsx_new_flow_search(pkt, plane, lvsx_host_portmap(pkt), &conn);
	if (unlikely(err)) {
		lvsx_host_undo_conn(pkt, &conn);
		return lvsx_drop(pkt, (enum lvsx_reason)-err);
	}
	if (unlikely(conn.shadow))
		lvsx_host_conn_state(pkt->owner, pkt->half);
	lvsx_note(pkt, LVSX_REASON_FLOW_NEW);
	return LVSX_NEXT;
}

#endif
