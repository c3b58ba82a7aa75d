/* SPDX-License-Identifier: GPL-2.0-only */
/* CPU hotplug. Process context. */
#ifndef LVSX_HOTPLUG_H
#define LVSX_HOTPLUG_H

#include "netns/net.h"

/* Once per module. */
int lvsx_hotplug_init(void);
void lvsx_hotplug_exit(void);

/* From now on each CPU has a table in this instance before it is up. */
int lvsx_hotplug_add(struct lvsx_net *ln);
void lvsx_hotplug_remove(struct lvsx_net *ln);

#endif
