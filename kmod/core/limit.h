/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much may be sent that nobody asked us to forward: a token bucket. One CPU's, or under a lock.
 */
#ifndef LVSX_LIMIT_H
#define LVSX_LIMIT_H

#include "env.h"

/* A zeroed one is full. */
struct lvsx_limit {
	u32 at;		/* milliseconds: when it was last filled up */
	u32 spent;	/* thousandths of what may be sent */
};

#define LVSX_LIMIT_RATE_MAX 1000000u

/*
 * May one more be sent? @rate: so many a second, LVSX_LIMIT_RATE_MAX at most, a quarter of them (or
 * one) at once.
 */
static inline bool lvsx_limit_has(struct lvsx_limit *l, u32 now, u32 rate)
{
	u32 room = rate * 250 > 1000 ? rate * 250 : 1000, gap = now - l->at;
	u32 back = gap < 1000 ? gap * rate : l->spent;

	l->spent = back < l->spent ? l->spent - back : 0;
	l->at = now;
	return rate && l->spent + 1000 <= room;
}

/* The same, and it is. */
static inline bool lvsx_limit_take(struct lvsx_limit *l, u32 now, u32 rate)
{
	if (!lvsx_limit_has(l, now, rate))
		return false;
	l->spent += 1000;
	return true;
}

#endif
