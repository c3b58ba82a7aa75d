/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink: decode, call, encode; no logic of its own. The interface is documented at the
 * head of uapi/linux/lvsx.h. netlink.c has the table of commands and takes the namespace's mutex
 * for those that change something; commands and dumps are in cmd_<noun>.c, what they share in
 * decode.h, dump.h and message.h.
 */
#ifndef LVSX_NETLINK_H
#define LVSX_NETLINK_H

int lvsx_netlink_init(void);
void lvsx_netlink_exit(void);

/*
 * The commands. Process context; info->user_ptr[0] is the namespace's struct lvsx_net. Those marked
 * "mutex" are called under ln->mutex.
 */
struct genl_info;
struct netlink_callback;
struct sk_buff;

int lvsx_cmd_service_set(struct sk_buff *skb, struct genl_info *info);	/* mutex */
int lvsx_cmd_service_del(struct sk_buff *skb, struct genl_info *info);	/* mutex */
int lvsx_cmd_service_dump(struct sk_buff *msg, struct netlink_callback *cb);

int lvsx_cmd_local_add(struct sk_buff *skb, struct genl_info *info);	/* mutex */
int lvsx_cmd_local_del(struct sk_buff *skb, struct genl_info *info);	/* mutex */
int lvsx_cmd_local_dump(struct sk_buff *msg, struct netlink_callback *cb);

int lvsx_cmd_access_add(struct sk_buff *skb, struct genl_info *info);	/* mutex */
int lvsx_cmd_access_del(struct sk_buff *skb, struct genl_info *info);	/* mutex */
int lvsx_cmd_access_dump(struct sk_buff *msg, struct netlink_callback *cb);

int lvsx_cmd_setting_set(struct sk_buff *skb, struct genl_info *info);
int lvsx_cmd_setting_get(struct sk_buff *skb, struct genl_info *info);

int lvsx_cmd_flow_get(struct sk_buff *skb, struct genl_info *info);
int lvsx_cmd_flow_dump(struct sk_buff *msg, struct netlink_callback *cb);

int lvsx_cmd_where(struct sk_buff *skb, struct genl_info *info);

int lvsx_cmd_counter_zero(struct sk_buff *skb, struct genl_info *info);	/* mutex */
int lvsx_cmd_counter_dump(struct sk_buff *msg, struct netlink_callback *cb);

#endif
