/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may open connections to a service: nobody on its deny list, and, if it has an allow list,
 * only those on that. An entry is a range of client addresses or an ipset. Only first packets are
 * checked: a connection that is open stays open.
 */
#ifndef LVSX_ACCESS_H
#define LVSX_ACCESS_H

#include <linux/rcupdate.h>
#include "uapi/linux/lvsx.h"

struct lvsx_net;
struct lvsx_pkt;
struct lvsx_service;
struct netlink_ext_ack;
struct nlattr;

struct lvsx_access_range {
	u32 first, last;	/* host order */
	u32 reach;		/* the largest `last` of this range and all before it */
};

struct lvsx_access_list {
	u32 ranges, sets;
	struct lvsx_access_range *range;	/* sorted by first, then last */
	u16 *set;				/* numbers of ipsets, a reference each */
};

/* Immutable, replaced as a whole; one piece of memory. */
struct lvsx_access {
	struct rcu_head rcu;
	struct lvsx_access_list list[LVSX_LIST_MAX + 1];	/* by enum lvsx_list */
};

/* What to add or remove: @set, an ipset's name, or else the range. */
struct lvsx_access_entry {
	enum lvsx_list list;
	const struct nlattr *set;
	u32 first, last;	/* host order */
};

/* May this first packet's client connect? LVSX_NEXT, or the verdict. Softirq, RCU. */
int lvsx_access_ask(struct lvsx_pkt *pkt, const struct lvsx_access *access);

/*
 * The rest: process context, under ln->mutex. These do all or nothing, and then say why in @extack;
 * @svc NULL: there is no such service.
 */
int lvsx_access_add(struct lvsx_net *ln, struct lvsx_service *svc,
		    const struct lvsx_access_entry *entry, struct netlink_ext_ack *extack);
int lvsx_access_del(struct lvsx_net *ln, struct lvsx_service *svc,
		    const struct lvsx_access_entry *entry, struct netlink_ext_ack *extack);

/* Everybody may connect again. Waits for readers if there are ipsets. */
void lvsx_access_clear(struct lvsx_net *ln, struct lvsx_service *svc);

/* No reader sees it. NULL is fine. */
void lvsx_access_free(struct lvsx_net *ln, struct lvsx_access *access);

#endif
