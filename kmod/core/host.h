/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core asks of the program that it is built into, its host: one implementation for the
 * whole binary, bound by the linker. What differs between kinds of frames is in pkt/io.h.
 */
#ifndef LVSX_HOST_H
#define LVSX_HOST_H

#include "env.h"

struct lvsx_pkt;
struct lvsx_table;
struct lvsx_half;
struct lvsx_portmap;

/**
 * struct lvsx_conn - a new connection: its real server, and candidates for its local address
 * @state: state that the flow begins in, enum lvsx_state; set by the core
 * @family: of the addresses here, enum lvsx_family
 * @rport: the real server's port
 * @real: the real server's address; IPv4 is word 0
 * @real_id: the host's number for the real server, kept in the flow
 * @shadow: the host's number for a stock connection kept beside the flow, 0: none; kept likewise
 * @idle_ms: the service's own idle timeout in milliseconds, 0: none
 * @local: candidates for the local address
 * @locals: number of candidates
 * @priv: the host's own
 *
 * Filled in by lvsx_host_new_conn(), all but @state.
 */
struct lvsx_conn {
	u8 state;
	u8 family;
	__be16 rport;
	__be32 real[4];
	u32 real_id;
	u32 shadow;
	u32 idle_ms;
	const __be32 (*local)[4];
	u32 locals;
	void *priv;
};

/**
 * lvsx_host_is_ours() - is the destination a VIP or local address that lvsx answers for?
 * @pkt: the packet, with its addresses in @pkt->tuple; ports play no part
 *
 * Context: Softirq.
 * Return: true if it is.
 */
bool lvsx_host_is_ours(const struct lvsx_pkt *pkt);

/**
 * lvsx_host_find_remote() - look for the packet's flow in the tables of other CPUs
 * @pkt: the packet, with its tuple
 * @owner: set to the table that the flow is in
 *
 * Context: Softirq. Writes to no table.
 * Return: The half that @pkt matches; NULL: no CPU has one, @owner is unchanged.
 */
struct lvsx_half *lvsx_host_find_remote(struct lvsx_pkt *pkt, struct lvsx_table **owner);

/**
 * lvsx_host_table() - another CPU's table
 * @pkt: tells the instance
 * @cpu: the CPU
 *
 * Context: Softirq.
 * Return: The table of @cpu in the packet's instance; NULL: it has none.
 */
const struct lvsx_table *lvsx_host_table(const struct lvsx_pkt *pkt, u16 cpu);

/**
 * lvsx_host_portmap() - the port map that is in force now
 * @pkt: tells the instance
 *
 * Context: Softirq.
 * Return: The port map.
 */
const struct lvsx_portmap *lvsx_host_portmap(const struct lvsx_pkt *pkt);

/**
 * lvsx_host_new_conn() - may lvsx serve this first packet, and with which real server?
 * @pkt: the packet
 * @conn: the connection, with its state; the rest is filled in here
 *
 * A connection that is granted holds a reference to its real server, until lvsx_host_flow_gone()
 * or lvsx_host_undo_conn(). Without a shadow it counts as active there, if @conn->state does.
 *
 * Context: Softirq.
 * Return: LVSX_NEXT if so. Otherwise the packet's verdict, its reason counted.
 */
int lvsx_host_new_conn(struct lvsx_pkt *pkt, struct lvsx_conn *conn);

/**
 * lvsx_host_undo_conn() - the connection did not become a flow: release its real server
 * @pkt: the packet
 * @conn: what lvsx_host_new_conn() granted
 *
 * Context: Softirq.
 */
void lvsx_host_undo_conn(struct lvsx_pkt *pkt, const struct lvsx_conn *conn);

/**
 * lvsx_host_port_conflict() - no port was free at a candidate for the local address
 * @conn: the connection
 * @which: the candidate is @conn->local[@which]
 *
 * Context: Softirq.
 */
void lvsx_host_port_conflict(const struct lvsx_conn *conn, u32 which);

/**
 * lvsx_host_want_memory() - flows are being made: the table may soon need a refill
 * @t: the table; how much it needs is what lvsx_arena_wants() says
 *
 * Context: Owner's CPU, softirq. The host may only schedule the work.
 */
void lvsx_host_want_memory(struct lvsx_table *t);

/**
 * lvsx_host_account() - count a packet for its real server
 * @pkt: the packet, still untranslated
 * @half: the half that will forward it
 *
 * Context: Softirq.
 * Return: 0: counted. Otherwise the real server is gone and nothing is counted:
 * -LVSX_REASON_REAL_GONE to drop the packet, -LVSX_REASON_FLOW_NODEST to end the flow, too.
 */
int lvsx_host_account(struct lvsx_pkt *pkt, const struct lvsx_half *half);

/**
 * lvsx_host_real_unreachable() - there is no route to a real server: avoid it for a moment
 * @pkt: the packet that found out
 * @half: the half whose real server it is
 *
 * Context: Softirq.
 */
void lvsx_host_real_unreachable(struct lvsx_pkt *pkt, const struct lvsx_half *half);

/**
 * lvsx_host_conn_moves() - is a SYN of this open flow to be scheduled anew?
 * @pkt: the SYN
 * @half: the forward half of its flow
 *
 * Context: Softirq.
 * Return: true if another real server is to have it.
 */
bool lvsx_host_conn_moves(const struct lvsx_pkt *pkt, const struct lvsx_half *half);

/**
 * lvsx_host_conn_active() - a flow began or ceased to count as active at its real server
 * @t: the table that the flow is in
 * @fwd: its forward half
 * @active: whether it is active now
 *
 * Context: Softirq, any CPU.
 */
void lvsx_host_conn_active(struct lvsx_table *t, struct lvsx_half *fwd, bool active);

/**
 * lvsx_host_conn_state() - show the new state of a flow in its shadow
 * @t: the table that the flow is in
 * @fwd: its forward half
 *
 * Context: Softirq, any CPU; may come after lvsx_host_flow_gone().
 */
void lvsx_host_conn_state(struct lvsx_table *t, struct lvsx_half *fwd);

/**
 * lvsx_host_flow_gone() - a flow has left the table: release its real server
 * @t: the table
 * @fwd: the flow's forward half
 * @rev: its reverse half
 *
 * Context: Owner's CPU.
 */
void lvsx_host_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev);

/**
 * lvsx_host_flow_idled() - an open TCP connection idled out: its two ends may be notified
 * @t: the table, which the flow has left
 * @fwd: the flow's forward half
 * @rev: its reverse half
 *
 * Context: Owner's CPU.
 */
void lvsx_host_flow_idled(struct lvsx_table *t, const struct lvsx_half *fwd,
			  const struct lvsx_half *rev);

#endif
