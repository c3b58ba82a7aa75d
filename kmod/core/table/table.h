/* SPDX-License-Identifier: GPL-2.0-only */
/* The table of flows of one CPU: see flow.h for what is in it and who may call what. */
#ifndef LVSX_CORE_TABLE_H
#define LVSX_CORE_TABLE_H

#include "flow.h"
#include "flow_new.h"

/**
 * lvsx_flow_init() - initialize a table, still without memory
 * @t: the table
 * @cpu: its owner
 * @key: the hash's secret
 * @directory: room for @max_blocks pointers, zeroed, for the arena
 * @bucket_block: the same, for the blocks by purpose
 * @max_blocks: most blocks that may be given
 * @block_shift: see lvsx_arena_init()
 * @now: milliseconds
 *
 * It is ready for use when lvsx_arena_wants() blocks have been given and lvsx_flow_start() has
 * returned true.
 */
void lvsx_flow_init(struct lvsx_table *t, u16 cpu, const struct lvsx_key *key, void **directory,
		    void **bucket_block, u32 max_blocks, u8 block_shift, u32 now);

/**
 * lvsx_flow_start() - make the first buckets
 * @t: the table
 *
 * Context: Owner's CPU, before anybody looks up.
 * Return: false if there is no memory.
 */
bool lvsx_flow_start(struct lvsx_table *t);

/**
 * lvsx_flow_find() - look a half up, on the owner's CPU
 * @t: the table
 * @tuple: what it matches
 * @hash: lvsx_hash_tuple() of @tuple under @t->seed
 *
 * Context: Owner's CPU.
 * Return: The half, NULL: none.
 */
struct lvsx_half *lvsx_flow_find(struct lvsx_table *t, const struct lvsx_tuple *tuple, u64 hash);

/**
 * lvsx_flow_find_remote() - look a half up, on any CPU
 * @t: the table
 * @tuple: what it matches
 * @hash: lvsx_hash_tuple() of @tuple under @t->seed
 *
 * Context: Any CPU, RCU read side.
 * Return: The half; NULL: none, or its flow is just being inserted.
 */
struct lvsx_half *lvsx_flow_find_remote(const struct lvsx_table *t, const struct lvsx_tuple *tuple,
					u64 hash);

/**
 * lvsx_flow_insert() - insert a flow, neither of whose tuples is in the table
 * @t: the table
 * @n: the flow
 *
 * Context: Owner's CPU.
 * Return: The forward half. Both halves are complete and in the index, the flow is in the wheel, an
 * extension line is zeroed. NULL: no memory, nothing has changed.
 */
struct lvsx_half *lvsx_flow_insert(struct lvsx_table *t, const struct lvsx_flow_new *n);

/**
 * lvsx_flow_remove() - take a flow out of the index and retire it; for lvsx_flow_end()
 * @t: the table
 * @fwd: the flow's forward half
 *
 * Context: Owner's CPU.
 */
void lvsx_flow_remove(struct lvsx_table *t, struct lvsx_half *fwd);

/**
 * lvsx_flow_retire() - close the batch of flows removed so far; the host does, once a tick
 * @t: the table
 *
 * Context: Owner's CPU.
 * Return: true: call lvsx_flow_reclaim() after a grace period. false: no flow was removed, or the
 * last batch still waits.
 */
bool lvsx_flow_retire(struct lvsx_table *t);

/**
 * lvsx_flow_reclaim() - a grace period after lvsx_flow_retire(): reuse the batch's memory
 * @t: the table
 *
 * Context: Owner's CPU.
 */
void lvsx_flow_reclaim(struct lvsx_table *t);

/**
 * lvsx_half_match() - the tuple that a half matches
 * @h: the half
 * @out: the tuple
 *
 * Context: Any CPU, RCU read side.
 */
void lvsx_half_match(const struct lvsx_half *h, struct lvsx_tuple *out);

/**
 * lvsx_half_rewrite() - the tuple that a half rewrites packets to
 * @h: the half
 * @out: the tuple
 *
 * Context: Any CPU, RCU read side.
 */
void lvsx_half_rewrite(const struct lvsx_half *h, struct lvsx_tuple *out);

/**
 * lvsx_flow_walk() - next live flow of a table, for dumps
 * @t: the table
 * @cursor: where to go on; 0 at first
 * @left: how many places of flows may be looked at, empty ones included; those looked at are
 *	subtracted
 *
 * A flow that comes or goes during the walk may be seen or not; none is seen twice.
 *
 * Context: Any CPU, RCU read side.
 * Return: The flow's forward half. NULL: that was all, or, if *@left is 0, there may be more.
 */
struct lvsx_half *lvsx_flow_walk(const struct lvsx_table *t, u32 *cursor, u32 *left);

#endif
