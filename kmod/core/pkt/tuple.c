// SPDX-License-Identifier: GPL-2.0-only
/*
 * SipHash-1-3 over a tuple, with the rounds in line: once for every packet. The message is the 13
 * bytes of addresses, ports and protocol for IPv4, 37 for IPv6; the last of its 64-bit words has
 * room for the length as well. Any context, pure.
 */
#include "siphash.h"

static __always_inline void absorb(struct sip *s, u64 word)
{
	sip_absorb(s, &word);
}

void lvsx_tuple_seed(struct lvsx_seed *seed, const struct lvsx_key *key)
{
	u64 a = key->k[0] ^ 0x736f6d6570736575ull, b = key->k[1] ^ 0x646f72616e646f6dull;

	a += b;
	seed->a = SIP_ROTATE(a, 32);
	seed->b = SIP_ROTATE(b, 13) ^ a;
	seed->c = key->k[0] ^ 0x6c7967656e657261ull;
	seed->d = key->k[1] ^ 0x7465646279746573ull;
}

u64 lvsx_tuple_hash(const struct lvsx_tuple *t, const struct lvsx_seed *seed)
{
	const u64 first = sip_pair(t->saddr[0], t->saddr[1]);
	struct sip s;

	if (likely(t->words == 1))
		return sip_ip4(t, seed);
	sip_begin(&s, seed, &first);
	absorb(&s, sip_pair(t->saddr[2], t->saddr[3]));
	absorb(&s, sip_pair(t->daddr[0], t->daddr[1]));
	absorb(&s, sip_pair(t->daddr[2], t->daddr[3]));
	absorb(&s, sip_last(t, SIP_LENGTH_IPV6));
	sip_end(&s);
	return s.a;
}
