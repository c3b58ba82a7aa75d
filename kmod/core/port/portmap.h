/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The port map: which CPU owns which local ports, so that a reply arrives on the CPU that owns its
 * flow. A NIC hashes the five-tuple by Toeplitz with a key that it tells, and looks the low bits up
 * in an indirection table it tells too. Toeplitz is linear over XOR, so hash(real, local, rport,
 * lport) = hash(real, local, rport, 0) ^ hash(0, 0, 0, lport): all ports fall into classes by the
 * second term, once for all, and for a given real server and local address a class belongs to one
 * CPU. Without a NIC's key the class is the port's low bits, and classes are assigned round-robin;
 * then a reply may arrive elsewhere and is looked up at its owner.
 *
 * Immutable once built, but for what the host notes in it while it replaces maps:
 *
 * - Flows that were made under an earlier map hold ports that this one gives to another CPU. As
 *   long as there are such flows the earlier map is draining: it stands in @draining, and a port is
 *   taken only when the CPU that it belonged to has no flow on it. Each map has a slot there, which
 *   each of its flows knows.
 * - While the pointer is swapped, some CPUs go by the old map and some by the new one. So the old
 *   one is marked as @retiring first, and swapped when every CPU has seen that. Whoever makes a
 *   flow under it looks afterwards whether it still is in force; if not, the flow is made again. Of
 *   two that take the same port, one by each map, one finds the other.
 */
#ifndef LVSX_PORTMAP_H
#define LVSX_PORTMAP_H

#include "core/table/flow.h"

/*
 * The largest indirection table that can be taken over; a smaller one is repeated. NICs have 64 to
 * 512 entries, some 2048, and round-robin serves as many CPUs.
 */
#define LVSX_PORT_CLASSES 2048
#define LVSX_RSS_KEY_LEN 40	/* bytes that matter: 36 of an IPv6 tuple, 4 of a window */
#define LVSX_NO_CPU 0xffff
#define LVSX_PORT_MIN 1024
#define LVSX_PORT_MAX 65535
#define LVSX_PORTS (LVSX_PORT_MAX - LVSX_PORT_MIN + 1)

/* The ports by class. The local port lies elsewhere in an IPv6 tuple, hence in another class. */
struct lvsx_portmap_ports {
	u16 start[LVSX_PORT_CLASSES + 1];	/* class → its first place in port[] */
	u16 port[LVSX_PORTS];			/* host order, sorted by class */
};

struct lvsx_portmap {
	u32 generation;		/* differs from that of every earlier map */
	bool toeplitz;
	u8 slot;		/* place in lvsx_table.map_flows and in @draining */
	bool retiring;		/* written by the host: about to be replaced */
	bool any_draining;	/* written by the host: something in @draining, or @shared_slot */
	bool shared_slot;	/* its slot has flows of other maps, too: every CPU is asked */
	const struct lvsx_portmap *draining[LVSX_MAP_SLOTS];	/* by the host; NULL: no flows */
	u8 key[LVSX_RSS_KEY_LEN];
	u16 cpu_of[LVSX_PORT_CLASSES];	/* a reply's class → CPU, LVSX_NO_CPU: none of ours */
	struct lvsx_portmap_ports ports[2];	/* by enum lvsx_family */
};

/* No NIC known: classes are assigned to @cpus CPUs round-robin. */
void lvsx_portmap_init_rr(struct lvsx_portmap *r, u32 generation, const u16 *cpu, u16 cpus);

/*
 * From a NIC: @key of at least 40 bytes, @indir of @indir_size entries (a power of two, at most
 * LVSX_PORT_CLASSES) giving the CPU of each entry's queue, LVSX_NO_CPU: not known. Of @cpus CPUs
 * those that no entry names get as many ports as round-robin, as do all from entries whose CPU is
 * not known: clients' packets may arrive there. False: does not fit, use round-robin.
 */
bool lvsx_portmap_init_rss(struct lvsx_portmap *r, u32 generation, const u8 *key, u32 key_len,
			   const u16 *indir, u32 indir_size, const u16 *cpu, u16 cpus);

/* Toeplitz of the tuple's source address, destination address, source port, destination port. */
u32 lvsx_portmap_toeplitz(const u8 *key, const struct lvsx_tuple *t);

/* XOR this to a port's class to get the class of a reply real:rport → local:port. */
u32 lvsx_portmap_base(const struct lvsx_portmap *r, const __be32 *real, const __be32 *local,
		      __be16 rport, u8 family);

/* The CPU that a reply with this tuple arrives on, so the one that owns its flow. */
u16 lvsx_portmap_cpu(const struct lvsx_portmap *r, const struct lvsx_tuple *reply);

#endif
