/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The flow tables of one namespace: one per CPU that is or was online, made at the first
 * configuration. Packets use the table of their CPU without a lock; a work item on each CPU expires
 * its flows, gives it memory and lets removed flows go after a grace period, with softirqs off in
 * short stretches.
 */
#ifndef LVSX_TABLES_H
#define LVSX_TABLES_H

#include "netns/cpu.h"

/* Under ln->mutex. Makes tables for all CPUs, or fails and leaves none. */
int lvsx_tables_start(struct lvsx_net *ln);

/* No packet is on its way any more: ends every flow, frees all. Process context. */
void lvsx_tables_stop(struct lvsx_net *ln);

#endif
