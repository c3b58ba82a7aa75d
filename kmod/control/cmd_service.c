// SPDX-License-Identifier: GPL-2.0-only
/* Commands and dump of services. See netlink.h. */
#include "config.h"
#include "decode.h"
#include "dump.h"
#include "message.h"
#include "netlink.h"

int lvsx_cmd_service_set(struct sk_buff *skb, struct genl_info *info)
{
	struct lvsx_net *ln = info->user_ptr[0];
	struct nlattr *nest[LVSX_SVC_A_MAX + 1];
	struct lvsx_service_key key;
	int err = lvsx_decode_asked_service(info, &key, nest);

	if (err)
		return err;
	/* One at a time, so that a refused message has changed nothing. */
	if (!!nest[LVSX_SVC_A_FULLNAT] + !!nest[LVSX_SVC_A_TIMEOUT] +
	    !!nest[LVSX_SVC_A_DRAIN] != 1) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[LVSX_A_SERVICE],
				    "there must be one thing to set in the message: FULLNAT, TIMEOUT or DRAIN");
		return -EINVAL;
	}
	if (nest[LVSX_SVC_A_NOW] &&
	    (!nest[LVSX_SVC_A_FULLNAT] || !nla_get_u8(nest[LVSX_SVC_A_FULLNAT]))) {
		NL_SET_ERR_MSG_ATTR(info->extack, nest[LVSX_SVC_A_NOW],
				    "NOW goes with FULLNAT 1 only: it takes over what stock IPVS has");
		return -EINVAL;
	}
	if (nest[LVSX_SVC_A_FULLNAT])
		return lvsx_control_service_set(ln, &key, nla_get_u8(nest[LVSX_SVC_A_FULLNAT]),
						nla_get_flag(nest[LVSX_SVC_A_NOW]), info->extack);
	if (nest[LVSX_SVC_A_DRAIN])
		return lvsx_control_drain(ln, &key, nla_get_u8(nest[LVSX_SVC_A_DRAIN]),
					  info->extack);
	return lvsx_control_service_timeout(ln, &key, nla_get_u32(nest[LVSX_SVC_A_TIMEOUT]),
					    info->extack);
}

int lvsx_cmd_service_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *nest[LVSX_SVC_A_MAX + 1];
	struct lvsx_service_key key;

	return lvsx_decode_asked_service(info, &key, nest) ?:
	       lvsx_control_service_del(info->user_ptr[0], &key, info->extack);
}

static int service_put(struct sk_buff *msg, struct lvsx_net *ln, const struct lvsx_service *svc)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_SERVICE);
	const struct lvsx_locals *locals = rcu_dereference(svc->locals);

	if (!nest || lvsx_message_put_key(msg, &svc->key) ||
	    nla_put_u8(msg, LVSX_SVC_A_FULLNAT, 1) ||
	    nla_put_u8(msg, LVSX_SVC_A_MARKED, READ_ONCE(svc->marked)) ||
	    nla_put_u32(msg, LVSX_SVC_A_LOCALS, locals ? locals->nr : 0) ||
	    nla_put_u32(msg, LVSX_SVC_A_TIMEOUT, READ_ONCE(svc->idle_ms) / MSEC_PER_SEC) ||
	    nla_put_u8(msg, LVSX_SVC_A_DRAIN, !!READ_ONCE(svc->drain)) ||
	    nla_put_u64_64bit(msg, LVSX_SVC_A_FLOWS, lvsx_ipvs_flows(ln, &svc->key, &svc->cache),
			      LVSX_SVC_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int service_dump_one(struct sk_buff *msg, struct netlink_callback *cb,
			    const struct lvsx_service *svc)
{
	void *head = lvsx_dump_begin(msg, cb, LVSX_CMD_SERVICE_GET);

	return lvsx_dump_end(msg, head, head ? service_put(msg, lvsx_dump_net(cb), svc) : 0);
}

int lvsx_cmd_service_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	return lvsx_dump_each_service(msg, cb, service_dump_one);
}
