// SPDX-License-Identifier: GPL-2.0-only
/*
 * SipHash-1-3 of a tuple. The message is addresses, ports and protocol, 13 bytes for IPv4 and 37
 * for IPv6; its last 64-bit word has room for the length that SipHash appends.
 */
#include "hash.h"
#include "siphash.h"

void lvsx_hash_seed(struct lvsx_seed *seed, const struct lvsx_key *key)
{
	u64 a = key->k[0] ^ 0x736f6d6570736575ull, b = key->k[1] ^ 0x646f72616e646f6dull;

	a += b;
	seed->a = SIP_ROTATE(a, 32);
	seed->b = SIP_ROTATE(b, 13) ^ a;
	seed->c = key->k[0] ^ 0x6c7967656e657261ull;
	seed->d = key->k[1] ^ 0x7465646279746573ull;
}

u64 lvsx_hash_tuple(const struct lvsx_tuple *t, const struct lvsx_seed *seed)
{
	const u32 ports = lvsx_load_ports(t, offsetof(struct lvsx_tuple, sport));
	u64 a = seed->a, b = seed->b, c = seed->c, d = seed->d;

	if (likely(t->family == LVSX_IPV4))
		return sip_hash_ip4(sip_ip4(lvsx_join_addrs(t->saddr[0], t->daddr[0]), ports,
					    t->proto), seed);
	SIP_BEGIN(a, b, c, d, lvsx_join_addrs(t->saddr[0], t->saddr[1]));
	SIP_ABSORB(a, b, c, d, lvsx_join_addrs(t->saddr[2], t->saddr[3]));
	SIP_ABSORB(a, b, c, d, lvsx_join_addrs(t->daddr[0], t->daddr[1]));
	SIP_ABSORB(a, b, c, d, lvsx_join_addrs(t->daddr[2], t->daddr[3]));
	SIP_ABSORB(a, b, c, d, sip_ends(ports, t->proto, SIP_LENGTH_IPV6));
	SIP_END(a, b, c, d);
	return a;
}
