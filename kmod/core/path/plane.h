/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_PLANE_H
#define LVSX_PLANE_H

#include "core/port/portmap.h"
#include "core/table/state.h"

/**
 * struct lvsx_plane - one CPU's view of the data plane
 * @table: this CPU's table
 * @map: the port map in force
 * @timeouts: how long flows may idle
 */
struct lvsx_plane {
	struct lvsx_table *table;
	const struct lvsx_portmap *map;
	const struct lvsx_timeouts *timeouts;
};

#endif
