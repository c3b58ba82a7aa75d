/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A set of IPv4 addresses, which every packet of the host is looked up in; immutable, replaced as a
 * whole. Open addressing, at most a quarter full; 0.0.0.0, which is nobody's address, marks an
 * empty slot.
 */
#ifndef LVSX_ADDRESSES_H
#define LVSX_ADDRESSES_H

#include <linux/hash.h>
#include <linux/types.h>

struct lvsx_addresses {
	struct rcu_head rcu;
	u32 bits;
	__be32 slot[];
};

static inline u32 lvsx_addresses_slot(const struct lvsx_addresses *set, __be32 addr)
{
	return hash_32((__force u32)addr, set->bits);
}

static __always_inline bool lvsx_addresses_have(const struct lvsx_addresses *set, __be32 addr)
{
	u32 i = lvsx_addresses_slot(set, addr);

	while (unlikely(set->slot[i] != addr)) {
		if (!set->slot[i])
			return false;
		i = (i + 1) & ((1U << set->bits) - 1);
	}
	return likely(addr);	/* else it is an empty slot */
}

#endif
