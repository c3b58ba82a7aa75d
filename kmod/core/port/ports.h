/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Local ports, by (local address, real server, protocol). Each CPU draws from ports whose replies
 * come home to it (portmap.h). Never used ports come first, from a random start; then those given
 * back longest ago. One port carries one flow to one real server, so an address serves 64 k flows
 * to each real server. Owner's CPU, softirqs off.
 */
#ifndef LVSX_PORTS_H
#define LVSX_PORTS_H

#include "core/table/flow.h"
#include "core/pkt/packet.h"
#include "portmap.h"

struct lvsx_port {
	__be16 port;
	u16 epoch;		/* of the pool when it was drawn */
	u32 pool;		/* line; goes into the flow with the epoch, for giving back */
	u64 rev_hash;		/* of the reply's tuple */
};

/*
 * Take a port for the flow of @syn (any first packet) from @local to @real. Fills rev
 * (real → local) and out. A closed flow that still holds the port is ended when the real server
 * will accept its successor. LVSX_NEXT, or LVSX_REASON_NO_PORT / _NO_MEMORY as a negative number.
 */
int lvsx_ports_take(struct lvsx_table *t, const struct lvsx_rss *rss, const struct lvsx_pkt *syn,
		    const __be32 *local, const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
		    struct lvsx_port *out);

/*
 * The same in two steps, for bursts: draw a port for each, hash all of @rev at once, as by
 * lvsx_batch_hash(), and claim them when memory has answered, @out->rev_hash filled in. Claiming
 * may take another port than was drawn. What has been drawn is claimed or returned.
 */
int lvsx_ports_draw(struct lvsx_table *t, const struct lvsx_rss *rss, const struct lvsx_pkt *syn,
		    const __be32 *local, const __be32 *real, __be16 rport, struct lvsx_tuple *rev,
		    struct lvsx_port *out);
int lvsx_ports_claim(struct lvsx_table *t, const struct lvsx_rss *rss, const struct lvsx_pkt *syn,
		     struct lvsx_tuple *rev, struct lvsx_port *out);
void lvsx_ports_return(struct lvsx_table *t, const struct lvsx_tuple *rev,
		       const struct lvsx_port *drawn);

/* The flow has closed: its port is wanted again, if it may be. Any number of times. */
void lvsx_ports_queue(struct lvsx_table *t, struct lvsx_half *fwd);

/* The flow has ended and left the index. */
void lvsx_ports_end(struct lvsx_table *t, const struct lvsx_half *fwd, const struct lvsx_half *rev);

/* A port that was taken, or claimed, is not used after all. */
void lvsx_ports_put(struct lvsx_table *t, const struct lvsx_port *port);

struct lvsx_ports_usage {
	u64 total, used;
	u32 fullest;		/* thousandths in use of the pool where these are most */
};

/* Sum over this CPU's pools of one local address. Any CPU, a snapshot. */
void lvsx_ports_usage(const struct lvsx_table *t, const struct lvsx_rss *rss, const __be32 *local,
		      struct lvsx_ports_usage *sum);

#endif
