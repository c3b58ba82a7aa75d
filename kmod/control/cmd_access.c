// SPDX-License-Identifier: GPL-2.0-only
/* Commands and dump of deny and allow lists. See netlink.h. */
#include "decode.h"
#include "dump.h"
#include "message.h"
#include "netlink.h"
#include "netns/net.h"
#include "service/access.h"
#include "service/ipset.h"
#include "service/service.h"

static int access_change(struct genl_info *info,
			 int (*change)(struct lvsx_net *ln, struct lvsx_service *svc,
				       const struct lvsx_access_entry *entry,
				       struct netlink_ext_ack *extack))
{
	struct nlattr *nest[LVSX_SVC_A_MAX + 1];
	struct lvsx_access_entry entry = {};
	struct lvsx_net *ln = info->user_ptr[0];
	struct lvsx_service_key key;

	return lvsx_decode_asked_service(info, &key, nest) ?: lvsx_decode_access(info, &entry) ?:
	       change(ln, lvsx_service_get(ln, &key), &entry, info->extack);
}

int lvsx_cmd_access_add(struct sk_buff *skb, struct genl_info *info)
{
	return access_change(info, lvsx_access_add);
}

int lvsx_cmd_access_del(struct sk_buff *skb, struct genl_info *info)
{
	return access_change(info, lvsx_access_del);
}

static int access_put(struct sk_buff *msg, struct lvsx_net *ln, const struct lvsx_service_key *key,
		      const struct lvsx_access_list *l, u8 list, u32 at)
{
	char name[LVSX_IPSET_NAME];
	struct nlattr *nest;

	if (lvsx_message_put_service(msg, key))
		return -EMSGSIZE;
	nest = nla_nest_start(msg, LVSX_A_ACCESS);
	if (!nest || nla_put_u8(msg, LVSX_ACCESS_A_LIST, list))
		return -EMSGSIZE;
	if (at < l->ranges) {
		if (nla_put_in_addr(msg, LVSX_ACCESS_A_FIRST, htonl(l->range[at].first)) ||
		    nla_put_in_addr(msg, LVSX_ACCESS_A_LAST, htonl(l->range[at].last)))
			return -EMSGSIZE;
	} else {
		lvsx_ipset_name(ln->net, l->set[at - l->ranges], name);
		if (nla_put_string(msg, LVSX_ACCESS_A_SET, name))
			return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	return 0;
}

static int access_dump_service(struct sk_buff *msg, struct netlink_callback *cb,
			       const struct lvsx_service *svc)
{
	const struct lvsx_access *access = rcu_dereference(svc->access);
	struct lvsx_cursor *c = lvsx_dump_cursor(cb);
	struct lvsx_net *ln = lvsx_dump_net(cb);
	u32 list, n, before = 0;

	for (list = 0; access && list <= LVSX_LIST_MAX; list++, before += n) {
		const struct lvsx_access_list *l = &access->list[list];

		n = l->ranges + l->sets;
		for (; c->at - before < n; c->at++) {
			void *head = lvsx_dump_begin(msg, cb, LVSX_CMD_ACCESS_GET);
			int err = head ? access_put(msg, ln, &svc->key, l, (u8)list,
						    c->at - before) : 0;

			if (lvsx_dump_end(msg, head, err))
				return -EMSGSIZE;
		}
	}
	c->at = 0;
	return 0;
}

int lvsx_cmd_access_dump(struct sk_buff *msg, struct netlink_callback *cb)
{
	return lvsx_dump_each_service(msg, cb, access_dump_service);
}
