// SPDX-License-Identifier: GPL-2.0-only
/* Operations on the timer wheel, out of line. See wheel.h. */
#include "wheel.h"

LVSX_COLD u32 lvsx_wheel_chunk(struct lvsx_table *t, u8 slot)
{
	u32 line = lvsx_arena_take(&t->arena);
	struct lvsx_chunk *c;

	if (unlikely(!line))
		return 0;
	c = lvsx_line(&t->arena, line);
	c->next = t->wheel[slot];
	t->wheel[slot] = line;
	t->wheel_fill[slot] = 0;
	return line;
}

bool lvsx_wheel_arm(struct lvsx_table *t, struct lvsx_half *fwd, u32 now, u32 ms)
{
	struct lvsx_half *rev = lvsx_flow_rev(fwd);
	u8 slot = lvsx_wheel_slot(t, now, ms);

	if (slot == rev->rev.wheel_slot)
		return true;
	if (unlikely(!lvsx_wheel_push(t, slot, fwd->line)))
		return false;
	rev->rev.wheel_slot = slot;
	return true;
}
