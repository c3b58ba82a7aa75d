/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink: decode → control → encode; no policy of its own. The language is documented
 * at the head of uapi/linux/lvsx.h.
 */
#ifndef LVSX_NETLINK_H
#define LVSX_NETLINK_H

#include <net/genetlink.h>
#include "uapi/linux/lvsx.h"
#include "core/table/flow.h"
#include "ipvs/ipvs.h"

int lvsx_netlink_init(void);
void lvsx_netlink_exit(void);

extern struct genl_family lvsx_genl_family;
extern const struct nla_policy lvsx_policy[LVSX_A_MAX + 1];

/* Decode a nested LVSX_A_SERVICE into @key, wholly checked; @nest gets its attributes. */
int lvsx_netlink_service(const struct nlattr *attr, struct lvsx_service_key *key,
			 struct nlattr *nest[LVSX_SVC_A_MAX + 1], struct netlink_ext_ack *extack);

/* Encode the identity of a service into an open nest. */
int lvsx_netlink_put_key(struct sk_buff *msg, const struct lvsx_service_key *key);

/* Encode a flow, from its forward half. RCU. */
int lvsx_netlink_put_flow(struct sk_buff *msg, struct lvsx_net *ln, const struct lvsx_table *t,
			  struct lvsx_half *fwd);

/* Dumps, dump.c. */
int lvsx_dump_start(struct netlink_callback *cb);
int lvsx_dump_done(struct netlink_callback *cb);
int lvsx_dump_locals(struct sk_buff *msg, struct netlink_callback *cb);
int lvsx_dump_services(struct sk_buff *msg, struct netlink_callback *cb);
int lvsx_dump_flows(struct sk_buff *msg, struct netlink_callback *cb);
int lvsx_dump_access(struct sk_buff *msg, struct netlink_callback *cb);
int lvsx_dump_counters(struct sk_buff *msg, struct netlink_callback *cb);

#endif
