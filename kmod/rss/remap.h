/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU owns which local ports: building the port map of core/port/portmap.h, from what
 * rss_state.h knows of the network card or round-robin, and replacing it under live flows. Process
 * context, ln->mutex.
 */
#ifndef LVSX_REMAP_H
#define LVSX_REMAP_H

#include "rss_state.h"
#include "netns/net.h"

/* The first map. -ENOMEM: nothing was made. */
int lvsx_remap_start(struct lvsx_net *ln);

/* Once a tick: if card, queues or CPUs have changed, replace the map. */
void lvsx_remap_follow(struct lvsx_net *ln);

/*
 * Assign ports to a CPU before it is up, if ln->mutex is to be had soon; else the next tick does.
 * Under the hotplug lock, which others take inside ln->mutex.
 */
void lvsx_remap_now(struct lvsx_net *ln);

/* No packet is on its way any more. */
void lvsx_remap_stop(struct lvsx_net *ln);

#endif
