// SPDX-License-Identifier: GPL-2.0-only
/* Which CPU a reply arrives on, see portmap.h. */
#include "portmap.h"
#include "core/pkt/tuple.h"

static u32 portmap_key_word(const u8 *p)
{
	return (u32)p[0] << 24 | (u32)p[1] << 16 | (u32)p[2] << 8 | p[3];
}

/*
 * Toeplitz of @bits bits of @value, highest first, which are at byte @at of the input: each bit set
 * XORs in the 32 bits of the key from the bit's own position on.
 */
static u32 portmap_hash_bits(const u8 *key, u32 at, u32 value, u32 bits)
{
	u64 window = (u64)portmap_key_word(key + at) << 32 |
		     (bits > 16 ? portmap_key_word(key + at + 4) :
				  (u32)key[at + 4] << 24 | (u32)key[at + 5] << 16);
	u32 hash = 0;

	while (bits--) {
		hash ^= (u32)(window >> 32) & -(value >> bits & 1);
		window <<= 1;
	}
	return hash;
}

u32 lvsx_portmap_toeplitz(const u8 *key, const struct lvsx_tuple *t)
{
	u32 words = lvsx_words(t->family), hash = 0, i;

	for (i = 0; i < words; i++) {
		hash ^= portmap_hash_bits(key, 4 * i, ntohl(t->saddr[i]), 32);
		hash ^= portmap_hash_bits(key, 4 * (words + i), ntohl(t->daddr[i]), 32);
	}
	hash ^= portmap_hash_bits(key, 8 * words, ntohs(t->sport), 16);
	return hash ^ portmap_hash_bits(key, 8 * words + 2, ntohs(t->dport), 16);
}

static u32 portmap_class_of(const struct lvsx_portmap *r, u16 port, u8 family)
{
	u32 hash = r->toeplitz ? portmap_hash_bits(r->key, 8 * lvsx_words(family) + 2, port, 16) :
				 port;

	return hash & (LVSX_PORT_CLASSES - 1);
}

/* Counting sort. The counts are in start[], one place ahead, and become the starts. */
static void portmap_sort_ports(struct lvsx_portmap *r, struct lvsx_portmap_ports *p, u8 family)
{
	u32 port, class;

	memset(p->start, 0, sizeof(p->start));
	for (port = LVSX_PORT_MIN; port <= LVSX_PORT_MAX; port++)
		p->start[portmap_class_of(r, (u16)port, family) + 1]++;
	for (class = 0; class < LVSX_PORT_CLASSES; class++)
		p->start[class + 1] += p->start[class];
	for (port = LVSX_PORT_MAX; port >= LVSX_PORT_MIN; port--)
		p->port[--p->start[portmap_class_of(r, (u16)port, family) + 1]] = (u16)port;
	/* Each count has come down to its class's start: shift them to their own places. */
	for (class = 0; class < LVSX_PORT_CLASSES; class++)
		p->start[class] = p->start[class + 1];
	p->start[LVSX_PORT_CLASSES] = LVSX_PORTS;
}

static void portmap_build_classes(struct lvsx_portmap *r)
{
	portmap_sort_ports(r, &r->ports[LVSX_IPV4], LVSX_IPV4);
	portmap_sort_ports(r, &r->ports[LVSX_IPV6], LVSX_IPV6);
}

void lvsx_portmap_init_rr(struct lvsx_portmap *r, u32 generation, const u16 *cpu, u16 cpus)
{
	u32 i;

	memset(r, 0, sizeof(*r));
	r->generation = generation;
	for (i = 0; i < LVSX_PORT_CLASSES; i++)
		r->cpu_of[i] = cpus ? cpu[i % cpus] : LVSX_NO_CPU;
	portmap_build_classes(r);
}

static bool portmap_indir_names(const u16 *indir, u32 indir_size, u16 cpu)
{
	u32 i;

	for (i = 0; i < indir_size; i++)
		if (indir[i] == cpu)
			return true;
	return false;
}

/*
 * Assign the classes that round-robin would give to @cpu, the @turn-th of @cpus. If the NIC sends
 * packets to @cpu they go where the NIC sends them.
 */
static void portmap_assign_cpu(struct lvsx_portmap *r, const u16 *indir, u32 indir_size, u16 cpu,
			       u32 turn, u32 cpus)
{
	bool served = portmap_indir_names(indir, indir_size, cpu);
	u32 i;

	for (i = turn; i < LVSX_PORT_CLASSES; i += cpus) {
		u16 home = indir[i & (indir_size - 1)];

		r->cpu_of[i] = served && home != LVSX_NO_CPU ? home : cpu;
	}
}

bool lvsx_portmap_init_rss(struct lvsx_portmap *r, u32 generation, const u8 *key, u32 key_len,
			   const u16 *indir, u32 indir_size, const u16 *cpu, u16 cpus)
{
	u32 i;

	if (key_len < LVSX_RSS_KEY_LEN || !cpus || !indir_size || indir_size > LVSX_PORT_CLASSES ||
	    indir_size & (indir_size - 1))
		return false;
	memset(r, 0, sizeof(*r));
	r->generation = generation;
	r->toeplitz = true;
	memcpy(r->key, key, LVSX_RSS_KEY_LEN);
	for (i = 0; i < cpus; i++)
		portmap_assign_cpu(r, indir, indir_size, cpu[i], i, cpus);
	portmap_build_classes(r);
	return true;
}

u32 lvsx_portmap_base(const struct lvsx_portmap *r, const __be32 *real, const __be32 *local,
		      __be16 rport, u8 family)
{
	struct lvsx_tuple t = { .sport = rport, .family = family };

	if (!r->toeplitz)
		return 0;
	memcpy(t.saddr, real, lvsx_addr_len(family));
	memcpy(t.daddr, local, lvsx_addr_len(family));
	return lvsx_portmap_toeplitz(r->key, &t) & (LVSX_PORT_CLASSES - 1);
}

u16 lvsx_portmap_cpu(const struct lvsx_portmap *r, const struct lvsx_tuple *reply)
{
	u32 hash = r->toeplitz ? lvsx_portmap_toeplitz(r->key, reply) : ntohs(reply->dport);

	return r->cpu_of[hash & (LVSX_PORT_CLASSES - 1)];
}
