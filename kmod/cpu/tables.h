/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow tables of one namespace: one per CPU that is or was online, made at the first
 * configuration. Packets use the
 * table of their CPU without a lock; a work item on each CPU ages it, gives it memory and lets
 * removed flows go after a grace period, with softirqs off in short stretches.
 */
#ifndef LVSX_TABLES_H
#define LVSX_TABLES_H

#include <linux/percpu.h>
#include "core/limit.h"
#include "netns/net.h"
#include "rss/rx_sample.h"
#include "route/source.h"

#define LVSX_HOPS_SHIFT 10
#define LVSX_HOPS (1U << LVSX_HOPS_SHIFT)	/* next hops that one CPU caches */
#define LVSX_WAYS_SHIFT 8

/*
 * A cached next hop. Halves of flows know it by its name, whose low bits are its place here and
 * whose high bits differ with every next hop that the place is given to: a half that was idle
 * meanwhile finds another name there, and looks its route up again. So nobody counts who names it.
 */
struct lvsx_hop {
	struct dst_entry *dst;	/* reference held; NULL: free */
	u32 name;		/* not 0 */
	u32 mtu;		/* 0: it wants more than a neighbour */
};

/* Where the last flow of these addresses went: the next one goes there, too. */
struct lvsx_way {
	__be32 saddr;
	__be32 daddr;
	u32 hop;		/* its name, 0: none */
	u8 proto;
};

/* What the host's routing has said to this CPU. */
struct lvsx_hops {
	struct lvsx_hop hop[LVSX_HOPS];	/* place 0 is for one packet, see nexthop.c */
	struct lvsx_way way[1 << LVSX_WAYS_SHIFT];
	struct lvsx_source source[LVSX_SOURCES];
	u32 hint;			/* name of the hop that matched last */
	u8 victim;			/* the next to go where all places are taken */
};

/* Where the last first packet to this address and port found its service, without a mark. */
struct lvsx_memo {
	struct lvsx_service *svc;
	unsigned long generation;	/* of the services, read before */
	__be32 addr;
	u32 port;		/* and protocol and family: four bytes of the tuple */
};

#define LVSX_MEMOS 16

struct lvsx_cpu {
	struct lvsx_table *table[2];	/* IPv4, IPv6; set once, NULL until the CPU is first up */
	u64 counters[LVSX_REASON_MAX];	/* by this CPU only */
	struct lvsx_hops *hops;		/* by this CPU only */
	struct delayed_work tick;
	struct lvsx_net *ln;
	unsigned long grace;		/* RCU cookie of the batch that waits */
	bool waiting;
	bool leaving;			/* this CPU is going or coming: no tick there */
	bool here;			/* it is up or about to be: ports are dealt to it */
	bool adopted;			/* it is off: @tick runs anywhere */
	bool starved;			/* no memory at the last tick: the next asks again */
	u16 id;
	u32 reset_at;			/* the place where its flows are ended next; @tick only */
	struct lvsx_memo memo[LVSX_MEMOS];	/* by this CPU only */
	struct lvsx_sight sight[LVSX_SIGHTS];
	struct lvsx_limit answers;	/* notify.c; by this CPU only */
	struct lvsx_limit probes;
};

/* Once per module. */
int lvsx_tables_init(void);
void lvsx_tables_exit(void);

/* Under ln->mutex. Makes tables for all CPUs, or fails and leaves none. */
int lvsx_tables_start(struct lvsx_net *ln);

/* No packet is on the road any more: ends every flow, frees all. Process context. */
void lvsx_tables_stop(struct lvsx_net *ln);

/* Live flows of all CPUs; those that were made under the class table of this era. */
u64 lvsx_tables_flows(struct lvsx_net *ln);
u64 lvsx_tables_of_era(struct lvsx_net *ln, u8 era);

#define LVSX_HUNGER 16	/* flows between two looks at what is spare */

/* Does this CPU's table want memory soon? Then its work item runs now. Softirq. */
void lvsx_table_feed(struct lvsx_cpu *cpu);

/* The same for each new flow: blocks have thousands of lines, so that few need ask. */
static inline void lvsx_table_hungry(const struct lvsx_table *t)
{
	if (unlikely(!(t->stats.flows % LVSX_HUNGER)))
		lvsx_table_feed(t->world);
}

/* The table of CPU @c, from any CPU; NULL: it never was online, or nothing is configured. */
static inline struct lvsx_table *lvsx_table_of(struct lvsx_net *ln, int c)
{
	struct lvsx_cpu __percpu *cpu = READ_ONCE(ln->cpu);

	return cpu ? READ_ONCE(per_cpu_ptr(cpu, c)->table[0]) : NULL;
}

static inline u32 lvsx_now_ms(void)
{
	if (MSEC_PER_SEC % HZ == 0)	/* in line: every packet asks */
		return (u32)jiffies * (MSEC_PER_SEC / HZ);
	return jiffies_to_msecs(jiffies);
}

#endif
