// SPDX-License-Identifier: GPL-2.0-only
/* Flows of other CPUs: see core/host.h. Softirq, RCU. */
#include <linux/cpumask.h>
#include <linux/jiffies.h>
#include "core/host.h"
#include "core/pkt/packet.h"
#include "core/port/portmap.h"
#include "core/table/table.h"
#include "netns/cpu.h"

/* CPU @c's table; NULL: it has none, or is no CPU. */
static struct lvsx_table *remote_table(struct lvsx_net *ln, u32 c)
{
	return c < nr_cpu_ids && cpu_possible(c) ? lvsx_table_of(ln, c) : NULL;
}

/* The flow in CPU @c's table. */
static struct lvsx_half *remote_look(struct lvsx_net *ln, u32 c, const struct lvsx_pkt *pkt,
				     struct lvsx_table **owner)
{
	struct lvsx_table *t = remote_table(ln, c);
	struct lvsx_half *half;

	if (!t)
		return NULL;
	half = lvsx_flow_find_remote(t, &pkt->tuple, pkt->hash);
	if (half)
		*owner = t;
	return half;
}

/* If @pkt is a reply: at the owners by earlier port maps. */
static struct lvsx_half *remote_look_draining(struct lvsx_net *ln, const struct lvsx_portmap *map,
					      const struct lvsx_pkt *pkt, struct lvsx_table **owner)
{
	u32 i;

	for (i = 0; i < LVSX_MAP_SLOTS; i++) {
		const struct lvsx_portmap *b = READ_ONCE(map->draining[i]);
		u16 c = b ? lvsx_portmap_cpu(b, &pkt->tuple) : LVSX_NO_CPU;
		struct lvsx_half *half = c != pkt->cpu ? remote_look(ln, c, pkt, owner) : NULL;

		if (half && half->flags & LVSX_HALF_REV)
			return half;
	}
	return NULL;
}

/*
 * A reply's port tells its owner, so look there first, then, if the port map has changed under live
 * flows, where earlier maps say. A client's packet is normally brought to its owner by RSS; if it
 * is not (no RSS, RPS, a changed NIC), look into all other tables, and do so for SYNs, too, for a
 * minute after the last such stray, as a repeated SYN must find the flow of the first.
 */
static LVSX_COLD struct lvsx_half *remote_find(struct lvsx_net *ln, struct lvsx_pkt *pkt,
					       struct lvsx_table **owner)
{
	const struct lvsx_portmap *map = rcu_dereference(ln->portmap);
	struct lvsx_half *half;
	u16 home;
	int c;

	if (!lvsx_service_maybe(&ln->services, pkt->tuple.daddr[0]))
		return NULL;
	home = lvsx_portmap_cpu(map, &pkt->tuple);
	if (home != pkt->cpu) {
		half = remote_look(ln, home, pkt, owner);
		if (half && half->flags & LVSX_HALF_REV)
			return half;
		if (half)
			goto stray;
	}
	if (unlikely(READ_ONCE(map->any_draining))) {
		half = remote_look_draining(ln, map, pkt, owner);
		if (half)
			return half;
	}
	for_each_possible_cpu(c) {
		if (c == pkt->cpu || c == home)
			continue;
		half = remote_look(ln, c, pkt, owner);
		if (half)
			goto stray;
	}
	return NULL;

stray:
	if (time_after(jiffies + 59 * HZ, READ_ONCE(ln->stray_until)))
		WRITE_ONCE(ln->stray_until, jiffies + 60 * HZ);
	return half;
}

struct lvsx_half *lvsx_host_find_remote(struct lvsx_pkt *pkt, struct lvsx_table **owner)
{
	struct lvsx_net *ln = pkt->instance;

	if (pkt->tuple.proto == LVSX_TCP &&
	    (pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_ACK)) == LVSX_TCP_SYN &&
	    time_after(jiffies, READ_ONCE(ln->stray_until)))
		return NULL;
	return remote_find(ln, pkt, owner);
}

const struct lvsx_table *lvsx_host_table(const struct lvsx_pkt *pkt, u16 cpu)
{
	return remote_table(pkt->instance, cpu);
}

const struct lvsx_portmap *lvsx_host_portmap(const struct lvsx_pkt *pkt)
{
	const struct lvsx_net *ln = pkt->instance;

	return rcu_dereference(ln->portmap);
}
