/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Incremental Internet checksum (RFC 1624). A delta is a 16-bit ones' complement sum of ~old + new
 * over the words that change; it is computed once per flow and applied to each packet. Sums are of
 * words as they lie in memory, in network byte order.
 */
#ifndef LVSX_CSUM_H
#define LVSX_CSUM_H

#include "core/env.h"

/* A sum of a few 16-bit words, folded: adding the rotated sum brings the carry in from below. */
static inline u16 lvsx_csum_fold_few(u32 sum)
{
	return (u16)((sum + (sum << 16 | sum >> 16)) >> 16);
}

/**
 * lvsx_csum_fold() - fold a sum to 16 bits
 * @sum: any number of words, added up without loss
 *
 * Return: The ones' complement sum, not inverted.
 */
static inline u16 lvsx_csum_fold(u64 sum)
{
	return lvsx_csum_fold_few((u32)((sum + (sum << 32 | sum >> 32)) >> 32));
}

/**
 * lvsx_csum_diff32() - what replacing a 32-bit field adds to a sum
 * @old: the field before
 * @new_: the field after
 *
 * Return: ~@old + @new_, unfolded: add up several and fold once.
 */
static inline u64 lvsx_csum_diff32(__be32 old, __be32 new_)
{
	return (u64)(u32)~(__force u32)old + (__force u32)new_;
}

/**
 * lvsx_csum_diff16() - what replacing a 16-bit field adds to a sum
 * @old: the field before
 * @new_: the field after
 *
 * Return: ~@old + @new_, unfolded.
 */
static inline u64 lvsx_csum_diff16(__be16 old, __be16 new_)
{
	return (u64)(u16)~(__force u16)old + (__force u16)new_;
}

/**
 * lvsx_csum_apply() - update a checksum field, RFC 1624 equation 3: HC' = ~(~HC + ~m + m')
 * @check: the field
 * @delta: the sum of a few deltas, unfolded
 *
 * Return: The new field.
 */
static inline __sum16 lvsx_csum_apply(__sum16 check, u32 delta)
{
	return (__force __sum16)(u16)~lvsx_csum_fold_few((u16)~(__force u16)check + delta);
}

/**
 * lvsx_csum_apply_partial() - update a field that checksum offload will complete
 * @sum: the field, which holds the pseudo header's sum, not inverted
 * @delta: folded, of the addresses alone
 *
 * Return: The new field.
 */
static inline __sum16 lvsx_csum_apply_partial(__sum16 sum, u16 delta)
{
	return (__force __sum16)lvsx_csum_fold_few((u32)(__force u16)sum + delta);
}

#endif
