// SPDX-License-Identifier: GPL-2.0-only
/* csum.h: an incremental update must give the same as a sum from scratch. */
#include "suites.h"
#include "random.h"
#include "sums.h"
#include "core/pkt/csum.h"

#define SIZE 64

static u16 to_host(__sum16 check)
{
	return ntohs((__force __be16)check);
}

static __sum16 to_wire(u16 check)
{
	return (__force __sum16)htons(check);
}

static void fold_keeps_value(struct kunit *test)
{
	u32 state = 1, i;

	KUNIT_EXPECT_EQ(test, lvsx_csum_fold(0), 0);
	KUNIT_EXPECT_EQ(test, lvsx_csum_fold(0xffff), 0xffff);
	KUNIT_EXPECT_EQ(test, lvsx_csum_fold(0x10000), 1);
	KUNIT_EXPECT_EQ(test, lvsx_csum_fold(~0ull), 0xffff);
	for (i = 0; i < 2000; i++) {
		u64 sum = (u64)random_next(&state) << 32 | random_next(&state);
		u16 folded = lvsx_csum_fold(sum);
		u32 rest = (u32)(sum >> 32) % 0xffff + (u32)sum % 0xffff;

		KUNIT_ASSERT_EQ(test, folded % 0xffff, rest % 0xffff);
		KUNIT_ASSERT_NE(test, folded, 0);
	}
}

/* Random bytes, some words replaced: the old checksum plus the delta is the new checksum. */
static void apply_equals_anew(struct kunit *test)
{
	u32 state = 2, round;

	for (round = 0; round < 2000; round++) {
		u32 changes = random_next(&state) % 4 + 1, size = random_next(&state) % SIZE + 5, i;
		u8 bytes[SIZE + 5];
		u64 delta = 0;
		__sum16 check;
		u16 anew;

		random_bytes(&state, bytes, size);
		check = to_wire(sum_check(bytes, size, 0));
		for (i = 0; i < changes; i++) {
			u32 at = random_next(&state) % (size - 3) & ~1u;
			__be32 old32, new32 = (__force __be32)random_next(&state);
			__be16 old16, new16 = (__force __be16)(u16)random_next(&state);

			if (i & 1) {
				memcpy(&old16, bytes + at, 2);
				memcpy(bytes + at, &new16, 2);
				delta += lvsx_csum_diff16(old16, new16);
			} else {
				memcpy(&old32, bytes + at, 4);
				memcpy(bytes + at, &new32, 4);
				delta += lvsx_csum_diff32(old32, new32);
			}
		}
		check = lvsx_csum_apply(check, lvsx_csum_fold(delta));
		anew = sum_check(bytes, size, 0);
		KUNIT_ASSERT_EQ(test, to_host(check) % 0xffff, anew % 0xffff);
	}
}

/* The same delta on a sum that is not inverted. */
static void apply_partial_equals_anew(struct kunit *test)
{
	u32 state = 3, round;

	for (round = 0; round < 2000; round++) {
		u8 old[32], new_[32];
		u64 delta = 0;
		__sum16 sum;
		u32 i;

		random_bytes(&state, old, sizeof(old));
		random_bytes(&state, new_, sizeof(new_));
		for (i = 0; i < sizeof(old); i += 4) {
			__be32 a, b;

			memcpy(&a, old + i, 4);
			memcpy(&b, new_ + i, 4);
			delta += lvsx_csum_diff32(a, b);
		}
		sum = lvsx_csum_apply_partial(to_wire(sum_bytes(old, sizeof(old), 0)),
					      lvsx_csum_fold(delta));
		KUNIT_ASSERT_EQ(test, to_host(sum) % 0xffff,
				sum_bytes(new_, sizeof(new_), 0) % 0xffff);
	}
}

static void replacing_by_itself_changes_nothing(struct kunit *test)
{
	u32 check;

	for (check = 0; check < 0xffff; check++) {
		__be32 word = (__force __be32)(check * 65539);
		u16 delta = lvsx_csum_fold(lvsx_csum_diff32(word, word));

		KUNIT_ASSERT_EQ(test, to_host(lvsx_csum_apply(to_wire(check), delta)), check);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(fold_keeps_value),
	KUNIT_CASE(apply_equals_anew),
	KUNIT_CASE(apply_partial_equals_anew),
	KUNIT_CASE(replacing_by_itself_changes_nothing),
	{}
};

struct kunit_suite lvsx_csum_suite = {
	.name = "lvsx_csum",
	.test_cases = cases,
};
