/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The port map: which CPU owns which local ports, so that a reply arrives on the CPU that owns its
 * flow. A NIC reports the key of the Toeplitz hash that it takes of the five-tuple, and the
 * indirection table in which the low bits of that hash select a receive queue. Toeplitz is linear
 * over XOR, so hash(real, local, rport, lport) = hash(real, local, rport, 0) ^ hash(0, 0, 0,
 * lport): the second term sorts all ports into classes, once and for all, and for a given real
 * server and local address a class belongs to one CPU. Where the key is not known the class is the
 * port's low bits, and classes are assigned round-robin; a reply that arrives on another CPU is
 * then looked up in its owner's table.
 *
 * A map is immutable once built, except for what the host sets while it replaces maps:
 *
 * - Flows made under an earlier map hold ports that this one gives to another CPU. As long as there
 *   are any, the earlier map is draining: it is in @draining, and a port is taken only if the CPU
 *   that it belonged to has no flow on it. Each map has a slot there, which its flows remember.
 * - While the pointer is swapped, some CPUs use the old map and some the new one. So the old one is
 *   marked @retiring first, and swapped when every CPU has seen that. A CPU that makes a flow under
 *   a retiring map checks afterwards whether the map is still in force; if not, it makes the flow
 *   again. If two CPUs take the same port, one by each map, one of them sees the other's flow.
 */
#ifndef LVSX_PORTMAP_H
#define LVSX_PORTMAP_H

#include "core/table/flow.h"

/*
 * The largest indirection table that fits; a smaller one is repeated. NICs have 64 to 512 entries,
 * some 2048. Round-robin serves as many CPUs.
 */
#define LVSX_PORT_CLASSES 2048
#define LVSX_RSS_KEY_LEN 40	/* bytes used: 36 for an IPv6 tuple, 4 for the window */
#define LVSX_NO_CPU 0xffff
#define LVSX_PORT_MIN 1024
#define LVSX_PORT_MAX 65535
#define LVSX_PORTS (LVSX_PORT_MAX - LVSX_PORT_MIN + 1)

/**
 * struct lvsx_portmap_ports - the ports of one family, sorted by class
 * @start: index in @port of each class's first port
 * @port: ports, in host byte order
 */
struct lvsx_portmap_ports {
	u16 start[LVSX_PORT_CLASSES + 1];
	u16 port[LVSX_PORTS];
};

/**
 * struct lvsx_portmap - which CPU owns which local ports
 * @generation: differs from that of every earlier map
 * @toeplitz: classes are by the NIC's hash; otherwise by the port's low bits
 * @slot: index into lvsx_table.map_flows and into @draining
 * @retiring: set by the host: about to be replaced
 * @any_draining: set by the host: @draining is not empty, or @shared_slot is set
 * @shared_slot: its slot has flows of other maps, too: every CPU must be asked for a port's flow
 * @draining: set by the host: earlier maps that still have flows, by their slot
 * @key: the NIC's, if @toeplitz
 * @cpu_of: CPU that a reply of each class arrives on; LVSX_NO_CPU: none of ours
 * @ports: by enum lvsx_family: in an IPv6 tuple a port has another offset, so another class
 */
struct lvsx_portmap {
	u32 generation;
	bool toeplitz;
	u8 slot;
	bool retiring;
	bool any_draining;
	bool shared_slot;
	const struct lvsx_portmap *draining[LVSX_MAP_SLOTS];
	u8 key[LVSX_RSS_KEY_LEN];
	u16 cpu_of[LVSX_PORT_CLASSES];
	struct lvsx_portmap_ports ports[2];
};

/**
 * lvsx_portmap_init_rr() - build a map without a NIC's hash: classes are assigned round-robin
 * @r: the map
 * @generation: its generation
 * @cpu: the CPUs
 * @cpus: how many
 *
 * Context: Process; takes milliseconds.
 */
void lvsx_portmap_init_rr(struct lvsx_portmap *r, u32 generation, const u16 *cpu, u16 cpus);

/**
 * lvsx_portmap_init_rss() - build a map from a NIC's hash
 * @r: the map
 * @generation: its generation
 * @key: the NIC's key
 * @key_len: its bytes, LVSX_RSS_KEY_LEN at least
 * @indir: CPU of the queue that each entry of the indirection table selects; LVSX_NO_CPU: unknown
 * @indir_size: number of entries, a power of two, LVSX_PORT_CLASSES at most
 * @cpu: the CPUs that make flows
 * @cpus: how many
 *
 * A CPU that no entry selects gets as many ports as by round-robin, because clients' packets may
 * arrive there; entries whose CPU is unknown are shared out to all CPUs likewise.
 *
 * Context: Process; takes milliseconds.
 * Return: false if it does not fit: use lvsx_portmap_init_rr().
 */
bool lvsx_portmap_init_rss(struct lvsx_portmap *r, u32 generation, const u8 *key, u32 key_len,
			   const u16 *indir, u32 indir_size, const u16 *cpu, u16 cpus);

/**
 * lvsx_portmap_toeplitz() - Toeplitz hash of source and destination address and port
 * @key: LVSX_RSS_KEY_LEN bytes
 * @t: the tuple
 *
 * Return: The hash.
 */
u32 lvsx_portmap_toeplitz(const u8 *key, const struct lvsx_tuple *t);

/**
 * lvsx_portmap_base() - what to XOR a port's class with to get the class of a reply to that port
 * @r: the map
 * @real: the real server's address
 * @local: the local address
 * @rport: the real server's port
 * @family: of both addresses
 *
 * Return: Below LVSX_PORT_CLASSES.
 */
u32 lvsx_portmap_base(const struct lvsx_portmap *r, const __be32 *real, const __be32 *local,
		      __be16 rport, u8 family);

/**
 * lvsx_portmap_cpu() - the CPU that a reply arrives on, and that owns its flow
 * @r: the map
 * @reply: the reply's tuple
 *
 * Return: The CPU; LVSX_NO_CPU: none of ours.
 */
u16 lvsx_portmap_cpu(const struct lvsx_portmap *r, const struct lvsx_tuple *reply);

#endif
