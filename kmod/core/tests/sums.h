/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sums of a packet, from scratch: the check that incremental arithmetic is held against. A
 * residue is the ones' complement sum over all that a checksum covers, the checksum included, and
 * for L4 the pseudo header; 0 when it is right. Translation must leave every residue as it was:
 * right ones right, and broken packets exactly as broken as they came.
 */
#ifndef LVSX_TESTS_SUMS_H
#define LVSX_TESTS_SUMS_H

#include "core/pkt/packet.h"

struct sums {
	u16 ip;		/* IPv4 header */
	u16 l4;		/* TCP, UDP or ICMP */
	u16 quoted_ip;
	u16 quoted_l4;	/* only when all of the quoted packet is there */
	bool bare;	/* UDP without a checksum */
};

/* Of @bytes, which @pkt was parsed from (before or after translation: only offsets are used). */
void sums_of(const struct lvsx_pkt *pkt, const u8 *bytes, struct sums *s);

bool sums_equal(const struct sums *a, const struct sums *b);

/* The ones' complement sum of @len bytes, the first being the high one; @sum is added. */
u16 sum_bytes(const u8 *bytes, u32 len, u32 sum);

/* A checksum that makes @len bytes with @pseudo right, where its field is 0 now. */
u16 sum_check(const u8 *bytes, u32 len, u32 pseudo);

/* Pseudo header: addresses at @saddr and @daddr of @words words each. */
u16 sum_pseudo(const u8 *saddr, const u8 *daddr, u8 family, u8 proto, u32 len);

#endif
