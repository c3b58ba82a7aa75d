/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Incremental Internet checksum (RFC 1624). A delta is a folded 16-bit ones' complement sum of
 * ~old + new over the words that change; it is computed once per flow and applied to each packet.
 */
#ifndef LVSX_CSUM_H
#define LVSX_CSUM_H

#include "core/env.h"

/* Of a sum of a few 16-bit words: one half upon the other, and its carry comes from below. */
static inline u16 lvsx_csum_fold_few(u32 sum)
{
	return (u16)((sum + (sum << 16 | sum >> 16)) >> 16);
}

static inline u16 lvsx_csum_fold(u64 sum)
{
	return lvsx_csum_fold_few((u32)((sum + (sum << 32 | sum >> 32)) >> 32));
}

/* What replacing @old by @new adds to a sum; unfolded, add several and fold once. */
static inline u64 lvsx_csum_diff32(__be32 old, __be32 new_)
{
	return (u64)(u32)~(__force u32)old + (__force u32)new_;
}

static inline u64 lvsx_csum_diff16(__be16 old, __be16 new_)
{
	return (u64)(u16)~(__force u16)old + (__force u16)new_;
}

/* RFC 1624 eqn. 3: HC' = ~(~HC + ~m + m'). @delta: the sum of a few, unfolded. */
static inline __sum16 lvsx_csum_apply(__sum16 check, u32 delta)
{
	return (__force __sum16)(u16)~lvsx_csum_fold_few((u16)~(__force u16)check + delta);
}

/* A field that holds a plain, not inverted, sum: the pseudo header under checksum offload. */
static inline __sum16 lvsx_csum_apply_partial(__sum16 sum, u16 delta)
{
	return (__force __sum16)lvsx_csum_fold_few((u32)(__force u16)sum + delta);
}

#endif
