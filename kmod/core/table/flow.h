/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A flow is one object with two halves, side by side. Each half holds all that its direction needs
 * to match and to translate a packet: one 64-byte line where both sides are IPv4, else two. Behind
 * them is an extension line for those flows that need one. The table finds a half by the tuple that
 * a packet carries, whatever its family.
 *
 * A table belongs to one CPU. Only that CPU inserts, removes, grows and expires, always in softirq
 * or with softirqs off. Other CPUs may look flows up (lvsx_flow_find_remote(), inside an RCU
 * read-side critical section) and may write the fields marked "any CPU". A removed flow's memory is
 * not reused before lvsx_flow_reclaim(), when no reader is left.
 *
 * The index is linear hashing over 64-byte buckets of ten (tag, line) entries, with overflow
 * buckets chained behind. It grows one bucket at a time: no packet ever waits for a big rehash.
 */
#ifndef LVSX_FLOW_H
#define LVSX_FLOW_H

#include "arena.h"
#include "core/pkt/tuple.h"

#define LVSX_BUCKET_SLOTS 10

/**
 * struct lvsx_bucket - one line of the index
 * @tag: bits 16 to 31 of each entry's hash
 * @next: line of the overflow bucket behind it, 0: none; only a full bucket has one
 * @word: the same, four tags at a time
 * @ref: line of each entry's half, 0: empty
 */
struct lvsx_bucket {
	union {
		struct {
			u16 tag[LVSX_BUCKET_SLOTS];
			u32 next;
		};
		u64 word[3];
	};
	u32 ref[LVSX_BUCKET_SLOTS];
} LVSX_LINE_ALIGNED;

/* What a half is. Only LVSX_KIND_SLOW ever changes. The fast path takes kind 0 and nothing else. */
enum lvsx_kind {
	LVSX_KIND_MATCH6 = 1,	/* matches IPv6 packets */
	LVSX_KIND_REWRITE6 = 2,	/* rewrites them to IPv6 packets */
	LVSX_KIND_EXT = 4,	/* the flow has an extension line */
	LVSX_KIND_SLOW = 8,	/* needs more than a translation of addresses and ports */
};

#define LVSX_KIND_WIDE (LVSX_KIND_MATCH6 | LVSX_KIND_REWRITE6)

/* All but LVSX_HALF_REV are in the forward half alone. */
enum lvsx_half_flag {
	LVSX_HALF_REV = 1,	/* this is the reverse half; never changes */
	LVSX_HALF_FIN = 2,	/* any CPU: @seq is where the client's FIN ends */
	LVSX_HALF_ACTIVE = 4,	/* any CPU: counts as active at the real server */
	LVSX_HALF_REUSE_TS = 8,	/* any CPU: @seq is a timestamp, not a sequence number */
	LVSX_HALF_REUSE = 16,	/* any CPU: the FIN is acknowledged, @seq limits the next SYN */
	LVSX_HALF_DEAD = 32,	/* removed; LVSX_HALF_ACTIVE is final */
	LVSX_HALF_END = 64,	/* any CPU: other CPUs take it as ended; its owner is to end it */
};

#define LVSX_HALF_CLOSING (LVSX_HALF_FIN | LVSX_HALF_REUSE | LVSX_HALF_REUSE_TS)

/**
 * struct lvsx_half - one direction of a flow: what it matches, and how that is rewritten
 * @sport: match: source port
 * @dport: match: destination port
 * @proto: match: LVSX_TCP or LVSX_UDP
 * @kind: enum lvsx_kind
 * @flags: any CPU, by lvsx_bits() only: enum lvsx_half_flag
 * @state: any CPU: enum lvsx_state, the same in both halves
 * @new_sport: rewrite: source port
 * @new_dport: rewrite: destination port
 * @addr_delta: checksum delta of the addresses, see csum.h
 * @l4_delta: checksum delta of addresses and ports
 * @last_seen: any CPU: milliseconds, written at most once a second
 * @hash: low half of the tuple's hash
 * @next_free: forward half, once removed: next in the list of retired or free flows
 * @prefetch: reverse half, once removed: the flow four places further in that list, or 0
 * @real: the host's number for the real server
 * @nexthop: owner only: the host's number for the cached next hop, 0: none
 * @seq: any CPU: with LVSX_HALF_REUSE, what the real server will compare the next SYN from this
 *	port with; with LVSX_HALF_FIN, where the client's data ends; otherwise a sequence number
 *	that this half's sender had used when @last_seen was written
 * @line: the number of its own first line; 0: removed, must not be found any more
 * @fwd: the forward half's own
 * @fwd.pool: line of the port pool that the local port is from
 * @fwd.shadow: the host's number for a stock connection, 0: none
 * @rev: the reverse half's own, owner only
 * @rev.idle_ms: how long it may idle once established, 0: as the state says
 * @rev.port_round: round of the pool when the port was last found held
 * @rev.wheel_slot: slot of the timer wheel that the flow is in
 * @rev.map_slot: slot of the port map that it was made under
 * @rev.port_queued: the port is in the pool's queue as well
 * @addr: source, destination, new source, new destination, of one or four words each: see
 *	lvsx_half_addr()
 */
struct lvsx_half {
	__be16 sport;
	__be16 dport;
	u8 proto;
	u8 kind;
	u8 flags;
	u8 state;
	__be16 new_sport;
	__be16 new_dport;
	u16 addr_delta;
	u16 l4_delta;
	u32 last_seen;
	union {
		u32 hash;
		u32 next_free;
		u32 prefetch;
	};
	u32 real;
	u32 nexthop;
	u32 seq;
	u32 line;
	union {
		struct {
			u32 pool;
			u32 shadow;
		} fwd;
		struct {
			u32 idle_ms;
			u16 port_round;
			u8 wheel_slot;
			u8 map_slot : 7;
			u8 port_queued : 1;
		} rev;
	};
	__be32 addr[4];
};

static_assert(sizeof(struct lvsx_bucket) == LVSX_LINE, "a look-up reads one line of the index");
static_assert(sizeof(struct lvsx_half) == LVSX_LINE, "an IPv4 half is one line");
static_assert(offsetof(struct lvsx_half, dport) == offsetof(struct lvsx_half, sport) + 2 &&
	      offsetof(struct lvsx_half, new_dport) == offsetof(struct lvsx_half, new_sport) + 2,
	      "ports adjoin");

/**
 * struct lvsx_flow_ext - extension line, behind the halves of a flow of LVSX_KIND_EXT
 * @word: not used yet
 */
struct lvsx_flow_ext {
	u32 word[16];
};

static_assert(sizeof(struct lvsx_flow_ext) == LVSX_LINE, "one line more");

enum lvsx_half_addr { LVSX_SRC, LVSX_DST, LVSX_NEW_SRC, LVSX_NEW_DST };

/**
 * lvsx_kind_match() - family of the packets that a half matches
 * @kind: of the half
 *
 * Return: enum lvsx_family.
 */
static __always_inline u8 lvsx_kind_match(u8 kind)
{
	return kind & LVSX_KIND_MATCH6 ? LVSX_IPV6 : LVSX_IPV4;
}

/**
 * lvsx_kind_rewrite() - family of the packets that a half rewrites them to
 * @kind: of the half
 *
 * Return: enum lvsx_family.
 */
static __always_inline u8 lvsx_kind_rewrite(u8 kind)
{
	return kind & LVSX_KIND_REWRITE6 ? LVSX_IPV6 : LVSX_IPV4;
}

/**
 * lvsx_half_addr_of() - an address of a half whose kind is a compile-time constant
 * @h: the half
 * @which: which of its addresses
 * @kind: its kind
 *
 * Return: The address, of one or four words.
 */
static __always_inline __be32 *lvsx_half_addr_of(struct lvsx_half *h, enum lvsx_half_addr which,
						 u8 kind)
{
	const u32 match = lvsx_words(lvsx_kind_match(kind));
	const u32 rewrite = lvsx_words(lvsx_kind_rewrite(kind));

	/* From @h: bounds checks would take @addr for the four words that it is declared as. */
	return (__be32 *)((u8 *)h + offsetof(struct lvsx_half, addr)) +
	       (which < LVSX_NEW_SRC ? which * match : 2 * match + (which - 2) * rewrite);
}

/**
 * lvsx_half_addr() - an address of a half
 * @h: the half
 * @which: which of its addresses
 *
 * Return: The address, of one or four words.
 */
static inline __be32 *lvsx_half_addr(const struct lvsx_half *h, enum lvsx_half_addr which)
{
	return lvsx_half_addr_of((struct lvsx_half *)h, which, h->kind);
}

/**
 * struct lvsx_flow_stats - how full a table is
 * @flows: live flows
 * @dead: removed ones, retired until their readers have gone
 * @overflows: overflow buckets in use
 */
struct lvsx_flow_stats {
	u32 flows;
	u32 dead;
	u32 overflows;
};

/* A flow has two lines, three, four or five. Each block holds flows of one size. */
#define LVSX_FLOW_SIZES 4

/**
 * struct lvsx_flow_store - memory of the flows of one size
 * @free: list of reusable flows
 * @fresh: next line of the current block that was never used
 * @fresh_end: end of that block
 * @retired: list of flows removed since the last lvsx_flow_retire(), the newest first
 * @retired_tail: the last in it
 * @retired_count: how many
 * @retired_last: the four newest of them, a ring
 * @waiting: list of flows that wait for the current grace period to end
 * @waiting_tail: the last in it
 * @waiting_count: how many
 */
struct lvsx_flow_store {
	u32 free;
	u32 fresh, fresh_end;
	u32 retired, retired_tail, retired_count;
	u32 retired_last[4];
	u32 waiting, waiting_tail, waiting_count;
};

#define LVSX_WHEEL_SLOTS 256
#define LVSX_REQUESTS 1024
#define LVSX_POOL_HEADS 1024
#define LVSX_MAP_SLOTS 8	/* port maps of which there may be flows at a time */

/**
 * struct lvsx_table - the flows of one CPU
 * @arena: its memory
 * @seed: its hash key
 * @cpu: the owner
 * @buckets: buckets 0 to @buckets - 1 exist; grows by one
 * @bucket_mask: owner only: all bits of the highest bucket's number set
 * @move_seq: odd while entries move; pairs with lvsx_flow_find_remote()
 * @entries: entries of the index
 * @overflow_free: list of unused overflow buckets, which stay buckets, linked by @next
 * @bucket_block: blocks by purpose: those of buckets from the front, of flows from the back
 * @bucket_blocks: how many hold buckets
 * @flow_blocks: how many hold flows
 * @store: memory of flows, by their size
 * @stats: how full the table is
 * @map_flows: live flows, by the slot of the port map that they were made under
 * @wheel: timer wheel: newest chunk of each slot, see wheel.h
 * @wheel_fill: places used in that chunk; the chunks behind it are full
 * @wheel_at: tick that is being worked on, modulo LVSX_TICKS
 * @request: any CPU: lines of flows that need a look, see lvsx_expire_request()
 * @requests: any CPU: not 0 if there are such
 * @pool: heads of the lists of port pools, see pool.h
 * @priv: the host's own
 */
struct lvsx_table {
	struct lvsx_arena arena;
	struct lvsx_seed seed;
	u16 cpu;
	u32 buckets;
	u32 bucket_mask;
	u32 move_seq;
	u32 entries;
	u32 overflow_free;
	void **bucket_block;
	u32 bucket_blocks;
	u32 flow_blocks;
	struct lvsx_flow_store store[LVSX_FLOW_SIZES];
	struct lvsx_flow_stats stats;
	u32 map_flows[LVSX_MAP_SLOTS];
	u32 wheel[LVSX_WHEEL_SLOTS];
	u8 wheel_fill[LVSX_WHEEL_SLOTS];
	u32 wheel_at;
	u32 request[LVSX_REQUESTS];
	u32 requests;
	u32 pool[LVSX_POOL_HEADS];
	void *priv;
};

/**
 * lvsx_kind_lines() - size of a half
 * @kind: of the half
 *
 * Return: Lines of the arena.
 */
static __always_inline u32 lvsx_kind_lines(u8 kind)
{
	return kind & LVSX_KIND_WIDE ? 2 : 1;
}

/**
 * lvsx_half_at() - the half some lines away
 * @h: a half
 * @lines: how many lines
 *
 * Return: The half there.
 */
static inline struct lvsx_half *lvsx_half_at(struct lvsx_half *h, long lines)
{
	return (struct lvsx_half *)((u8 *)h + lines * LVSX_LINE);
}

/**
 * lvsx_flow_rev() - from the forward half to the reverse one
 * @fwd: the forward half
 *
 * Return: The reverse half.
 */
static __always_inline struct lvsx_half *lvsx_flow_rev(struct lvsx_half *fwd)
{
	return lvsx_half_at(fwd, lvsx_kind_lines(fwd->kind));
}

/**
 * lvsx_flow_other() - from either half to the other
 * @h: a half
 *
 * Return: The other half of its flow.
 */
static inline struct lvsx_half *lvsx_flow_other(struct lvsx_half *h)
{
	long lines = lvsx_kind_lines(h->kind);

	return lvsx_half_at(h, READ_ONCE(h->flags) & LVSX_HALF_REV ? -lines : lines);
}

/**
 * lvsx_flow_fwd() - from either half to the forward one
 * @h: a half
 *
 * Return: The forward half of its flow.
 */
static inline struct lvsx_half *lvsx_flow_fwd(struct lvsx_half *h)
{
	return READ_ONCE(h->flags) & LVSX_HALF_REV ? lvsx_flow_other(h) : h;
}

/**
 * lvsx_flow_ext() - the extension line of a flow of LVSX_KIND_EXT
 * @fwd: the forward half
 *
 * Return: The extension line.
 */
static inline struct lvsx_flow_ext *lvsx_flow_ext(struct lvsx_half *fwd)
{
	return (struct lvsx_flow_ext *)lvsx_half_at(fwd, 2 * lvsx_kind_lines(fwd->kind));
}

#endif
