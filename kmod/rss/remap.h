/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPU owns which local ports: building the port map of core/port/portmap.h, from what learn.c
 * knows of the network card or round-robin, and swapping it under live flows. Process context,
 * ln->mutex.
 */
#ifndef LVSX_REMAP_H
#define LVSX_REMAP_H

#include "learn.h"
#include "netns/net.h"

/* The first map. -ENOMEM: nothing was made. */
int lvsx_remap_start(struct lvsx_net *ln);

/* Look at card, queues and CPUs; when they have changed build the map anew and swap it in. */
void lvsx_remap_follow(struct lvsx_net *ln);

/*
 * Assign ports to a CPU that comes before it is up, if that can be done at once; else with the next
 * tick. Under the hotplug lock, which others take inside ln->mutex.
 */
void lvsx_remap_now(struct lvsx_net *ln);

/* No packet is on its way any more. */
void lvsx_remap_stop(struct lvsx_net *ln);

#endif
