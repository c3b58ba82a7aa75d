/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The work item for the upkeep of a CPU's table, four times a second: expire flows, refill memory,
 * reclaim removed flows after a grace period. Process context, softirqs off in short stretches.
 */
#ifndef LVSX_UPKEEP_H
#define LVSX_UPKEEP_H

#include "netns/cpu.h"

void lvsx_upkeep_init(struct lvsx_cpu *cpu);

/* The CPU is offline: from now on any other does its work. */
void lvsx_upkeep_adopt(struct lvsx_cpu *cpu);

#endif
