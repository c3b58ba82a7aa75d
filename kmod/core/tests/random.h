/* SPDX-License-Identifier: GPL-2.0-only */
/* Pseudo-random numbers, the same in every run. */
#ifndef LVSX_TESTS_RANDOM_H
#define LVSX_TESTS_RANDOM_H

#include "core/env.h"

/* xorshift32 (Marsaglia); @state must not be 0. */
static inline u32 random_next(u32 *state)
{
	u32 x = *state;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return *state = x;
}

static inline void random_bytes(u32 *state, void *bytes, u32 len)
{
	u8 *at = bytes;

	while (len--)
		*at++ = (u8)(random_next(state) >> 11);
}

#endif
