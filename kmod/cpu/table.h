/* SPDX-License-Identifier: GPL-2.0-only */
/* The flow table of one CPU: its birth and death. Process context. */
#ifndef LVSX_TABLE_H
#define LVSX_TABLE_H

#include "core/table/flow.h"
#include "netns/cpu.h"

/* Empty; NULL: no memory. */
struct lvsx_table *lvsx_table_new(struct lvsx_cpu *cpu, const struct lvsx_key *key);

/* NULL is fine. Its flows have ended, and nobody sees it any more. */
void lvsx_table_free(struct lvsx_table *t);

/* End every flow. No packet is in flight any more. */
void lvsx_table_flush(struct lvsx_table *t);

#endif
