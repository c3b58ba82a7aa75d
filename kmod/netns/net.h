/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One instance per network namespace, which owns all of this. Found by net_generic(), once a packet
 * on the receive path.
 */
#ifndef LVSX_NETNS_NET_H
#define LVSX_NETNS_NET_H

#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include "core/pkt/tuple.h"
#include "core/reason.h"
#include "core/table/state.h"
#include "ipvs.h"
#include "services.h"

struct lvsx_cpu;
struct lvsx_rss_state;
struct lvsx_portmap;

struct lvsx_net {
	struct net *net;
	struct nf_hook_ops hook;
	bool hooked;			/* the hook is registered; under mutex */
	bool paused;			/* lvsx_ipvs_paused(), looked up by the tick */
	struct list_head ingress;	/* devices with a hook, skb/ingress.c; under rtnl */
	bool reset_idle;		/* notify the ends of flows that idle out */
	bool resetting;			/* the module is being removed: flows are reset */
	bool stopping;			/* no new flows, no new memory; set once */
	struct lvsx_cpu __percpu *cpu;	/* cpu.h; NULL until the first configuration */
	struct hlist_node prepared;	/* of the CPU hotplug states */
	struct hlist_node online;
	bool cpus_changed;		/* a CPU came or went since the port map was built */
	struct lvsx_key key;		/* of every flow table here */
	struct lvsx_portmap __rcu *portmap;	/* rss/remap.h */
	struct lvsx_rss_state *rss;	/* rss/rss_state.h: what it is built from; under mutex */
	struct lvsx_timeouts timeouts;	/* refreshed from IPVS by the tick, read by packets */
	struct lvsx_services services;
	struct lvsx_ipvs ipvs;
	unsigned long stray_until;	/* jiffies: look for flows on all CPUs, cpu/remote.c */
	u64 zero[LVSX_REASON_MAX];	/* counters at last LVSX_CMD_COUNTER_ZERO; under mutex */
	struct delayed_work tick;	/* follows IPVS, control/sync.c */
	struct mutex mutex;		/* all configuration */
	ktime_t follow_next;		/* control/sync.c: when to look at everything again */
	int nr_services;		/* of IPVS's, at the last tick */
	u8 rescans;			/* control/sync.c: searches for new services to come */
	bool found_change;		/* during a discovery */
	bool found_any;			/* there may be discovered services to forget */
};

extern unsigned int lvsx_net_id;

/* All work of the module: items that name a CPU run there. */
extern struct workqueue_struct *lvsx_wq;

static inline struct lvsx_net *lvsx_net(const struct net *net)
{
	return net_generic(net, lvsx_net_id);
}

#endif
