/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A host for tests and fuzzers, in the kernel and in programs: two CPUs with their tables, one
 * service, and packets whose readable part is an allocation of exactly that size, so that a
 * sanitizer sees every step beyond it.
 *
 *	client ... → vip:80  becomes  local:(some port) → real:8080
 */
#ifndef LVSX_TESTS_WORLD_H
#define LVSX_TESTS_WORLD_H

#include "core/path/path.h"
#include "core/host.h"
#include "core/pkt/segment.h"
#include "core/table/table.h"

#define WORLD_CPUS 2
#define WORLD_BLOCKS 512	/* of 4 KiB, per table */
#define WORLD_PACKET 2048
#define WORLD_ROOM 512		/* for packets that tests keep on the kernel's small stack */

#define WORLD_VPORT 80
#define WORLD_RPORT 8080
#define WORLD_REAL_ID 7
#define WORLD_SHADOW 9

struct world_cpu {
	struct lvsx_plane plane;
	struct lvsx_table *table;
	void **directory;
	void **buckets;
};

struct world {
	struct world_cpu cpu[WORLD_CPUS];
	struct lvsx_portmap *map;
	struct lvsx_portmap *own_map;
	const struct lvsx_portmap *next_map;	/* in force while packets began with map */
	void (*elsewhere)(const struct lvsx_pkt *pkt);	/* runs once, before a packet sees that */
	struct lvsx_timeouts timeouts;
	u64 counters[LVSX_REASON_MAX];

	/* clock and place of the packets to come */
	u32 now;
	u16 at;
	u32 linear;	/* bytes of a packet that are readable at first */
	u8 flags;	/* LVSX_PKT_PARTIAL or 0 */

	/* what the world answers */
	u32 mtu;
	u32 spare_blocks;	/* how many more it will give */
	bool no_memory;		/* pull and writable fail */
	bool real_gone;
	bool leaves;
	u32 nodest;	/* packets that find their flow's real server removed, and end it */
	bool martian;		/* every source is refused */
	bool bad_sum;		/* no ICMP checksum holds */
	u32 locals;		/* local addresses of the service */
	u32 idle_ms;		/* its own timeout */

	/* what it was told */
	int uses;	/* of the real server */
	u32 conflicts;		/* lvsx_host_port_conflict() */
	u8 shadow_state;	/* last lvsx_host_conn_state() */
	int active;
	u32 gone;	/* flows */
	u32 routed;		/* next hops that packets hold */
	u32 idled;		/* lvsx_host_flow_idled() */
	struct lvsx_segment probe[2];	/* what it would send: to the client, to the real server */

	/* the packet in hand */
	struct lvsx_pkt pkt;
	u8 in[WORLD_PACKET];
	u8 out[WORLD_PACKET];
	u32 size;
	u32 writable;
};

/* Addresses of the scene: [0] IPv4, [1] IPv6. */
extern const __be32 world_client[2][4];
extern const __be32 world_vip[2][4];
extern const __be32 world_local[2][4];
extern const __be32 world_real[2][4];

/* @map: the caller's, or NULL: one of its own. Returns NULL when there is no memory. */
struct world *world_new(struct lvsx_portmap *map);
void world_free(struct world *w);

void *world_alloc(size_t size);
void world_unalloc(void *memory);

/* Give the tables the blocks they want, as far as spare_blocks goes. */
void world_feed(struct world *w);

/* Pass @ms: turn every wheel, let removed flows go, feed. */
void world_pass(struct world *w, u32 ms);

/* Lay a packet down without sending it; only parse.c and what is called by hand see it. */
struct lvsx_pkt *world_lay(struct world *w, const void *bytes, u32 size, u8 family);

/*
 * Move its readable bytes to an allocation of exactly @len, so that a pointer to the old one is
 * wrong; those that were not readable come from @whole. False: no memory.
 */
bool world_reseat(struct lvsx_pkt *pkt, const u8 *whole, u32 len);

/* Take it off again; w->out is what became of it. */
void world_lift(struct world *w);

/* Through lvsx_path() on CPU w->at; w->out is what became of the packet. */
int world_send(struct world *w, const void *bytes, u32 size, u8 family);

/* Make a flow without a packet: @fwd is what the client sends, @rev what the real server does. */
struct lvsx_half *world_flow(struct world *w, const struct lvsx_tuple *fwd,
			     const struct lvsx_tuple *rev);

/* Insert a flow of these tuples; what else it is, @n says. */
struct lvsx_half *world_insert(struct lvsx_table *t, const struct lvsx_tuple *fwd,
			       const struct lvsx_tuple *rev, struct lvsx_flow_new *n);

/* The I/O of its packets. */
extern const struct lvsx_io world_io;

/* Ports are assigned to the CPUs round-robin. NULL: no memory. */
struct lvsx_portmap *world_map(void);

/* Live flows in all tables. */
u32 world_flows(const struct world *w);

#endif
