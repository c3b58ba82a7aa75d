// SPDX-License-Identifier: GPL-2.0-only
/* The generic netlink family: its commands and their locks. See netlink.h. */
#include <linux/module.h>
#include "compat/genl.h"
#include "decode.h"
#include "dump.h"
#include "message.h"
#include "netlink.h"
#include "netns/net.h"

#define UNDER_MUTEX 1	/* internal_flags: it changes the configuration */

static int netlink_begin(const struct LVSX_GENL_OPS *ops, struct sk_buff *skb,
			 struct genl_info *info)
{
	struct lvsx_net *ln = lvsx_net(genl_info_net(info));

	info->user_ptr[0] = ln;
	if (ops->internal_flags & UNDER_MUTEX)
		mutex_lock(&ln->mutex);
	return 0;
}

static void netlink_end(const struct LVSX_GENL_OPS *ops, struct sk_buff *skb,
			struct genl_info *info)
{
	struct lvsx_net *ln = info->user_ptr[0];

	if (ops->internal_flags & UNDER_MUTEX)
		mutex_unlock(&ln->mutex);
}

/* Reading needs privileges, too: it shows client addresses. */
#define DO(command, function) \
	.cmd = LVSX_CMD_##command, .doit = function, .flags = GENL_UNS_ADMIN_PERM
#define DUMP(command, function) \
	.cmd = LVSX_CMD_##command, .start = lvsx_dump_start, .dumpit = function, \
	.done = lvsx_dump_done, .flags = GENL_UNS_ADMIN_PERM
#define CHANGE(command, function) \
	DO(command, function), .internal_flags = UNDER_MUTEX

static const struct genl_ops netlink_ops[] = {
	{ CHANGE(LOCAL_ADD, lvsx_cmd_local_add) },
	{ CHANGE(LOCAL_DEL, lvsx_cmd_local_del) },
	{ DUMP(LOCAL_GET, lvsx_cmd_local_dump) },
	{ CHANGE(SERVICE_SET, lvsx_cmd_service_set) },
	{ CHANGE(SERVICE_DEL, lvsx_cmd_service_del) },
	{ DUMP(SERVICE_GET, lvsx_cmd_service_dump) },
	/* The setting of ingress takes rtnl, which must not be taken inside the mutex. */
	{ DO(SETTING_SET, lvsx_cmd_setting_set) },
	{ DO(SETTING_GET, lvsx_cmd_setting_get) },
	{ DUMP(FLOW_GET, lvsx_cmd_flow_dump), .doit = lvsx_cmd_flow_get },
	{ DUMP(COUNTER_GET, lvsx_cmd_counter_dump) },
	{ CHANGE(COUNTER_ZERO, lvsx_cmd_counter_zero) },
	{ CHANGE(ACCESS_ADD, lvsx_cmd_access_add) },
	{ CHANGE(ACCESS_DEL, lvsx_cmd_access_del) },
	{ DUMP(ACCESS_GET, lvsx_cmd_access_dump) },
	{ DO(WHERE, lvsx_cmd_where) },
};

struct genl_family lvsx_genl_family = {
	.name = LVSX_GENL_NAME,
	.version = LVSX_GENL_VERSION,
	.maxattr = LVSX_A_MAX,
	.policy = lvsx_decode_policy,
	.netnsok = true,
	/* No command may wait for the genl mutex: all here have locks of their own. */
	.parallel_ops = true,
	.module = THIS_MODULE,
	.pre_doit = netlink_begin,
	.post_doit = netlink_end,
	.ops = netlink_ops,
	.n_ops = ARRAY_SIZE(netlink_ops),
	.resv_start_op = __LVSX_CMD_MAX,
};

int lvsx_netlink_init(void)
{
	return genl_register_family(&lvsx_genl_family);
}

void lvsx_netlink_exit(void)
{
	genl_unregister_family(&lvsx_genl_family);
}
