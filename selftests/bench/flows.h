/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The world of the benchmark: one table full of flows that come, are looked at and expire as they
 * would in a balancer with this many, in a time of its own. One thread. What does not work ends the
 * program.
 */
#ifndef LVSX_BENCH_FLOWS_H
#define LVSX_BENCH_FLOWS_H

#include "core/path/expire.h"
#include "core/path/batch.h"
#include "core/port/ports.h"
#include "core/path/track.h"

#define LIFE_MS 60000
#define REALS 256

extern struct lvsx_table table;
extern u64 counters[LVSX_REASON_MAX];
extern u32 now;

/* Of this thread on a CPU: what else runs on the machine is not measured, except by the cache. */
double seconds(void);

void flows_start(void);
void flows_stop(void);

/*
 * Make @n flows, numbered from *@next, while @ms pass and flows age. Returns the seconds that it
 * took, without what the kernel took to find memory.
 */
double flows_pass(u32 *next, u32 n, u32 ms);

/* What flow @id's client sends, and the real server that it has. */
void flows_client(u32 id, struct lvsx_tuple *t);
__be32 flows_real(u32 id);

void die(const char *why);

#endif
