/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The data path for an I/O whose packets come in bursts. Each step is done for the whole burst and
 * prefetches what the next step reads, so that memory latency is hidden; then the fast or the slow
 * path takes the packets one by one, in order. Owner's CPU.
 */
#ifndef LVSX_BURST_H
#define LVSX_BURST_H

#include "fastpath.h"
#include "path.h"

#define LVSX_BURST 64

/* So many hashes at a time; the compiler splits them into vectors that the CPU has. */
#define LVSX_BURST_LANES 8
typedef u64 lvsx_lanes __attribute__((vector_size(LVSX_BURST_LANES * sizeof(u64)), may_alias));

static_assert(LVSX_BURST % LVSX_BURST_LANES == 0, "whole vectors");

/**
 * struct lvsx_burst - scratch memory for lvsx_path_burst(): what is known of each packet
 * @addrs: keys of plain packets, see struct sip_ip4
 * @ends: their second words
 * @hash: hashes of the keys
 * @bucket: buckets that the hashes belong to
 * @guess: halves that the packets may match, NULL: none
 * @hdr: headers; protocol 0: not plain
 */
struct lvsx_burst {
	u64 addrs[LVSX_BURST] LVSX_LINE_ALIGNED;
	u64 ends[LVSX_BURST] LVSX_LINE_ALIGNED;
	u64 hash[LVSX_BURST] LVSX_LINE_ALIGNED;
	struct lvsx_bucket *bucket[LVSX_BURST];
	struct lvsx_half *guess[LVSX_BURST];
	struct lvsx_hdr hdr[LVSX_BURST];
};

/* Headers and keys of plain packets. */
static __always_inline void lvsx_burst_parse(struct lvsx_burst *b, struct lvsx_pkt *pkt, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		struct lvsx_hdr hdr = {};
		struct sip_ip4 key;

		if (likely(pkt[i].family == LVSX_IPV4))
			hdr = lvsx_parse_plain(pkt[i].data, pkt[i].len, pkt[i].total);
		key = sip_ip4(hdr.addrs, hdr.ports, hdr.proto);
		b->hdr[i] = hdr;
		b->addrs[i] = key.addrs;
		b->ends[i] = key.ends;
	}
}

/* The hashes of all keys; that of a packet that is not plain is not used. */
static __always_inline void lvsx_burst_hash(struct lvsx_burst *burst, u32 n,
					    const struct lvsx_seed *seed)
{
	const lvsx_lanes *addrs = (const lvsx_lanes *)burst->addrs;
	const lvsx_lanes *ends = (const lvsx_lanes *)burst->ends;
	lvsx_lanes *hash = (lvsx_lanes *)burst->hash;
	const lvsx_lanes zero = { 0 };
	u32 i;

	for (i = 0; i < (n + LVSX_BURST_LANES - 1) / LVSX_BURST_LANES; i++) {
		lvsx_lanes a = zero + seed->a, b = zero + seed->b;
		lvsx_lanes c = zero + seed->c, d = zero + seed->d;

		SIP_BEGIN(a, b, c, d, addrs[i]);
		SIP_ABSORB(a, b, c, d, ends[i]);
		SIP_END(a, b, c, d);
		hash[i] = a;
	}
}

/* The half that each may match: the first of its bucket with the right tag. */
static __always_inline void lvsx_burst_guess(struct lvsx_burst *b, u32 n,
					     const struct lvsx_table *t)
{
	const struct lvsx_arena arena = t->arena;
	u32 i;

	for (i = 0; i < n; i++) {
		b->bucket[i] = lvsx_bucket_of(t, (u32)b->hash[i]);
		prefetch(b->bucket[i]);
	}
	for (i = 0; i < n; i++) {
		struct lvsx_half *half = lvsx_bucket_first(&arena, b->bucket[i], (u32)b->hash[i]);

		if (unlikely(!half && b->bucket[i]->next))
			prefetch(lvsx_line(&arena, b->bucket[i]->next));
		else
			prefetch(half);
		b->guess[i] = half;
	}
}

/* One packet of a burst, by the fast path if possible. Those before it may have ended its flow. */
static __always_inline u8 lvsx_burst_one(const struct lvsx_fast_io *io, struct lvsx_burst *b, u32 i,
					 struct lvsx_pkt *pkt, const struct lvsx_plane *plane)
{
	struct lvsx_half *half = b->guess[i];
	int verdict;

	if (unlikely(!b->hdr[i].proto)) {
		verdict = lvsx_path(pkt, plane);
	} else {
		const struct sip_ip4 key = { b->addrs[i], b->ends[i] };

		lvsx_parse_set(pkt, b->hdr[i]);
		if (likely(half && half->line && lvsx_half_is_plain(half, key) &&
			   lvsx_fastpath_takes(b->hdr[i]) && lvsx_fastpath_serves(half) &&
			   lvsx_fastpath_forward(io, pkt, half)))
			return LVSX_FORWARD;
		pkt->hash = b->hash[i];
		pkt->bucket = lvsx_bucket_of(plane->table, (u32)pkt->hash);
		verdict = lvsx_path_hashed(pkt, plane, half);
	}
	if (verdict == LVSX_FORWARD)
		io->send(pkt, pkt->half->flags & LVSX_HALF_REV);
	return (u8)verdict;
}

/**
 * lvsx_path_burst() - take packets through the data path, each as lvsx_path() would, in order
 * @io: the I/O's primitives
 * @b: scratch memory
 * @pkt: the packets, as the I/O filled them in
 * @n: how many, LVSX_BURST at most
 * @plane: this CPU's
 * @verdict: the verdict of each; those forwarded have been given to @io->send, and pkt->reason
 *	says nothing of them
 *
 * Context: Owner's CPU, softirq.
 */
static __always_inline void lvsx_path_burst(const struct lvsx_fast_io *io, struct lvsx_burst *b,
					    struct lvsx_pkt *pkt, u32 n,
					    const struct lvsx_plane *plane, u8 *verdict)
{
	u32 i;

	lvsx_burst_parse(b, pkt, n);
	lvsx_burst_hash(b, n, &plane->table->seed);
	lvsx_burst_guess(b, n, plane->table);
	for (i = 0; i < n; i++)
		verdict[i] = lvsx_burst_one(io, b, i, &pkt[i], plane);
}

#endif
