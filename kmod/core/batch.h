/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Look-ups for a world whose packets come in bursts. Each takes three steps, and after each of the
 * first two memory is asked for what the next one reads: do a step for the whole burst, and
 * something else, say another burst's, before the next. Owner's CPU, as lvsx_flow_find().
 */
#ifndef LVSX_BATCH_H
#define LVSX_BATCH_H

#include "bucket.h"

#define LVSX_BATCH 32

struct lvsx_batch {
	u32 n;	/* packets, at most LVSX_BATCH */
	const struct lvsx_tuple *tuple[LVSX_BATCH];	/* all of the table's family */
	void *at[LVSX_BATCH];	/* what the next step reads: a bucket, then perhaps a half */
	u64 hash[LVSX_BATCH] LVSX_LINE_ALIGNED;	/* of each, from the first step on */
};

/* First step, @n and tuples filled in: hashes. */
void lvsx_batch_hash(const struct lvsx_table *t, struct lvsx_batch *b);

/* Second step: a guess which half it will be. */
void lvsx_batch_guess(const struct lvsx_table *t, struct lvsx_batch *b);

/*
 * Third step, packet by packet: what lvsx_flow_find() says now of packet @i. Flows may have come
 * and gone since the steps before.
 */
static __always_inline struct lvsx_half *
lvsx_batch_find(struct lvsx_table *t, const struct lvsx_batch *b, u32 i)
{
	struct lvsx_half *half = (struct lvsx_half *)b->at[i];

	if (likely(half && lvsx_half_matches(half, b->tuple[i]) && half->line))
		return half;
	return lvsx_bucket_find(t, lvsx_bucket_of(t, (u32)b->hash[i]), b->tuple[i], t->words,
				b->hash[i]);
}

#endif
