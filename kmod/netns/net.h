/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One instance per network namespace; it owns all that follows. Reached by net_generic(), which the
 * receive path does once a packet.
 */
#ifndef LVSX_NET_H
#define LVSX_NET_H

#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include "core/path/path.h"
#include "ipvs/ipvs.h"
#include "service/service.h"

struct lvsx_cpu;
struct lvsx_learn;

struct lvsx_net {
	struct net *net;
	struct nf_hook_ops hook;
	bool hooked;			/* the hook is registered; under mutex */
	bool paused;			/* lvsx_ipvs_paused(), looked up by the tick */
	struct list_head ingress;	/* devices with an early hook, ingress.c; under rtnl */
	bool reset_idle;		/* the ends of flows that idle out are told */
	bool resetting;			/* the module is to go: flows are ended, and told */
	bool stopping;			/* no new flows, no new memory; set once */
	struct lvsx_cpu __percpu *cpu;	/* tables.h; NULL until the first configuration */
	struct hlist_node prepared;	/* of the CPU hotplug states */
	struct hlist_node online;
	bool cpus_changed;		/* a CPU came or went since rss was built */
	struct lvsx_key key;		/* of every flow table here */
	struct lvsx_rss __rcu *rss;	/* remap.h */
	struct lvsx_learn *learn;	/* learn.h: what it is built from; under mutex */
	struct lvsx_timeouts timeouts;	/* refreshed from IPVS by the tick, read by packets */
	struct lvsx_services services;
	struct lvsx_ipvs ipvs;
	unsigned long stray_until;	/* jiffies; a client's packet met its flow on another CPU */
	u64 zero[LVSX_REASON_MAX];	/* counters at last LVSX_CMD_COUNTER_ZERO; under mutex */
	struct delayed_work tick;	/* timeouts, discovery, pins: twice a second or more */
	struct mutex mutex;		/* all configuration */
	ktime_t follow_next;		/* sync.c, under mutex: when all is looked at again */
	int nr_services;		/* of IPVS's, at the last tick */
	u8 echoes;			/* looks for new services to come */
	bool found_change;		/* while it discovers */
	bool found_any;			/* services may have been found that are to be forgotten */
};

extern unsigned int lvsx_net_id;

/* All work of the module: items that name a CPU run there. */
extern struct workqueue_struct *lvsx_wq;

struct lvsx_net *lvsx_net(const struct net *net);

/*
 * The module is to go: for a moment, end flows in all namespaces while packets still come here,
 * so that the ends of open connections can be told. The rest ends later, in silence.
 */
void lvsx_net_reset(void);

int lvsx_net_init(void);
void lvsx_net_exit(void);

#endif
