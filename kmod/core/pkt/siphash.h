/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The steps of SipHash-1-3 (Aumasson, Bernstein), as macros: their variables are u64, or vectors of
 * them, for as many hashes at a time.
 */
#ifndef LVSX_SIPHASH_H
#define LVSX_SIPHASH_H

#include "tuple.h"

#define SIP_ROTATE(x, by) ((x) << (by) | (x) >> (64 - (by)))

/* SipRound, figure 2.1 of the paper: what follows the rotations of a, b and d… */
#define SIP_MIX_REST(a, b, c, d) do { \
	(a) += (d); \
	(c) += (b); \
	(d) = SIP_ROTATE(d, 21) ^ (a); \
	(b) = SIP_ROTATE(b, 17) ^ (c); \
	(c) = SIP_ROTATE(c, 32); \
} while (0)

/* …and all of it. */
#define SIP_MIX(a, b, c, d) do { \
	(a) += (b); \
	(c) += (d); \
	(b) = SIP_ROTATE(b, 13) ^ (a); \
	(d) = SIP_ROTATE(d, 16) ^ (c); \
	(a) = SIP_ROTATE(a, 32); \
	SIP_MIX_REST(a, b, c, d); \
} while (0)

/*
 * a to d begin as a seed. The first word comes into d, and of the round that follows, the steps
 * that only read a and b are the same for every message: they have been taken in the seed.
 */
#define SIP_BEGIN(a, b, c, d, word) do { \
	(d) ^= (word); \
	(c) += (d); \
	(d) = SIP_ROTATE(d, 16) ^ (c); \
	SIP_MIX_REST(a, b, c, d); \
	(a) ^= (word); \
} while (0)

#define SIP_ABSORB(a, b, c, d, word) do { \
	(d) ^= (word); \
	SIP_MIX(a, b, c, d); \
	(a) ^= (word); \
} while (0)

/* The hash is left in @a. */
#define SIP_END(a, b, c, d) do { \
	(c) ^= 0xff; \
	SIP_MIX(a, b, c, d); \
	SIP_MIX(a, b, c, d); \
	SIP_MIX(a, b, c, d); \
	(a) ^= (b) ^ (c) ^ (d); \
} while (0)

/* What an IPv4 tuple is hashed and compared by: the two words of its message. */
struct sip_ip4 {
	u64 addrs;	/* source and destination, as lvsx_load_addrs() has them */
	u64 ends;	/* ports, protocol, the message's length */
};

#define SIP_LENGTH_IPV4 13
#define SIP_LENGTH_IPV6 37

/* The last word of a tuple's message: ports and protocol, and how long all of it is. */
static __always_inline u64 sip_ends(u32 ports, u8 proto, u64 length)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	ports = ports << 16 | ports >> 16;
#endif
	return ports | (u64)proto << 32 | length << 56;
}

static __always_inline struct sip_ip4 sip_ip4(u64 addrs, u32 ports, u8 proto)
{
	return (struct sip_ip4){ .addrs = addrs, .ends = sip_ends(ports, proto, SIP_LENGTH_IPV4) };
}

static __always_inline u64 sip_hash_ip4(struct sip_ip4 key, const struct lvsx_seed *seed)
{
	u64 a = seed->a, b = seed->b, c = seed->c, d = seed->d;

	SIP_BEGIN(a, b, c, d, key.addrs);
	SIP_ABSORB(a, b, c, d, key.ends);
	SIP_END(a, b, c, d);
	return a;
}

#endif
