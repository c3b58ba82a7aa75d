/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow tables of one namespace: one per CPU that is or was online, made at the first
 * configuration. Packets use the table of their CPU without a lock; a work item on each CPU expires
 * its flows, refills its memory and reclaims removed flows after a grace period, with softirqs off
 * in short stretches.
 */
#ifndef LVSX_TABLES_H
#define LVSX_TABLES_H

#include "netns/cpu.h"

/* Make tables for all CPUs that are up, or fail and leave none. Under ln->mutex. */
int lvsx_tables_start(struct lvsx_net *ln);

/* End every flow and free all. No packet is in flight any more. Process context. */
void lvsx_tables_stop(struct lvsx_net *ln);

#endif
