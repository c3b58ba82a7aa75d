/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decoding of netlink attributes, for commands and dumps: each function checks its part of a
 * message and says in the extended ack what is wrong with it. Process context.
 */
#ifndef LVSX_DECODE_H
#define LVSX_DECODE_H

#include <net/genetlink.h>
#include "uapi/linux/lvsx.h"
#include "core/pkt/tuple.h"
#include "ipvs/ipvs.h"

struct lvsx_access_entry;

/* The top level, which has all others nested. */
extern const struct nla_policy lvsx_decode_policy[LVSX_A_MAX + 1];

/* A nested LVSX_A_SERVICE into @key; @nest gets its attributes. */
int lvsx_decode_service(const struct nlattr *attr, struct lvsx_service_key *key,
			struct nlattr *nest[LVSX_SVC_A_MAX + 1], struct netlink_ext_ack *extack);

/* LVSX_A_SERVICE, which must be there. */
int lvsx_decode_asked_service(struct genl_info *info, struct lvsx_service_key *key,
			      struct nlattr *nest[LVSX_SVC_A_MAX + 1]);

/* LVSX_A_SERVICE; without it the default pool is meant, and *@which is NULL. */
int lvsx_decode_service_or_pool(struct genl_info *info, struct lvsx_service_key *key,
				struct lvsx_service_key **which);

/* LVSX_A_LOCAL: a range, whose ends may be in the wrong order. */
int lvsx_decode_local(struct genl_info *info, __be32 *first, __be32 *last);

/* LVSX_A_ACCESS into @entry, which the caller has zeroed. */
int lvsx_decode_access(struct genl_info *info, struct lvsx_access_entry *entry);

/* LVSX_A_SETTING: exactly one of its attributes is there. */
int lvsx_decode_setting(struct genl_info *info, struct nlattr *nest[LVSX_SET_A_MAX + 1]);

/* LVSX_A_FLOW: the tuple of the packets of a connection's client. */
int lvsx_decode_connection(struct genl_info *info, struct lvsx_tuple *tuple);

#endif
