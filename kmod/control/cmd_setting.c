// SPDX-License-Identifier: GPL-2.0-only
/* Commands of settings. See netlink.h. */
#include <linux/slab.h>
#include "config.h"
#include "netns/cpu.h"
#include "decode.h"
#include "message.h"
#include "netlink.h"
#include "rss/rss_state.h"
#include "skb/ingress.h"

int lvsx_cmd_setting_set(struct sk_buff *skb, struct genl_info *info)
{
	struct lvsx_net *ln = info->user_ptr[0];
	struct nlattr *nest[LVSX_SET_A_MAX + 1];
	int err = lvsx_decode_setting(info, nest);

	if (err)
		return err;
	if (nest[LVSX_SET_A_INGRESS])
		return lvsx_ingress_add(ln, nla_data(nest[LVSX_SET_A_INGRESS]), info->extack);
	if (nest[LVSX_SET_A_INGRESS_OFF])
		return lvsx_ingress_del(ln, nla_data(nest[LVSX_SET_A_INGRESS_OFF]), info->extack);
	if (nest[LVSX_SET_A_RESET]) {
		WRITE_ONCE(ln->reset_idle, nla_get_u8(nest[LVSX_SET_A_RESET]));
		return 0;
	}
	mutex_lock(&ln->mutex);
	if (nest[LVSX_SET_A_DRAIN])
		err = lvsx_control_drain(ln, NULL, nla_get_u8(nest[LVSX_SET_A_DRAIN]),
					 info->extack);
	else
		err = lvsx_control_default_on(ln, nla_get_u8(nest[LVSX_SET_A_DEFAULT_ON]),
					      info->extack);
	mutex_unlock(&ln->mutex);
	return err;
}

static int setting_put_rss(struct sk_buff *msg, struct lvsx_net *ln)
{
	char text[LVSX_RSS_STATE_TEXT], name[IFNAMSIZ] = "";

	mutex_lock(&ln->mutex);
	lvsx_rss_state_text(ln->rss, text, sizeof(text));
	if (ln->rss && ln->rss->use)
		strscpy(name, ln->rss->name, sizeof(name));
	mutex_unlock(&ln->mutex);
	if (*name && nla_put_string(msg, LVSX_SET_A_RSS_DEVICE, name))
		return -EMSGSIZE;
	return nla_put_string(msg, LVSX_SET_A_RSS, text);
}

static int setting_put_ingress(struct sk_buff *msg, struct lvsx_net *ln)
{
	const size_t size = LVSX_INGRESS_MAX * IFNAMSIZ;
	char *names = kmalloc(size, GFP_KERNEL);
	int err;

	if (!names)
		return -ENOMEM;
	lvsx_ingress_say(ln, names, size);
	err = nla_put_string(msg, LVSX_SET_A_INGRESS, names);
	kfree(names);
	return err;
}

static int setting_put_pool(struct sk_buff *msg, struct lvsx_net *ln)
{
	const struct lvsx_locals *pool;
	u32 nr;

	rcu_read_lock();
	pool = rcu_dereference(ln->services.pool);
	nr = pool ? pool->nr : 0;
	rcu_read_unlock();
	return nla_put_u32(msg, LVSX_SET_A_LOCALS, nr);
}

static int setting_put_drain(struct sk_buff *msg, struct lvsx_net *ln)
{
	return nla_put_u8(msg, LVSX_SET_A_DRAIN, READ_ONCE(ln->services.drain)) ?:
	       nla_put_u64_64bit(msg, LVSX_SET_A_FLOWS, lvsx_cpus_flows(ln), LVSX_SET_A_PAD);
}

static int setting_put(struct sk_buff *msg, struct genl_info *info)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_SETTING);
	struct lvsx_net *ln = info->user_ptr[0];
	int err;

	if (!nest)
		return -EMSGSIZE;
	err = nla_put_u8(msg, LVSX_SET_A_DEFAULT_ON, READ_ONCE(ln->services.default_on)) ?:
	      nla_put_u8(msg, LVSX_SET_A_RESET, READ_ONCE(ln->reset_idle)) ?:
	      setting_put_drain(msg, ln) ?: setting_put_rss(msg, ln) ?:
	      setting_put_ingress(msg, ln) ?: setting_put_pool(msg, ln);
	nla_nest_end(msg, nest);
	return err;
}

int lvsx_cmd_setting_get(struct sk_buff *skb, struct genl_info *info)
{
	return lvsx_message_reply(info, LVSX_CMD_SETTING_GET, NLMSG_DEFAULT_SIZE, setting_put);
}
