// SPDX-License-Identifier: GPL-2.0-only
/*
 * SipHash-1-3 over a tuple, with the rounds in line: once for every packet. The message is the
 * tuple as 64-bit words: 16 bytes for IPv4 (addresses; ports and protocol), 40 for IPv6 (four words
 * of addresses first). Any context, pure.
 */
#include "tuple.h"

struct sip {
	u64 a, b, c, d;
};

static __always_inline u64 rotate(u64 x, unsigned int by)
{
	return x << by | x >> (64 - by);
}

/* SipRound, figure 2.1 of the SipHash paper */
static __always_inline void mix(struct sip *s)
{
	s->a += s->b;
	s->c += s->d;
	s->b = rotate(s->b, 13) ^ s->a;
	s->d = rotate(s->d, 16) ^ s->c;
	s->a = rotate(s->a, 32) + s->d;
	s->c += s->b;
	s->d = rotate(s->d, 21) ^ s->a;
	s->b = rotate(s->b, 17) ^ s->c;
	s->c = rotate(s->c, 32);
}

static __always_inline void absorb(struct sip *s, u64 word)
{
	s->d ^= word;
	mix(s);
	s->a ^= word;
}

static __always_inline u64 pair(__be32 low, __be32 high)
{
	return (__force u32)low | (u64)(__force u32)high << 32;
}

u64 lvsx_tuple_hash(const struct lvsx_tuple *t, const struct lvsx_key *key)
{
	struct sip s = {
		key->k[0] ^ 0x736f6d6570736575ull, key->k[1] ^ 0x646f72616e646f6dull,
		key->k[0] ^ 0x6c7967656e657261ull, key->k[1] ^ 0x7465646279746573ull,
	};
	u64 ends = (__force u16)t->sport | (u64)(__force u16)t->dport << 16 | (u64)t->proto << 32;
	u64 length = 16;

	if (t->words == 1) {
		absorb(&s, pair(t->saddr[0], t->daddr[0]));
	} else {
		absorb(&s, pair(t->saddr[0], t->saddr[1]));
		absorb(&s, pair(t->saddr[2], t->saddr[3]));
		absorb(&s, pair(t->daddr[0], t->daddr[1]));
		absorb(&s, pair(t->daddr[2], t->daddr[3]));
		length = 40;
	}
	absorb(&s, ends);
	absorb(&s, length << 56);
	s.c ^= 0xff;
	mix(&s);
	mix(&s);
	mix(&s);
	return s.a ^ s.b ^ s.c ^ s.d;
}
