/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The steps of SipHash-1-3 (Aumasson, Bernstein) on u64, or on what a file defines SIP_WORD as
 * before it includes this: a vector of them, for as many hashes at a time.
 */
#ifndef LVSX_SIPHASH_H
#define LVSX_SIPHASH_H

#include "tuple.h"

#ifndef SIP_WORD
#define SIP_WORD u64
#define SIP_ONE
#endif

struct sip {
	SIP_WORD a, b, c, d;
};

#define SIP_ROTATE(x, by) ((x) << (by) | (x) >> (64 - (by)))

/* SipRound, figure 2.1 of the paper: what follows the rotations of a, b and d… */
static __always_inline void sip_mix_rest(struct sip *s)
{
	s->a += s->d;
	s->c += s->b;
	s->d = SIP_ROTATE(s->d, 21) ^ s->a;
	s->b = SIP_ROTATE(s->b, 17) ^ s->c;
	s->c = SIP_ROTATE(s->c, 32);
}

/* …and all of it. */
static __always_inline void sip_mix(struct sip *s)
{
	s->a += s->b;
	s->c += s->d;
	s->b = SIP_ROTATE(s->b, 13) ^ s->a;
	s->d = SIP_ROTATE(s->d, 16) ^ s->c;
	s->a = SIP_ROTATE(s->a, 32);
	sip_mix_rest(s);
}

/*
 * The first word comes into d, and of the round that follows, the steps that only read a and b are
 * the same for every message: they have been taken in a seed.
 */
static __always_inline void sip_begin(struct sip *s, const struct lvsx_seed *seed,
				      const SIP_WORD *word)
{
	const SIP_WORD zero = { 0 };

	s->a = zero + seed->a;
	s->b = zero + seed->b;
	s->d = *word ^ seed->d;
	s->c = s->d + seed->c;
	s->d = SIP_ROTATE(s->d, 16) ^ s->c;
	sip_mix_rest(s);
	s->a ^= *word;
}

static __always_inline void sip_absorb(struct sip *s, const SIP_WORD *word)
{
	s->d ^= *word;
	sip_mix(s);
	s->a ^= *word;
}

/* The hash is left in @s->a. */
static __always_inline void sip_end(struct sip *s)
{
	s->c ^= 0xff;
	sip_mix(s);
	sip_mix(s);
	sip_mix(s);
	s->a ^= s->b ^ s->c ^ s->d;
}

/* The last word of a tuple's message: ports and protocol, and how long all of it is. */
static __always_inline u64 sip_ends(u32 ports, u8 proto, u64 length)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	ports = ports << 16 | ports >> 16;
#endif
	return ports | (u64)proto << 32 | length << 56;
}

static __always_inline u64 sip_last(const struct lvsx_tuple *t, u64 length)
{
	return sip_ends(lvsx_load_ports(t, offsetof(struct lvsx_tuple, sport)), t->proto, length);
}

static __always_inline u64 sip_pair(__be32 low, __be32 high)
{
	return (__force u32)low | (u64)(__force u32)high << 32;
}

#define SIP_LENGTH_IPV4 13
#define SIP_LENGTH_IPV6 37

#ifdef SIP_ONE
/* The hash of a message of two words. */
static __always_inline u64 sip_two(u64 first, u64 last, const struct lvsx_seed *seed)
{
	struct sip s;

	sip_begin(&s, seed, &first);
	sip_absorb(&s, &last);
	sip_end(&s);
	return s.a;
}

/* lvsx_tuple_hash() of an IPv4 tuple, in line. */
static __always_inline u64 sip_ip4(const struct lvsx_tuple *t, const struct lvsx_seed *seed)
{
	return sip_two(sip_pair(t->saddr[0], t->daddr[0]), sip_last(t, SIP_LENGTH_IPV4), seed);
}
#endif

#endif
