// SPDX-License-Identifier: GPL-2.0-only
/* Memory of one table, see arena.h. */
#include "arena.h"

#define SPARE_LINES (1u << 20)

struct arena_free {
	u32 next;
};

void lvsx_arena_init(struct lvsx_arena *a, void **directory, u32 max_blocks, u8 shift)
{
	u32 nameable = (1u << (32 - shift)) - 1;

	memset(a, 0, sizeof(*a));
	a->block = directory;
	a->max = max_blocks < nameable ? max_blocks : nameable;
	a->mask = (1u << shift) - 1;
	a->shift = shift;
}

u32 lvsx_arena_wants(const struct lvsx_arena *a)
{
	u32 used = READ_ONCE(a->used), given = READ_ONCE(a->given);
	u32 share = used / 16, limit = SPARE_LINES >> a->shift;
	u32 want = used ? used + 2 + (share < limit ? share : limit) : 4;

	if (want > a->max)
		want = a->max;
	return want > given ? want - given : 0;
}

bool lvsx_arena_give(struct lvsx_arena *a, void *block)
{
	if (a->given >= a->max)
		return false;
	WRITE_ONCE(a->block[a->given], block);
	WRITE_ONCE(a->given, a->given + 1);
	return true;
}

u32 lvsx_arena_take_block(struct lvsx_arena *a)
{
	if (a->used == a->given)
		return 0;
	WRITE_ONCE(a->used, a->used + 1);
	return a->used << a->shift;
}

u32 lvsx_arena_take(struct lvsx_arena *a)
{
	u32 n = a->free;

	if (n) {
		struct arena_free *line = lvsx_line(a, n);

		a->free = line->next;
		memset(line, 0, LVSX_LINE);
		if (a->free)
			prefetchw(lvsx_line(a, a->free));
	} else {
		if (a->fresh == a->fresh_end) {
			a->fresh = lvsx_arena_take_block(a);
			a->fresh_end = a->fresh ? a->fresh + (1u << a->shift) : 0;
			if (!a->fresh)
				return 0;
		}
		n = a->fresh++;
	}
	a->lines_used++;
	return n;
}

void lvsx_arena_put(struct lvsx_arena *a, u32 n)
{
	struct arena_free *line = lvsx_line(a, n);

	line->next = a->free;
	a->free = n;
	a->lines_used--;
}
