/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A token bucket: limits what nobody asked us to forward, such as RSTs. The caller serializes: one
 * bucket a CPU, or a lock.
 */
#ifndef LVSX_LIMIT_H
#define LVSX_LIMIT_H

#include "env.h"

/**
 * struct lvsx_limit - a token bucket; all zero is full
 * @at: when it was last refilled, in milliseconds
 * @spent: what has been taken and not refilled since, in thousandths of a token
 */
struct lvsx_limit {
	u32 at;
	u32 spent;
};

#define LVSX_LIMIT_RATE_MAX 1000000u

/**
 * lvsx_limit_has() - may one more be sent?
 * @l: the bucket
 * @now: milliseconds
 * @rate: tokens per second, LVSX_LIMIT_RATE_MAX at most; a quarter of them, or one, at once
 *
 * Return: true if there is a token; it is not taken.
 */
static inline bool lvsx_limit_has(struct lvsx_limit *l, u32 now, u32 rate)
{
	u32 room = rate * 250 > 1000 ? rate * 250 : 1000, gap = now - l->at;
	u32 back = gap < 1000 ? gap * rate : l->spent;

	l->spent = back < l->spent ? l->spent - back : 0;
	l->at = now;
	return rate && l->spent + 1000 <= room;
}

/**
 * lvsx_limit_take() - take a token if there is one
 * @l: the bucket
 * @now: milliseconds
 * @rate: as for lvsx_limit_has()
 *
 * Return: true if one was taken.
 */
static inline bool lvsx_limit_take(struct lvsx_limit *l, u32 now, u32 rate)
{
	if (!lvsx_limit_has(l, now, rate))
		return false;
	l->spent += 1000;
	return true;
}

#endif
