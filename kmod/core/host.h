/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core asks of the program that it is part of: once for the whole binary, bound by the
 * linker. What differs with the way in which packets come is in pkt/io.h.
 *
 * Unless it says otherwise a function is called for one packet, on pkt->cpu: in the kernel that is
 * softirq, inside an RCU read section.
 */
#ifndef LVSX_HOST_H
#define LVSX_HOST_H

#include "env.h"

struct lvsx_pkt;
struct lvsx_table;
struct lvsx_half;
struct lvsx_portmap;

/* A new connection: which real server it gets, and what its local address may be. */
struct lvsx_conn {
	u8 state;			/* that the flow begins in; filled in by the core */
	u8 family;			/* enum lvsx_family, of the addresses here */
	__be16 rport;
	__be32 real[4];
	u32 real_id;			/* the host's number of it; goes into the flow */
	u32 shadow;			/* stock connection beside it, 0: none; likewise */
	u32 idle_ms;			/* the service's own timeout, 0: none */
	const __be32 (*local)[4];	/* candidates for the local address */
	u32 locals;			/* how many */
	void *priv;			/* the host's own */
};

/* Is the destination address a VIP or a local address that lvsx answers for? Ports play no part. */
bool lvsx_host_is_ours(const struct lvsx_pkt *pkt);

/* Look for the packet's flow in the tables of other CPUs. Read-only. */
struct lvsx_half *lvsx_host_find_remote(struct lvsx_pkt *pkt, struct lvsx_table **owner);

/* The table of @cpu in the instance of @pkt; NULL: it has none. */
const struct lvsx_table *lvsx_host_table(const struct lvsx_pkt *pkt, u16 cpu);

/* The port map that is in force now. */
const struct lvsx_portmap *lvsx_host_portmap(const struct lvsx_pkt *pkt);

/*
 * A first packet. May lvsx serve it, and with which real server? LVSX_NEXT: yes, @conn is filled
 * and holds one use of the real server, which lvsx_host_flow_gone() hands back; without a shadow it
 * counts as active there, if @conn->state does. Any other verdict is the packet's, its reason
 * counted.
 */
int lvsx_host_new_conn(struct lvsx_pkt *pkt, struct lvsx_conn *conn);

/* The connection did not become a flow after all: hand the real server back. */
void lvsx_host_undo_conn(struct lvsx_pkt *pkt, const struct lvsx_conn *conn);

/* No port was free at this candidate for the local address, conn->local[which]. */
void lvsx_host_port_conflict(const struct lvsx_conn *conn, u32 which);

/* A new flow is about to be made in @t: soon it may want memory. Owner's CPU. */
void lvsx_host_want_memory(struct lvsx_table *t);

/*
 * Count @pkt, which @half will forward, for its real server. LVSX_NEXT: it goes on. Else why not,
 * as a negative enum lvsx_reason, nothing counted: REAL_GONE, or FLOW_NODEST: the flow is to end.
 */
int lvsx_host_account(struct lvsx_pkt *pkt, const struct lvsx_half *half);

/* There is no way to the real server of @half now: pick others for a moment. */
void lvsx_host_real_unreachable(struct lvsx_pkt *pkt, const struct lvsx_half *half);

/* Is a SYN of this open flow to get another real server? */
bool lvsx_host_conn_moves(const struct lvsx_pkt *pkt, const struct lvsx_half *half);

/* The flow of this forward half began or ceased to count as active at its real server. Any CPU. */
void lvsx_host_conn_active(struct lvsx_table *t, struct lvsx_half *fwd, bool active);

/*
 * A flow with a shadow has a new state: show it there. Any CPU; even after lvsx_host_flow_gone().
 */
void lvsx_host_conn_state(struct lvsx_table *t, struct lvsx_half *fwd);

/* A flow has left the table: release its real server. Owner's CPU. */
void lvsx_host_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev);

/*
 * An open TCP connection was idle for too long: its flow has left the table, and its two ends may
 * be notified. Owner's CPU.
 */
void lvsx_host_flow_idled(struct lvsx_table *t, const struct lvsx_half *fwd,
			  const struct lvsx_half *rev);

#endif
