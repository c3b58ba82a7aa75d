/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU will a reply arrive on? A NIC hashes the five-tuple by Toeplitz with a key that it
 * tells, and looks the low bits up in an indirection table it tells too. Toeplitz is linear over
 * XOR, so hash(real, local, rport, lport) = hash(real, local, rport, 0) ^ hash(0, 0, 0, lport):
 * all ports fall into classes by the second term, once for all, and for a given real server and
 * local address a class belongs to one CPU. Without a NIC's key the class is the port's low bits
 * and CPUs take turns; then a reply may land elsewhere and is looked up at its owner.
 *
 * Immutable after it was built; the world swaps the pointer (RCU in the kernel).
 */
#ifndef LVSX_RSS_H
#define LVSX_RSS_H

#include "env.h"

/*
 * The largest indirection table that can be taken over; a smaller one is repeated. NICs have 64 to
 * 512 entries, some 2048, and plain dealing serves as many CPUs.
 */
#define LVSX_RSS_CLASSES 2048
#define LVSX_RSS_KEY 40		/* bytes of a key that matter: 36 of an IPv6 tuple, 4 of a window */
#define LVSX_RSS_NO_CPU 0xffff
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
	/*
	 * Set by the world when it swaps tables while there are flows: then a port may be held by a
	 * flow of another CPU, and each is looked for there before it is used.
	 */
	bool moved;
	u8 key[LVSX_RSS_KEY];
	u16 cpu_of[LVSX_RSS_CLASSES];	/* a reply's class → CPU, LVSX_RSS_NO_CPU: none of ours */
	struct lvsx_rss_ports ports[2];	/* IPv4, IPv6 */
};

/* No NIC known: ports are dealt to @cpus CPUs round robin, class after class. */
void lvsx_rss_init_plain(struct lvsx_rss *r, u32 generation, const u16 *cpu, u16 cpus);

/*
 * From a NIC: @key of at least 40 bytes, @indir of @indir_size entries (a power of two, at most
 * LVSX_RSS_CLASSES) giving the CPU of each entry's queue. False: does not fit, use plain dealing.
 */
bool lvsx_rss_init_toeplitz(struct lvsx_rss *r, u32 generation, const u8 *key, u32 key_len,
			    const u16 *indir, u32 indir_size);

/* Toeplitz of the tuple's source address, destination address, source port, destination port. */
struct lvsx_tuple;
u32 lvsx_rss_hash(const u8 *key, const struct lvsx_tuple *t);

/* XOR this to a port's class to get the class of a reply real:rport → local:port. */
u32 lvsx_rss_base(const struct lvsx_rss *r, const __be32 *real, const __be32 *local, __be16 rport,
		  u8 words);

/* The CPU that a reply with this tuple arrives on, so the one that owns its flow. */
u16 lvsx_rss_cpu(const struct lvsx_rss *r, const struct lvsx_tuple *reply);

#endif
