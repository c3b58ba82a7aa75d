/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The early road, an option of each device: packets of flows that this CPU knows are sent on where
 * the device hands them over, before the IP layer has looked at them. All else goes the usual way
 * and meets hook.c. Process context, rtnl taken inside.
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

/* Take every hook out; packets may still be on the road when it returns. */
void lvsx_ingress_stop(struct lvsx_net *ln);

/* Once per module: devices that go take their hooks with them. */
int lvsx_ingress_init(void);
void lvsx_ingress_exit(void);

#endif
