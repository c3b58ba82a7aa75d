/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The fast path at ingress, an option of each device: established packets are sent on where the
 * device hands them over, before the IP layer sees them. All others go on to the IP layer and to
 * hook.c. Process context, rtnl taken inside.
 */
#ifndef LVSX_INGRESS_H
#define LVSX_INGRESS_H

#include "netns/net.h"

struct netlink_ext_ack;

/* By the device's name. */
int lvsx_ingress_add(struct lvsx_net *ln, const char *name, struct netlink_ext_ack *extack);
int lvsx_ingress_del(struct lvsx_net *ln, const char *name, struct netlink_ext_ack *extack);

#define LVSX_INGRESS_MAX 64	/* devices of one namespace */

/* The devices' names, a space between; @size of LVSX_INGRESS_MAX * IFNAMSIZ holds them all. */
void lvsx_ingress_say(struct lvsx_net *ln, char *text, size_t size);

/* Remove every hook; packets may still be in flight when it returns. */
void lvsx_ingress_stop(struct lvsx_net *ln);

/* Once per module: removed devices lose their hooks. */
int lvsx_ingress_init(void);
void lvsx_ingress_exit(void);

#endif
