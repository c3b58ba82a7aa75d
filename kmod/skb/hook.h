/* SPDX-License-Identifier: GPL-2.0-only */
/* The hook at IPv4 PRE_ROUTING. */
#ifndef LVSX_HOOK_H
#define LVSX_HOOK_H

#include "netns/net.h"

/* Register the hook; tables and port map must exist. Under ln->mutex. */
int lvsx_hook_start(struct lvsx_net *ln);

/* Unregister it. After an RCU grace period no packet is in flight. Process context. */
void lvsx_hook_stop(struct lvsx_net *ln);

#endif
