/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters by reason: written per CPU by packets, summed when read. */
#ifndef LVSX_STATS_H
#define LVSX_STATS_H

#include "netns/net.h"

u64 lvsx_stats_read(struct lvsx_net *ln, enum lvsx_reason reason);

/* Zero all counters. Under ln->mutex. */
void lvsx_stats_zero(struct lvsx_net *ln);

const char *lvsx_stats_name(enum lvsx_reason reason);
const char *lvsx_stats_help(enum lvsx_reason reason);

#endif
