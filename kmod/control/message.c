// SPDX-License-Identifier: GPL-2.0-only
/* Messages that the module sends. See message.h. */
#include "ipvs/ipvs.h"
#include "message.h"

int lvsx_message_reply(struct genl_info *info, u8 cmd, size_t size,
		       int (*fill)(struct sk_buff *msg, struct genl_info *info))
{
	struct sk_buff *msg = genlmsg_new(size, GFP_KERNEL);
	void *head;
	int err;

	if (!msg)
		return -ENOMEM;
	head = genlmsg_put_reply(msg, info, &lvsx_genl_family, 0, cmd);
	err = head ? fill(msg, info) : -EMSGSIZE;
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, head);
	return genlmsg_reply(msg, info);
}

int lvsx_message_put_key(struct sk_buff *msg, const struct lvsx_service_key *key)
{
	int err = nla_put_u16(msg, LVSX_SVC_A_FAMILY, key->family);

	if (key->fwmark)
		return err ?: nla_put_u32(msg, LVSX_SVC_A_FWMARK, key->fwmark);
	return err ?: nla_put_u16(msg, LVSX_SVC_A_PROTOCOL, key->proto) ?:
	       nla_put_in_addr(msg, LVSX_SVC_A_ADDRESS, key->addr[0]) ?:
	       nla_put_be16(msg, LVSX_SVC_A_PORT, key->port);
}

int lvsx_message_put_service(struct sk_buff *msg, const struct lvsx_service_key *key)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_SERVICE);

	if (!nest || lvsx_message_put_key(msg, key))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}
