/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_HOOK_H
#define LVSX_HOOK_H

#include "netns/net.h"

/* Begin to see this namespace's packets; tables and port map must stand. Under ln->mutex. */
int lvsx_hook_start(struct lvsx_net *ln);

/* When all that are in an RCU section have left it no packet is on its way. Process context. */
void lvsx_hook_stop(struct lvsx_net *ln);

#endif
