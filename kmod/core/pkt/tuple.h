/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The five-tuple of a packet as it is on the wire, and its keyed hash.
 * IPv4 uses word 0 of each address, so one code serves both families.
 */
#ifndef LVSX_TUPLE_H
#define LVSX_TUPLE_H

#include "core/env.h"

enum lvsx_family { LVSX_IPV4, LVSX_IPV6 };

/* 32-bit words of an address, and its bytes. */
static __always_inline u32 lvsx_words(u8 family)
{
	return family == LVSX_IPV4 ? 1 : 4;
}

static __always_inline u32 lvsx_addr_len(u8 family)
{
	return family == LVSX_IPV4 ? 4 : 16;
}

struct lvsx_tuple {
	__be32 saddr[4];
	__be32 daddr[4];
	__be16 sport;
	__be16 dport;
	u8 proto;
	u8 family;	/* enum lvsx_family */
};

static_assert(offsetof(struct lvsx_tuple, dport) == offsetof(struct lvsx_tuple, sport) + 2,
	      "ports adjoin");

/*
 * Two adjacent IPv4 addresses at once, as they lie at @at of a half or header: the first of them in
 * the low half. @saddr and @daddr of a tuple are further apart.
 */
static __always_inline u64 lvsx_load_addrs(const void *p, size_t at)
{
	u64 v;

	memcpy(&v, (const u8 *)p + at, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = v << 32 | v >> 32;
#endif
	return v;
}

static __always_inline u64 lvsx_join_addrs(__be32 first, __be32 second)
{
	return (__force u32)first | (u64)(__force u32)second << 32;
}

static __always_inline __be32 lvsx_addrs_first(u64 addrs)
{
	return (__force __be32)(u32)addrs;
}

static __always_inline __be32 lvsx_addrs_second(u64 addrs)
{
	return (__force __be32)(u32)(addrs >> 32);
}

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

/* What a hash under a key begins with, see hash.h: the same for every tuple, so computed once. */
struct lvsx_seed {
	u64 a, b, c, d;
};

#endif
