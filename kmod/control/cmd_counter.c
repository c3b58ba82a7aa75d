// SPDX-License-Identifier: GPL-2.0-only
/* Command and dump of counters. See netlink.h. */
#include "uapi/linux/lvsx.h"
#include "config.h"
#include "dump.h"
#include "netlink.h"
#include "cpu/stats.h"

int lvsx_cmd_counter_zero(struct sk_buff *skb, struct genl_info *info)
{
	lvsx_control_zero(info->user_ptr[0]);
	return 0;
}

static int counter_put(struct sk_buff *msg, struct lvsx_net *ln, enum lvsx_reason reason)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_COUNTER);

	if (!nest || nla_put_string(msg, LVSX_COUNTER_A_NAME, lvsx_stats_name(reason)) ||
	    nla_put_string(msg, LVSX_COUNTER_A_HELP, lvsx_stats_help(reason)) ||
	    nla_put_u64_64bit(msg, LVSX_COUNTER_A_VALUE, lvsx_stats_read(ln, reason),
			      LVSX_COUNTER_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

int lvsx_cmd_counter_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct lvsx_cursor *c = lvsx_dump_cursor(cb);

	for (; c->at < LVSX_REASON_MAX; c->at++) {
		void *head = lvsx_dump_begin(msg, cb, LVSX_CMD_COUNTER_GET);
		int err = head ? counter_put(msg, lvsx_dump_net(cb), c->at) : 0;

		if (lvsx_dump_end(msg, head, err))
			break;
	}
	return msg->len;
}
