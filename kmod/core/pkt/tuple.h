/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The five-tuple of a packet as it is on the wire, and its keyed hash.
 * IPv4 uses word 0 of each address; `words` says how many count, so one code serves both families.
 */
#ifndef LVSX_TUPLE_H
#define LVSX_TUPLE_H

#include "core/env.h"

struct lvsx_tuple {
	__be32 saddr[4];
	__be32 daddr[4];
	__be16 sport;
	__be16 dport;
	u8 proto;
	u8 words;	/* 1: IPv4, 4: IPv6 */
};

static_assert(offsetof(struct lvsx_tuple, dport) == offsetof(struct lvsx_tuple, sport) + 2,
	      "ports adjoin");

/* Both ports at once, as they lie at @at of a tuple, half or header: the first of them in front. */
static __always_inline u32 lvsx_load_ports(const void *p, size_t at)
{
	u32 v;

	memcpy(&v, (const u8 *)p + at, sizeof(v));
	return v;
}

static __always_inline u32 lvsx_join_ports(__be16 first, __be16 second)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (u32)(__force u16)first << 16 | (__force u16)second;
#else
	return (__force u16)first | (u32)(__force u16)second << 16;
#endif
}

static __always_inline void lvsx_store_ports(void *p, size_t at, u32 v)
{
	memcpy((u8 *)p + at, &v, sizeof(v));
}

/* 128 secret bits. A remote party chooses the input, so the hash must be keyed. */
struct lvsx_key {
	u64 k[2];
};

/*
 * What a hash under a key begins with, see siphash.h: the same for every tuple, so computed once.
 */
struct lvsx_seed {
	u64 a, b, c, d;
};

void lvsx_tuple_seed(struct lvsx_seed *seed, const struct lvsx_key *key);

/* SipHash-1-3 (Aumasson, Bernstein) over addresses, ports and protocol. */
u64 lvsx_tuple_hash(const struct lvsx_tuple *t, const struct lvsx_seed *seed);

#endif
