/* SPDX-License-Identifier: GPL-2.0-only */
/* Which CPU owns which local ports: the class table of core/rss.h for the CPUs that are online. */
#ifndef LVSX_STEER_H
#define LVSX_STEER_H

#include "net.h"

/* Build the table anew and swap it in. -ENOMEM: the old one stays. Process context, ln->mutex. */
int lvsx_steer(struct lvsx_net *ln);

/* No packet is on the road any more. */
void lvsx_steer_stop(struct lvsx_net *ln);

#endif
