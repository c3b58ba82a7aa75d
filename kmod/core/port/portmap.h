/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU will a reply arrive on? A NIC hashes the five-tuple by Toeplitz with a key that it
 * tells, and looks the low bits up in an indirection table it tells too. Toeplitz is linear over
 * XOR, so hash(real, local, rport, lport) = hash(real, local, rport, 0) ^ hash(0, 0, 0, lport):
 * all ports fall into classes by the second term, once for all, and for a given real server and
 * local address a class belongs to one CPU. Without a NIC's key the class is the port's low bits
 * and CPUs take turns; then a reply may land elsewhere and is looked up at its owner.
 *
 * Immutable after it was built, but for what the world notes in it while it swaps tables:
 *
 * - Flows that were made under an earlier table hold ports that this one gives to another CPU. As
 *   long as there are such flows the earlier table stands in @before, and a port is taken only when
 *   the CPU that it belonged to has no flow on it. Each table has an era, and each flow knows its.
 * - While the pointer is swapped, some CPUs still deal by the old table and some by the new. So the
 *   old one is marked as @moving first, and swapped when every CPU has seen that. Whoever makes a
 *   flow under it looks afterwards whether it still is in force; if not, the flow is made again. Of
 *   two that take the same port, one by each table, one finds the other.
 */
#ifndef LVSX_PORTMAP_H
#define LVSX_PORTMAP_H

#include "core/env.h"

/*
 * The largest indirection table that can be taken over; a smaller one is repeated. NICs have 64 to
 * 512 entries, some 2048, and plain dealing serves as many CPUs.
 */
#define LVSX_RSS_CLASSES 2048
#define LVSX_RSS_KEY 40		/* bytes of a key that matter: 36 of an IPv6 tuple, 4 of a window */
#define LVSX_RSS_NO_CPU 0xffff
#define LVSX_ERAS 8		/* tables of which there may be flows at a time */
#define LVSX_PORT_MIN 1024
#define LVSX_PORT_MAX 65535
#define LVSX_PORTS (LVSX_PORT_MAX - LVSX_PORT_MIN + 1)

/* The ports by class. The local port lies elsewhere in an IPv6 tuple, hence in another class. */
struct lvsx_rss_ports {
	u16 start[LVSX_RSS_CLASSES + 1];	/* class → its first place in port[] */
	u16 port[LVSX_PORTS];			/* host order, sorted by class */
};

struct lvsx_rss {
	u32 generation;		/* differs from that of every earlier table */
	bool toeplitz;
	u8 era;			/* place in lvsx_table.of_era and in @before, below LVSX_ERAS */
	bool moving;		/* written by the world: about to be replaced */
	bool moved;		/* written by the world: there is something in @before, or @mixed */
	bool mixed;		/* its era has flows of other tables, too: every CPU is asked */
	const struct lvsx_rss *before[LVSX_ERAS];	/* written by the world; NULL: no flows */
	u8 key[LVSX_RSS_KEY];
	u16 cpu_of[LVSX_RSS_CLASSES];	/* a reply's class → CPU, LVSX_RSS_NO_CPU: none of ours */
	struct lvsx_rss_ports ports[2];	/* IPv4, IPv6 */
};

/* No NIC known: ports are dealt to @cpus CPUs round robin, class after class. */
void lvsx_rss_init_plain(struct lvsx_rss *r, u32 generation, const u16 *cpu, u16 cpus);

/*
 * From a NIC: @key of at least 40 bytes, @indir of @indir_size entries (a power of two, at most
 * LVSX_RSS_CLASSES) giving the CPU of each entry's queue, LVSX_RSS_NO_CPU: not known. Of @cpus CPUs
 * those that no entry names get as many ports as by plain dealing, as do all from entries whose CPU
 * is not known: clients' packets may arrive there. False: does not fit, use plain dealing.
 */
bool lvsx_rss_init_toeplitz(struct lvsx_rss *r, u32 generation, const u8 *key, u32 key_len,
			    const u16 *indir, u32 indir_size, const u16 *cpu, u16 cpus);

/* Toeplitz of the tuple's source address, destination address, source port, destination port. */
struct lvsx_tuple;
u32 lvsx_rss_hash(const u8 *key, const struct lvsx_tuple *t);

/* XOR this to a port's class to get the class of a reply real:rport → local:port. */
u32 lvsx_rss_base(const struct lvsx_rss *r, const __be32 *real, const __be32 *local, __be16 rport,
		  u8 words);

/* The CPU that a reply with this tuple arrives on, so the one that owns its flow. */
u16 lvsx_rss_cpu(const struct lvsx_rss *r, const struct lvsx_tuple *reply);

#endif
