/* SPDX-License-Identifier: GPL-2.0-only */
/* A packet's five-tuple. IPv4 uses word 0 of each address, so one code serves both families. */
#ifndef LVSX_TUPLE_H
#define LVSX_TUPLE_H

#include "core/env.h"

enum lvsx_family { LVSX_IPV4, LVSX_IPV6 };

/**
 * lvsx_words() - length of an address
 * @family: enum lvsx_family
 *
 * Return: 32-bit words.
 */
static __always_inline u32 lvsx_words(u8 family)
{
	return family == LVSX_IPV4 ? 1 : 4;
}

/**
 * lvsx_addr_len() - length of an address
 * @family: enum lvsx_family
 *
 * Return: Bytes.
 */
static __always_inline u32 lvsx_addr_len(u8 family)
{
	return family == LVSX_IPV4 ? 4 : 16;
}

/**
 * struct lvsx_tuple - what identifies a packet's connection
 * @saddr: source address
 * @daddr: destination address
 * @sport: source port
 * @dport: destination port
 * @proto: enum lvsx_wire_proto
 * @family: enum lvsx_family
 */
struct lvsx_tuple {
	__be32 saddr[4];
	__be32 daddr[4];
	__be16 sport;
	__be16 dport;
	u8 proto;
	u8 family;
};

static_assert(offsetof(struct lvsx_tuple, dport) == offsetof(struct lvsx_tuple, sport) + 2,
	      "ports adjoin");

/**
 * lvsx_load_addrs() - load two adjacent IPv4 addresses at once
 * @p: a half or an IP header; in a tuple they do not adjoin, see lvsx_join_addrs()
 * @at: their offset
 *
 * Return: The first address in the low half, the second in the high half, each as a __be32.
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

/**
 * lvsx_join_addrs() - join two IPv4 addresses as lvsx_load_addrs() does
 * @first: goes into the low half
 * @second: goes into the high half
 *
 * Return: Both.
 */
static __always_inline u64 lvsx_join_addrs(__be32 first, __be32 second)
{
	return (__force u32)first | (u64)(__force u32)second << 32;
}

/**
 * lvsx_addrs_first() - the first of two joined addresses
 * @addrs: as lvsx_load_addrs() returns them
 *
 * Return: The address.
 */
static __always_inline __be32 lvsx_addrs_first(u64 addrs)
{
	return (__force __be32)(u32)addrs;
}

/**
 * lvsx_addrs_second() - the second of two joined addresses
 * @addrs: as lvsx_load_addrs() returns them
 *
 * Return: The address.
 */
static __always_inline __be32 lvsx_addrs_second(u64 addrs)
{
	return (__force __be32)(u32)(addrs >> 32);
}

/**
 * lvsx_load_ports() - load two adjacent ports at once
 * @p: a tuple, half or header
 * @at: their offset
 *
 * Return: Both, in the order that they have in memory.
 */
static __always_inline u32 lvsx_load_ports(const void *p, size_t at)
{
	u32 v;

	memcpy(&v, (const u8 *)p + at, sizeof(v));
	return v;
}

/**
 * lvsx_join_ports() - join two ports as lvsx_load_ports() does
 * @first: the one that comes first in memory
 * @second: the one behind it
 *
 * Return: Both.
 */
static __always_inline u32 lvsx_join_ports(__be16 first, __be16 second)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	return (u32)(__force u16)first << 16 | (__force u16)second;
#else
	return (__force u16)first | (u32)(__force u16)second << 16;
#endif
}

/**
 * lvsx_store_ports() - store two adjacent ports at once
 * @p: a tuple, half or header
 * @at: their offset
 * @v: as lvsx_load_ports() returns them
 */
static __always_inline void lvsx_store_ports(void *p, size_t at, u32 v)
{
	memcpy((u8 *)p + at, &v, sizeof(v));
}

/**
 * struct lvsx_key - the hash's secret: remote parties choose the input, so it must be keyed
 * @k: 128 random bits
 */
struct lvsx_key {
	u64 k[2];
};

/**
 * struct lvsx_seed - what hashing under a key starts from, computed once by lvsx_hash_seed()
 * @a: first word of the state
 * @b: second
 * @c: third
 * @d: fourth
 */
struct lvsx_seed {
	u64 a, b, c, d;
};

#endif
