/* SPDX-License-Identifier: GPL-2.0-only */
/* Messages that the module sends, and what they have in common. Process context. */
#ifndef LVSX_MESSAGE_H
#define LVSX_MESSAGE_H

#include <net/genetlink.h>
#include "uapi/linux/lvsx.h"

struct lvsx_service_key;

extern struct genl_family lvsx_genl_family;	/* netlink.c */

/*
 * Reply with one message, into which @fill puts at most @size bytes. If that returns other than 0,
 * it is returned instead.
 */
int lvsx_message_reply(struct genl_info *info, u8 cmd, size_t size,
		       int (*fill)(struct sk_buff *msg, struct genl_info *info));

/* The identity of a service: into an open nest; as LVSX_A_SERVICE with nothing else in it. */
int lvsx_message_put_key(struct sk_buff *msg, const struct lvsx_service_key *key);
int lvsx_message_put_service(struct sk_buff *msg, const struct lvsx_service_key *key);

#endif
