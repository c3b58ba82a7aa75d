/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What netlink dumps share. Each call of a dump fills one message buffer and keeps in its cursor
 * where to go on, so that a dump of millions of flows needs no memory and holds no lock for long.
 * Process context.
 */
#ifndef LVSX_DUMP_H
#define LVSX_DUMP_H

#include <net/genetlink.h>
#include <net/sock.h>
#include "netns/net.h"

struct lvsx_cursor {
	bool one;		/* only this service's */
	struct lvsx_service_key key;
	bool pool;		/* the default pool is done */
	bool walking;
	u16 cpu;
	u32 at;			/* flow walk, address, entry or counter */
	u32 left;		/* local addresses that this message may still get */
	struct lvsx_service_key at_key;	/* the service whose address or entry that is */
	struct rhashtable_iter iter;
};

int lvsx_dump_start(struct netlink_callback *cb);
int lvsx_dump_done(struct netlink_callback *cb);

static inline struct lvsx_cursor *lvsx_dump_cursor(const struct netlink_callback *cb)
{
	return (struct lvsx_cursor *)cb->args[0];
}

static inline struct lvsx_net *lvsx_dump_net(const struct netlink_callback *cb)
{
	return lvsx_net(sock_net(cb->skb->sk));
}

/* A message of the dump; NULL: the buffer is full. */
void *lvsx_dump_begin(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd);

/* End or, if @head is NULL or @err is not 0, cancel it: -EMSGSIZE. */
int lvsx_dump_end(struct sk_buff *msg, void *head, int err);

/*
 * Call @one, inside an RCU section, for each service, or for the one that was asked for, until it
 * returns other than 0, as the buffer is full. Returns what a dump returns.
 */
int lvsx_dump_each_service(struct sk_buff *msg, struct netlink_callback *cb,
			   int (*one)(struct sk_buff *msg, struct netlink_callback *cb,
				      const struct lvsx_service *svc));

#endif
