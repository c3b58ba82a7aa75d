/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The work item that looks after a CPU's table, four times a second: it expires flows, gives
 * memory, lets removed flows go after a grace period. Process context, softirqs off in short
 * stretches.
 */
#ifndef LVSX_UPKEEP_H
#define LVSX_UPKEEP_H

#include "netns/cpu.h"

void lvsx_upkeep_init(struct lvsx_cpu *cpu);

/* The CPU is off: from now on any other does it. */
void lvsx_upkeep_adopt(struct lvsx_cpu *cpu);

#endif
