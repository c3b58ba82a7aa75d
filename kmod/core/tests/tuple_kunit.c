// SPDX-License-Identifier: GPL-2.0-only
/* hash.c: the hash against another SipHash-1-3's values, and its key. */
#include "suites.h"
#include "core/pkt/hash.h"

#ifdef __KERNEL__
#include <linux/siphash.h>
#endif

/* Key 00 01 … 0f. */
static const struct lvsx_key key = { { 0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull } };

static u64 hash(const struct lvsx_tuple *t, const struct lvsx_key *with)
{
	struct lvsx_seed seed;

	lvsx_hash_seed(&seed, with);
	return lvsx_hash_tuple(t, &seed);
}

/* Bytes 00 01 02 …: addresses, then ports, as they lie in memory. */
static void fill(struct lvsx_tuple *t, u8 family)
{
	u8 count = 0;
	u8 *at;

	memset(t, 0, sizeof(*t));
	t->family = family;
	t->proto = 6;
	for (at = (u8 *)t->saddr; count < lvsx_addr_len(family); count++)
		*at++ = count;
	for (at = (u8 *)t->daddr; count < 2 * lvsx_addr_len(family); count++)
		*at++ = count;
	for (at = (u8 *)&t->sport; count < 2 * lvsx_addr_len(family) + 4; count++)
		*at++ = count;
}

static void hash_ipv4(struct kunit *test)
{
	struct lvsx_tuple t;

	fill(&t, LVSX_IPV4);
	KUNIT_EXPECT_EQ(test, hash(&t, &key), 0xcd8d82b65de47dffull);
}

static void hash_ipv6(struct kunit *test)
{
	struct lvsx_tuple t;

	fill(&t, LVSX_IPV6);
	KUNIT_EXPECT_EQ(test, hash(&t, &key), 0x770bfdb36a4ac2f6ull);
}

/* On 64 bits the kernel's hsiphash() is SipHash-1-3, cut to 32 bits. */
static void hash_agrees_with_kernel(struct kunit *test)
{
#if defined(__KERNEL__) && defined(CONFIG_64BIT) && defined(__LITTLE_ENDIAN)
	const hsiphash_key_t hkey = { { key.k[0], key.k[1] } };
	struct lvsx_tuple t;
	u8 bytes[37];
	u8 i;

	for (i = 0; i < 36; i++)
		bytes[i] = i;
	bytes[36] = 6;
	fill(&t, LVSX_IPV6);
	KUNIT_EXPECT_EQ(test, (u32)hash(&t, &key),
			hsiphash(bytes, sizeof(bytes), &hkey));
#else
	kunit_skip(test, "no 64-bit hsiphash() in this world");
#endif
}

/* Every bit of key and tuple matters. */
static void hash_depends_on_all(struct kunit *test)
{
	u32 bit;
	u8 family;

	for (family = LVSX_IPV4; family <= LVSX_IPV6; family++) {
		struct lvsx_tuple t;
		u64 first;

		fill(&t, family);
		first = hash(&t, &key);
		for (bit = 0; bit < 128; bit++) {
			struct lvsx_key other = key;

			other.k[bit / 64] ^= 1ull << bit % 64;
			KUNIT_EXPECT_NE(test, hash(&t, &other), first);
		}
		for (bit = 0; bit < 8 * sizeof(t); bit++) {
			u32 byte = bit / 8, word = byte % 16 / 4;
			u8 *at = (u8 *)&t + byte;
			bool counts = byte < 32 ? word < lvsx_words(family) : byte < 37;

			if (byte >= offsetof(struct lvsx_tuple, family))
				break;
			*at ^= 1 << bit % 8;
			KUNIT_EXPECT_EQ(test, hash(&t, &key) != first, counts);
			*at ^= 1 << bit % 8;
		}
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(hash_ipv4),
	KUNIT_CASE(hash_ipv6),
	KUNIT_CASE(hash_agrees_with_kernel),
	KUNIT_CASE(hash_depends_on_all),
	{}
};

struct kunit_suite lvsx_tuple_suite = {
	.name = "lvsx_tuple",
	.test_cases = cases,
};
