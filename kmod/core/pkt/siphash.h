/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The steps of SipHash-1-3 (Aumasson, Bernstein), as macros: their arguments are u64, or vectors of
 * u64 for that many hashes at a time.
 */
#ifndef LVSX_SIPHASH_H
#define LVSX_SIPHASH_H

#include "tuple.h"

#define SIP_ROTATE(x, by) ((x) << (by) | (x) >> (64 - (by)))

/* SipRound, figure 2.1 of the paper: the part after the first rotations of a, b and d… */
#define SIP_MIX_REST(a, b, c, d) do { \
	(a) += (d); \
	(c) += (b); \
	(d) = SIP_ROTATE(d, 21) ^ (a); \
	(b) = SIP_ROTATE(b, 17) ^ (c); \
	(c) = SIP_ROTATE(c, 32); \
} while (0)

/* …and the whole round. */
#define SIP_MIX(a, b, c, d) do { \
	(a) += (b); \
	(c) += (d); \
	(b) = SIP_ROTATE(b, 13) ^ (a); \
	(d) = SIP_ROTATE(d, 16) ^ (c); \
	(a) = SIP_ROTATE(a, 32); \
	SIP_MIX_REST(a, b, c, d); \
} while (0)

/*
 * @a to @d start as the seed. The first word goes into @d; those steps of the round after it that
 * read only @a and @b are the same for every message, and lvsx_hash_seed() has taken them.
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

/**
 * struct sip_ip4 - the message of an IPv4 tuple, which is hashed and compared by it
 * @addrs: source and destination, as lvsx_load_addrs() returns them
 * @ends: ports, protocol and the message's length, see sip_ends()
 */
struct sip_ip4 {
	u64 addrs;
	u64 ends;
};

#define SIP_LENGTH_IPV4 13
#define SIP_LENGTH_IPV6 37

/**
 * sip_ends() - the last word of a tuple's message
 * @ports: as lvsx_load_ports() returns them
 * @proto: the protocol
 * @length: of the message, SIP_LENGTH_IPV4 or SIP_LENGTH_IPV6
 *
 * Return: Ports in the low 32 bits, then the protocol; the length in the top byte.
 */
static __always_inline u64 sip_ends(u32 ports, u8 proto, u64 length)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	ports = ports << 16 | ports >> 16;
#endif
	return ports | (u64)proto << 32 | length << 56;
}

/**
 * sip_ip4() - the message of an IPv4 tuple
 * @addrs: as lvsx_load_addrs() returns them
 * @ports: as lvsx_load_ports() returns them
 * @proto: the protocol
 *
 * Return: The message.
 */
static __always_inline struct sip_ip4 sip_ip4(u64 addrs, u32 ports, u8 proto)
{
	return (struct sip_ip4){ .addrs = addrs, .ends = sip_ends(ports, proto, SIP_LENGTH_IPV4) };
}

/**
 * sip_hash_ip4() - lvsx_hash_tuple() of an IPv4 tuple, in line
 * @key: the tuple's message
 * @seed: the prepared key
 *
 * Return: The hash.
 */
static __always_inline u64 sip_hash_ip4(struct sip_ip4 key, const struct lvsx_seed *seed)
{
	u64 a = seed->a, b = seed->b, c = seed->c, d = seed->d;

	SIP_BEGIN(a, b, c, d, key.addrs);
	SIP_ABSORB(a, b, c, d, key.ends);
	SIP_END(a, b, c, d);
	return a;
}

#endif
