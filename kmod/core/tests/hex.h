/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets as text: lower-case hexadecimal digits, spaces anywhere. */
#ifndef LVSX_TESTS_HEX_H
#define LVSX_TESTS_HEX_H

#include "core/env.h"

/* Returns the number of bytes in @hex; writes @room of them at most. */
static inline u32 golden_bytes(const char *hex, u8 *bytes, u32 room)
{
	u32 digits = 0;

	for (; *hex; hex++) {
		if (*hex == ' ')
			continue;
		if (digits / 2 < room)
			bytes[digits / 2] = (u8)(bytes[digits / 2] << 4 |
						 (*hex <= '9' ? *hex - '0' : *hex - 'a' + 10));
		digits++;
	}
	return digits / 2;
}

#endif
