/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_PLANE_H
#define LVSX_PLANE_H

#include "core/port/portmap.h"
#include "core/table/state.h"

/* One CPU's view of the data plane. */
struct lvsx_plane {
	struct lvsx_table *table;	/* this CPU's */
	const struct lvsx_portmap *map;
	const struct lvsx_timeouts *timeouts;
};

#endif
