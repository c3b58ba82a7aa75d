/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of flows of one CPU: see flow.h for what is in it and who may call what. */
#ifndef LVSX_CORE_TABLE_H
#define LVSX_CORE_TABLE_H

#include "flow.h"
#include "flow_new.h"

/*
 * @directory and @bucket_block: @max_blocks entries each, zeroed. The table is usable once
 * lvsx_arena_wants(&t->arena) blocks have been given and lvsx_flow_start() was true.
 */
void lvsx_flow_init(struct lvsx_table *t, u16 cpu, const struct lvsx_key *key, void **directory,
		    void **bucket_block, u32 max_blocks, u8 block_shift, u32 now);
bool lvsx_flow_start(struct lvsx_table *t);

/* The owner's look-up. @hash is lvsx_hash_tuple(tuple, &t->seed). */
struct lvsx_half *lvsx_flow_find(struct lvsx_table *t, const struct lvsx_tuple *tuple, u64 hash);

/* Any CPU's look-up, inside an RCU read section. Misses a flow only while it is being inserted. */
struct lvsx_half *lvsx_flow_find_remote(const struct lvsx_table *t, const struct lvsx_tuple *tuple,
					u64 hash);

/*
 * Insert; neither tuple may be in the table. Returns the forward half with both rewrites and
 * checksum deltas filled in, linked in index and wheel; NULL: no memory, nothing changed. An
 * extension line is zeroed.
 */
struct lvsx_half *lvsx_flow_insert(struct lvsx_table *t, const struct lvsx_flow_new *n);

/* Unlink from the index; memory waits for reclaim. Everybody else calls lvsx_flow_end(). */
void lvsx_flow_remove(struct lvsx_table *t, struct lvsx_half *fwd);

/*
 * Reclaim in two steps, by the host, once a tick: retire() closes the batch of flows removed so
 * far (false: nothing to wait for, or the last batch still waits); after a grace period for
 * readers, reclaim() makes that batch reusable.
 */
bool lvsx_flow_retire(struct lvsx_table *t);
void lvsx_flow_reclaim(struct lvsx_table *t);

/* The tuple that a half matches, and the one that it makes of it. */
void lvsx_half_match(const struct lvsx_half *h, struct lvsx_tuple *out);
void lvsx_half_rewrite(const struct lvsx_half *h, struct lvsx_tuple *out);

/*
 * Walk over all live flows, for dumps from any CPU inside an RCU read section: @cursor starts with
 * 0. Looks at no more than *@left places of flows, of which all may be empty, and takes them off.
 * NULL: with nothing left there may be more from @cursor on; else that was all. A flow that comes
 * or goes during the walk may be seen or not; none is seen twice.
 */
struct lvsx_half *lvsx_flow_walk(const struct lvsx_table *t, u32 *cursor, u32 *left);

#endif
