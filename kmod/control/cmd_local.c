// SPDX-License-Identifier: GPL-2.0-only
/* Commands and dump of local addresses. See netlink.h. */
#include <net/route.h>
#include "config.h"
#include "core/port/portmap.h"
#include "core/port/ports.h"
#include "netns/cpu.h"
#include "decode.h"
#include "dump.h"
#include "message.h"
#include "netlink.h"

#define LOCALS 8	/* local addresses in one message: each costs a walk over all pools */

static int local_change(struct genl_info *info,
			int (*change)(struct lvsx_net *ln, const struct lvsx_service_key *key,
				      __be32 first, __be32 last, struct netlink_ext_ack *extack))
{
	struct lvsx_service_key key, *which;
	__be32 first, last;

	return lvsx_decode_service_or_pool(info, &key, &which) ?:
	       lvsx_decode_local(info, &first, &last) ?:
	       change(info->user_ptr[0], which, first, last, info->extack);
}

int lvsx_cmd_local_add(struct sk_buff *skb, struct genl_info *info)
{
	return local_change(info, lvsx_control_local_add);
}

int lvsx_cmd_local_del(struct sk_buff *skb, struct genl_info *info)
{
	return local_change(info, lvsx_control_local_del);
}

static int local_put(struct sk_buff *msg, struct lvsx_net *ln, const struct lvsx_service_key *key,
		     const struct lvsx_locals *locals, u32 which)
{
	const __be32 *addr = locals->addr[which];
	struct lvsx_ports_usage sum = {};
	struct nlattr *nest;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct lvsx_table *t = lvsx_table_of(ln, cpu);

		if (t)
			lvsx_ports_usage(t, rcu_dereference(ln->portmap), addr, LVSX_IPV4, &sum);
	}
	if (key && lvsx_message_put_service(msg, key))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, LVSX_A_LOCAL);
	if (!nest || nla_put_in_addr(msg, LVSX_LOCAL_A_FIRST, addr[0]) ||
	    nla_put_u64_64bit(msg, LVSX_LOCAL_A_PORTS_TOTAL, sum.total, LVSX_LOCAL_A_PAD) ||
	    nla_put_u64_64bit(msg, LVSX_LOCAL_A_PORTS_USED, sum.used, LVSX_LOCAL_A_PAD) ||
	    nla_put_u32(msg, LVSX_LOCAL_A_FULLEST, sum.fullest) ||
	    nla_put_u8(msg, LVSX_LOCAL_A_GONE, inet_addr_type(ln->net, addr[0]) != RTN_LOCAL) ||
	    nla_put_u64_64bit(msg, LVSX_LOCAL_A_CONFLICTS,
			      (u32)atomic_read(&locals->conflicts[which]), LVSX_LOCAL_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* Those of one service, or, @key NULL, of the default pool. */
static int local_dump_all(struct sk_buff *msg, struct netlink_callback *cb,
			  const struct lvsx_service_key *key, const struct lvsx_locals *locals)
{
	struct lvsx_cursor *c = lvsx_dump_cursor(cb);
	struct lvsx_net *ln = lvsx_dump_net(cb);

	for (; locals && c->at < locals->nr; c->at++) {
		void *head;

		if (!c->left)
			return -EMSGSIZE;
		c->left--;
		head = lvsx_dump_begin(msg, cb, LVSX_CMD_LOCAL_GET);
		if (lvsx_dump_end(msg, head, head ? local_put(msg, ln, key, locals, c->at) : 0))
			return -EMSGSIZE;
	}
	c->at = 0;
	return 0;
}

static int local_dump_service(struct sk_buff *msg, struct netlink_callback *cb,
			      const struct lvsx_service *svc)
{
	return local_dump_all(msg, cb, &svc->key, rcu_dereference(svc->locals));
}

int lvsx_cmd_local_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct lvsx_cursor *c = lvsx_dump_cursor(cb);
	int err = 0;

	c->left = LOCALS;
	if (!c->pool && !c->one) {
		rcu_read_lock();
		err = local_dump_all(msg, cb, NULL,
				     rcu_dereference(lvsx_dump_net(cb)->services.pool));
		rcu_read_unlock();
		if (err)
			return msg->len;
	}
	c->pool = true;
	return lvsx_dump_each_service(msg, cb, local_dump_service);
}
