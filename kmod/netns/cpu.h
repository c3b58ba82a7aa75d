/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One CPU's part of a namespace's instance: its flow table, and what it caches for its packets.
 */
#ifndef LVSX_NETNS_CPU_H
#define LVSX_NETNS_CPU_H

#include <linux/percpu.h>
#include "net.h"
#include "core/limit.h"
#include "core/table/flow.h"

struct lvsx_routes;

/* How a reply arrived, see rss/rx_sample.h. */
#define LVSX_RX_SAMPLES 8	/* of a CPU, of different queues if it has several */

struct lvsx_rx_sample {
	bool fresh;		/* set by the CPU, cleared by the reader */
	u16 queue;
	u32 napi;		/* 0: not known */
	int ifindex;
	struct lvsx_tuple tuple;
};

/* The service that the last first packet to this address and port found, without a mark. */
struct lvsx_svc_memo {
	struct lvsx_service *svc;
	unsigned long generation;	/* of the services, read before */
	__be32 addr;
	u32 port;		/* and protocol and family: four bytes of the tuple */
};

#define LVSX_SVC_MEMOS 16

struct lvsx_cpu {
	struct lvsx_table *table;	/* set once, NULL until the CPU is first up */
	u64 counters[LVSX_REASON_MAX];	/* by this CPU only */
	struct lvsx_routes *routes;	/* by this CPU only */
	struct delayed_work tick;
	struct lvsx_net *ln;
	unsigned long grace;		/* RCU cookie of the retired flows that wait */
	bool waiting;
	bool leaving;			/* this CPU is going down or coming up: no tick there */
	bool here;			/* it is up or about to be: ports are assigned to it */
	bool adopted;			/* it is off: @tick runs anywhere */
	bool starved;			/* no memory at the last tick: the next one tries again */
	u16 id;
	u32 reset_at;			/* from where on to reset flows next; @tick only */
	struct lvsx_svc_memo memo[LVSX_SVC_MEMOS];	/* by this CPU only */
	struct lvsx_rx_sample rx_sample[LVSX_RX_SAMPLES];
	struct lvsx_limit answers;	/* route/notify.c; by this CPU only */
	struct lvsx_limit probes;
};

/* The table of CPU @c, from any CPU; NULL: it was never online, or nothing is configured. */
static inline struct lvsx_table *lvsx_table_of(struct lvsx_net *ln, int c)
{
	struct lvsx_cpu __percpu *cpu = READ_ONCE(ln->cpu);

	return cpu ? READ_ONCE(per_cpu_ptr(cpu, c)->table) : NULL;
}

/* Live flows of all CPUs. */
static inline u64 lvsx_cpus_flows(struct lvsx_net *ln)
{
	u64 n = 0;
	int c;

	for_each_possible_cpu(c) {
		const struct lvsx_table *t = lvsx_table_of(ln, c);

		n += t ? READ_ONCE(t->stats.flows) : 0;
	}
	return n;
}

static inline u32 lvsx_now_ms(void)
{
	if (MSEC_PER_SEC % HZ == 0)	/* in line, as every packet needs it */
		return (u32)jiffies * (MSEC_PER_SEC / HZ);
	return jiffies_to_msecs(jiffies);
}

#endif
