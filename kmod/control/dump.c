// SPDX-License-Identifier: GPL-2.0-only
/* What netlink dumps share. See dump.h. */
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include "decode.h"
#include "dump.h"
#include "message.h"

int lvsx_dump_start(struct netlink_callback *cb)
{
	struct nlattr *attrs[LVSX_A_MAX + 1], *nest[LVSX_SVC_A_MAX + 1];
	struct lvsx_cursor *c;
	int err;

	err = genlmsg_parse(cb->nlh, &lvsx_genl_family, attrs, LVSX_A_MAX, lvsx_decode_policy,
			    cb->extack);
	if (err)
		return err;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	if (attrs[LVSX_A_SERVICE]) {
		c->one = true;
		err = lvsx_decode_service(attrs[LVSX_A_SERVICE], &c->key, nest, cb->extack);
		if (err) {
			kfree(c);
			return err;
		}
	}
	cb->args[0] = (long)c;
	return 0;
}

int lvsx_dump_done(struct netlink_callback *cb)
{
	struct lvsx_cursor *c = lvsx_dump_cursor(cb);

	if (c->walking)
		rhashtable_walk_exit(&c->iter);
	kfree(c);
	return 0;
}

void *lvsx_dump_begin(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &lvsx_genl_family,
			   NLM_F_MULTI, cmd);
}

int lvsx_dump_end(struct sk_buff *msg, void *head, int err)
{
	if (!head || err) {
		if (head)
			genlmsg_cancel(msg, head);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, head);
	return 0;
}

int lvsx_dump_each_service(struct sk_buff *msg, struct netlink_callback *cb,
			   int (*one)(struct sk_buff *msg, struct netlink_callback *cb,
				      const struct lvsx_service *svc))
{
	struct lvsx_cursor *c = lvsx_dump_cursor(cb);
	struct lvsx_service *svc;
	int err = 0;

	if (!c->walking) {
		rhashtable_walk_enter(&lvsx_dump_net(cb)->services.table, &c->iter);
		c->walking = true;
	}
	rhashtable_walk_start(&c->iter);
	/* peek: one that did not fit into the last message comes first in this one */
	while ((svc = rhashtable_walk_peek(&c->iter))) {
		if (!IS_ERR(svc) && (!c->one || !memcmp(&svc->key, &c->key, sizeof(c->key)))) {
			/* The one at which the last message ended may be gone. */
			if (memcmp(&svc->key, &c->at_key, sizeof(c->at_key)))
				c->at = 0;
			c->at_key = svc->key;
			err = one(msg, cb, svc);
		}
		if (err)
			break;
		rhashtable_walk_next(&c->iter);
	}
	rhashtable_walk_stop(&c->iter);
	return msg->len;
}
