// SPDX-License-Identifier: GPL-2.0-only
/* Look-up and dump of flows. See netlink.h. */
#include "core/path/expire.h"
#include "core/pkt/hash.h"
#include "core/table/table.h"
#include "netns/cpu.h"
#include "decode.h"
#include "dump.h"
#include "message.h"
#include "netlink.h"

#define STRETCH 4096		/* places for flows that are looked at in one RCU read section */
#define STRETCHES 16		/* of them for one message that is not empty */

static int flow_put_end(struct sk_buff *msg, int addr, int port, __be32 a, __be16 p)
{
	return nla_put_in_addr(msg, addr, a) ?: nla_put_be16(msg, port, p);
}

/* A flow of @t, from its forward half. RCU. */
static int flow_put(struct sk_buff *msg, struct lvsx_net *ln, const struct lvsx_table *t,
		    struct lvsx_half *fwd)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_FLOW);
	struct lvsx_half *rev = lvsx_flow_other(fwd);

	if (!nest || nla_put_u16(msg, LVSX_FLOW_A_FAMILY, AF_INET) ||
	    nla_put_u16(msg, LVSX_FLOW_A_PROTOCOL, fwd->proto) ||
	    nla_put_string(msg, LVSX_FLOW_A_STATE, lvsx_state_name(READ_ONCE(fwd->state))) ||
	    nla_put_u32(msg, LVSX_FLOW_A_CPU, t->cpu) ||
	    nla_put_u32(msg, LVSX_FLOW_A_LEFT_MS,
			lvsx_expire_left(fwd, rev, lvsx_now_ms(), &ln->timeouts)) ||
	    flow_put_end(msg, LVSX_FLOW_A_CLIENT, LVSX_FLOW_A_CLIENT_PORT,
			 *lvsx_half_addr(fwd, LVSX_SRC), fwd->sport) ||
	    flow_put_end(msg, LVSX_FLOW_A_VIP, LVSX_FLOW_A_VIP_PORT, *lvsx_half_addr(fwd, LVSX_DST),
			 fwd->dport) ||
	    flow_put_end(msg, LVSX_FLOW_A_LOCAL, LVSX_FLOW_A_LOCAL_PORT,
			 *lvsx_half_addr(fwd, LVSX_NEW_SRC), fwd->new_sport) ||
	    flow_put_end(msg, LVSX_FLOW_A_REAL, LVSX_FLOW_A_REAL_PORT,
			 *lvsx_half_addr(fwd, LVSX_NEW_DST), fwd->new_dport))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* The flow of the connection @tuple, and its owner. RCU. */
static struct lvsx_half *flow_find(struct lvsx_net *ln, const struct lvsx_tuple *tuple,
				   const struct lvsx_table **owner)
{
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct lvsx_table *t = lvsx_table_of(ln, cpu);
		struct lvsx_half *half = !t ? NULL :
			lvsx_flow_find_remote(t, tuple, lvsx_hash_tuple(tuple, &t->seed));

		if (half && !(READ_ONCE(half->flags) & LVSX_HALF_REV)) {
			*owner = t;
			return half;
		}
	}
	return NULL;
}

static int flow_put_found(struct sk_buff *msg, struct genl_info *info)
{
	struct lvsx_net *ln = info->user_ptr[0];
	const struct lvsx_table *owner;
	struct lvsx_tuple tuple;
	struct lvsx_half *fwd;
	int err = lvsx_decode_connection(info, &tuple);

	if (err)
		return err;
	rcu_read_lock();
	fwd = flow_find(ln, &tuple, &owner);
	if (fwd) {
		err = flow_put(msg, ln, owner, fwd);
	} else {
		GENL_SET_ERR_MSG(info, "lvsx has no flow of this connection");
		err = -ENOENT;
	}
	rcu_read_unlock();
	return err;
}

int lvsx_cmd_flow_get(struct sk_buff *skb, struct genl_info *info)
{
	return lvsx_message_reply(info, LVSX_CMD_FLOW_GET, NLMSG_DEFAULT_SIZE, flow_put_found);
}

/* Of the service that was asked for, or of any. */
static bool flow_wanted(const struct lvsx_cursor *c, const struct lvsx_net *ln,
			const struct lvsx_half *fwd)
{
	if (!c->one)
		return true;
	if (lvsx_ipvs_mark(ln, fwd->real) != c->key.fwmark)
		return false;
	return c->key.fwmark ||
	       (fwd->proto == c->key.proto && *lvsx_half_addr(fwd, LVSX_DST) == c->key.addr[0] &&
		(fwd->dport == c->key.port || !c->key.port));
}

/* The next stretch of the table. 1: go on; -EMSGSIZE: the message is full. */
static int flow_dump_table(struct sk_buff *msg, struct netlink_callback *cb,
			   const struct lvsx_table *t)
{
	struct lvsx_cursor *c = lvsx_dump_cursor(cb);
	struct lvsx_net *ln = lvsx_dump_net(cb);
	struct lvsx_half *fwd;
	u32 left = STRETCH;

	while ((fwd = lvsx_flow_walk(t, &c->at, &left))) {
		void *head;

		if (!flow_wanted(c, ln, fwd))
			continue;
		head = lvsx_dump_begin(msg, cb, LVSX_CMD_FLOW_GET);
		if (lvsx_dump_end(msg, head, head ? flow_put(msg, ln, t, fwd) : 0)) {
			c->at--;	/* it comes first in the next message */
			return -EMSGSIZE;
		}
	}
	if (left) {
		c->at = 0;
		c->cpu++;
	}
	return 1;
}

int lvsx_cmd_flow_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct lvsx_cursor *c = lvsx_dump_cursor(cb);
	struct lvsx_net *ln = lvsx_dump_net(cb);
	u32 left = STRETCHES;
	int more = 1;

	while (more > 0 && c->cpu < nr_cpu_ids) {
		const struct lvsx_table *t;

		if (msg->len && !left--)
			break;

		rcu_read_lock();
		t = cpu_possible(c->cpu) ? lvsx_table_of(ln, c->cpu) : NULL;
		if (t)
			more = flow_dump_table(msg, cb, t);
		else
			c->cpu++;
		rcu_read_unlock();
		cond_resched();
	}
	return msg->len;
}
