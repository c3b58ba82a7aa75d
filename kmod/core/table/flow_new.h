/* SPDX-License-Identifier: GPL-2.0-only */
/* What a flow is made from: by insert.h in line, by table.c out of line. */
#ifndef LVSX_FLOW_NEW_H
#define LVSX_FLOW_NEW_H

#include "flow.h"

/**
 * struct lvsx_flow_new - a flow to be inserted; ports are as lvsx_load_ports() returns them
 * @client: the client's address
 * @vip: the service's address
 * @real: the real server's address
 * @local: the local address
 * @fwd_ports: the client's port, the service's
 * @rev_ports: the real server's port, the local one
 * @fwd_hash: hash of the forward tuple
 * @rev_hash: hash of the reverse tuple
 * @fwd_bucket: lvsx_bucket_of() @fwd_hash
 * @rev_bucket: lvsx_bucket_of() @rev_hash
 * @proto: LVSX_TCP or LVSX_UDP
 * @kind: of the forward half
 * @state: state that it begins in; the flow counts as active if the state does
 * @map_slot: slot of the port map that the port is from
 * @port_round: round of the port pool, see struct lvsx_port
 * @pool: line of the port pool
 * @real_id: the host's number for the real server
 * @shadow: the host's number for a stock connection, 0: none
 * @idle_ms: see struct lvsx_half
 * @now: milliseconds
 * @first_look: milliseconds until the wheel looks at it for the first time
 */
struct lvsx_flow_new {
	const __be32 *client, *vip;
	const __be32 *real, *local;
	u32 fwd_ports;
	u32 rev_ports;
	u64 fwd_hash;
	u64 rev_hash;
	struct lvsx_bucket *fwd_bucket, *rev_bucket;
	u8 proto;
	u8 kind;
	u8 state;
	u8 map_slot;
	u16 port_round;
	u32 pool;
	u32 real_id;
	u32 shadow;
	u32 idle_ms;
	u32 now;
	u32 first_look;
};

#endif
