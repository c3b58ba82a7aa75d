/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_HOOK_H
#define LVSX_HOOK_H

#include "net.h"

/* Begin to see this namespace's packets; tables and RSS classes must stand. Under ln->mutex. */
int lvsx_hook_start(struct lvsx_net *ln);

/* After this no packet is on the road. Process context. */
void lvsx_hook_stop(struct lvsx_net *ln);

#endif
