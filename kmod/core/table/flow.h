/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One flow is one object with two halves; each half holds all that its direction needs to match and
 * to translate a packet: one 64-byte line where both its sides are IPv4, else two. The two lie side
 * by side, and an extension line behind them where a flow needs one. The table finds a half by the
 * tuple that a packet carries, whatever its family.
 *
 * A table belongs to one CPU. Only that CPU inserts, removes, grows and expires, always in softirq
 * or with softirqs off. Other CPUs may look (lvsx_flow_find_remote, inside an RCU read section) and
 * may write the fields marked "any". A removed flow's memory is not used again before
 * lvsx_flow_reclaim() says that every reader has gone.
 *
 * Index: linear hashing over 64-byte buckets of ten (tag, line) entries, with overflow buckets
 * chained behind; it grows one bucket at a time, so that no packet ever pays for a big move.
 */
#ifndef LVSX_FLOW_H
#define LVSX_FLOW_H

#include "arena.h"
#include "core/pkt/tuple.h"

#define LVSX_BUCKET_SLOTS 10

struct lvsx_bucket {
	union {
		struct {
			u16 tag[LVSX_BUCKET_SLOTS];	/* bits 16 … 31 of the hash */
			u32 next;			/* overflow's line; then this one is full */
		};
		u64 word[3];				/* the same, four tags at a time */
	};
	u32 ref[LVSX_BUCKET_SLOTS];			/* line of a half, 0: empty */
} LVSX_LINE_ALIGNED;

/* What a half is made of; never changes but for LVSX_KIND_SLOW. 0: all that the fast path takes. */
enum lvsx_kind {
	LVSX_KIND_MATCH6 = 1,	/* it matches IPv6 packets */
	LVSX_KIND_REWRITE6 = 2,	/* it makes IPv6 packets */
	LVSX_KIND_EXT = 4,	/* the flow has an extension line */
	LVSX_KIND_SLOW = 8,	/* more is to be done than to translate addresses and ports */
};

#define LVSX_KIND_WIDE (LVSX_KIND_MATCH6 | LVSX_KIND_REWRITE6)

enum lvsx_half_flag {
	LVSX_HALF_REV = 1,	/* this is the real server's half */
	LVSX_HALF_FIN = 2,	/* fwd only, any: `seq` is where the client's FIN ends */
	LVSX_HALF_ACTIVE = 4,	/* fwd only, any: counted as active at the real server */
	LVSX_HALF_REUSE_TS = 8,	/* fwd only, any: `seq` is a timestamp, not a sequence number */
	LVSX_HALF_REUSE = 16,	/* fwd only, any: the FIN is acknowledged; `seq` says by what */
	LVSX_HALF_DEAD = 32,	/* fwd only: removed; LVSX_HALF_ACTIVE does not change any more */
	LVSX_HALF_END = 64,	/* fwd only, any: ended for all but its owner, who is to follow */
};

#define LVSX_HALF_CLOSING (LVSX_HALF_FIN | LVSX_HALF_REUSE | LVSX_HALF_REUSE_TS)

struct lvsx_half {
	__be16 sport;		/* match: ports and protocol of a packet of this direction */
	__be16 dport;
	u8 proto;
	u8 kind;		/* enum lvsx_kind */
	u8 flags;		/* any: enum lvsx_half_flag; changed by lvsx_bits() only */
	u8 state;		/* any: enum lvsx_state, the same in both halves */
	__be16 new_sport;	/* rewrite */
	__be16 new_dport;
	u16 addr_delta;		/* checksum delta of the addresses, see csum.h */
	u16 l4_delta;		/* checksum delta of addresses and ports */
	u32 last_seen;		/* any: milliseconds; written at most once a second */
	union {
		u32 hash;	/* low half of the tuple's hash */
		u32 next_free;	/* once removed, fwd: list of retired or free flows */
		u32 prefetch;	/* once removed, rev: the flow four places behind in it, or 0 */
	};
	u32 real;		/* the host's number of the real server */
	u32 nexthop;		/* the host's number of the cached next hop, 0: none; owner only */
	/*
	 * any: with LVSX_HALF_REUSE what the real server will compare the next SYN of the port
	 * with; with LVSX_HALF_FIN where the client says that it ends; else a sequence number that
	 * this half's sender had used when last_seen was written
	 */
	u32 seq;
	u32 line;		/* its own number; 0: removed, nobody may find it any more */
	union {
		struct {
			u32 pool;	/* line of the port pool that the local port is from */
			u32 shadow;	/* the host's number of a stock connection, 0: none */
		} fwd;
		struct {
			u32 idle_ms;	/* how long it may idle once established, 0: as all */
			u16 port_round;	/* of the pool when the port was last seen held */
			u8 wheel_slot;	/* of the timer wheel, that holds the flow */
			u8 map_slot : 7;	/* of the port map that it was made under */
			u8 port_queued : 1;	/* the port is in the pool's queue as well */
		} rev;			/* owner only */
	};
	/* match: source, destination; rewrite: the new ones; 1 or 4 words each, see below */
	__be32 addr[4];
};

static_assert(sizeof(struct lvsx_bucket) == LVSX_LINE, "a look-up reads one line of the index");
static_assert(sizeof(struct lvsx_half) == LVSX_LINE, "an IPv4 half is one line");
static_assert(offsetof(struct lvsx_half, dport) == offsetof(struct lvsx_half, sport) + 2 &&
	      offsetof(struct lvsx_half, new_dport) == offsetof(struct lvsx_half, new_sport) + 2,
	      "ports adjoin");

/* What only some flows need: behind the halves, where LVSX_KIND_EXT says that it is there. */
struct lvsx_flow_ext {
	u32 word[16];
};

static_assert(sizeof(struct lvsx_flow_ext) == LVSX_LINE, "one line more");

enum lvsx_half_addr { LVSX_SRC, LVSX_DST, LVSX_NEW_SRC, LVSX_NEW_DST };

static __always_inline u8 lvsx_kind_match(u8 kind)
{
	return kind & LVSX_KIND_MATCH6 ? LVSX_IPV6 : LVSX_IPV4;
}

static __always_inline u8 lvsx_kind_rewrite(u8 kind)
{
	return kind & LVSX_KIND_REWRITE6 ? LVSX_IPV6 : LVSX_IPV4;
}

/* An address of a half whose @kind is known when this is compiled. */
static __always_inline __be32 *lvsx_half_addr_of(struct lvsx_half *h, enum lvsx_half_addr which,
						 u8 kind)
{
	const u32 match = lvsx_words(lvsx_kind_match(kind));
	const u32 rewrite = lvsx_words(lvsx_kind_rewrite(kind));

	/* from @h, for the compiler knows @addr as four words and bounds checks would believe it */
	return (__be32 *)((u8 *)h + offsetof(struct lvsx_half, addr)) +
	       (which < LVSX_NEW_SRC ? which * match : 2 * match + (which - 2) * rewrite);
}

static inline __be32 *lvsx_half_addr(const struct lvsx_half *h, enum lvsx_half_addr which)
{
	return lvsx_half_addr_of((struct lvsx_half *)h, which, h->kind);
}

struct lvsx_flow_stats {
	u32 flows;	/* live */
	u32 dead;	/* unlinked, waiting for readers */
	u32 buckets;
	u32 overflows;	/* overflow buckets in use */
};

/* Flows of one size: two lines, three, four or five. Each block holds flows of one size. */
#define LVSX_FLOW_SIZES 4

struct lvsx_flow_store {
	u32 free;		/* list of reusable flows */
	u32 fresh, fresh_end;	/* never used lines of the current block */
	u32 retired, retired_tail, retired_count;	/* removed since lvsx_flow_retire() */
	u32 retired_last[4];	/* the last of them, in a ring */
	u32 waiting, waiting_tail, waiting_count;	/* for the grace period begun there */
};

#define LVSX_WHEEL_SLOTS 256
#define LVSX_REQUESTS 1024
#define LVSX_POOL_HEADS 1024
#define LVSX_MAP_SLOTS 8	/* port maps of which there may be flows at a time */

struct lvsx_table {
	struct lvsx_arena arena;
	struct lvsx_seed seed;
	u16 cpu;		/* the owner */
	/* index */
	u32 buckets;		/* buckets 0 … buckets - 1 exist; grows by one */
	u32 bucket_mask;	/* the bits of the highest number, all set; owner only */
	u32 move_seq;		/* odd while entries move; pairs with lvsx_flow_find_remote() */
	u32 entries;
	u32 overflow_free;	/* unused overflow buckets, by `next`; they stay buckets */
	/* blocks by purpose: buckets from the front, flows (see flow_block()) from the back */
	void **bucket_block;
	u32 bucket_blocks;
	u32 flow_blocks;
	struct lvsx_flow_store store[LVSX_FLOW_SIZES];
	struct lvsx_flow_stats stats;
	u32 map_flows[LVSX_MAP_SLOTS];	/* live flows by the port map they were made under */
	/* timer wheel, see wheel.h */
	u32 wheel[LVSX_WHEEL_SLOTS];	/* newest chunk of each slot */
	u8 wheel_fill[LVSX_WHEEL_SLOTS];	/* places used in it; those behind it are full */
	u32 wheel_at;		/* tick that is being worked on, modulo 2^24 */
	u32 request[LVSX_REQUESTS];	/* any: lines of flows to be looked at now, see expire.h */
	u32 requests;			/* any: there is one */
	/* port pools, see ports.h */
	u32 pool[LVSX_POOL_HEADS];
	void *priv;		/* the host's own */
};

/* The ends of a flow on each side, and what else it begins with. Ports as lvsx_load_ports(). */
struct lvsx_flow_new {
	const __be32 *client, *vip;	/* as on the wire */
	const __be32 *real, *local;
	u32 fwd_ports;		/* the client's, the service's */
	u32 rev_ports;		/* the real server's, the local one */
	u64 fwd_hash;
	u64 rev_hash;
	struct lvsx_bucket *fwd_bucket, *rev_bucket;	/* lvsx_bucket_of() the hashes */
	u8 proto;
	u8 kind;		/* of the forward half */
	u8 state;		/* that it begins in; active at the real server, if that is */
	u8 map_slot;		/* of the port map in use, below LVSX_MAP_SLOTS */
	u16 port_round;		/* as struct lvsx_port has it, as is the pool; 0: none */
	u32 pool;
	u32 real_id;
	u32 shadow;
	u32 idle_ms;		/* see struct lvsx_half */
	u32 now;
	u32 first_look;		/* milliseconds until the wheel shall look at it first */
};

static __always_inline u32 lvsx_kind_lines(u8 kind)
{
	return kind & LVSX_KIND_WIDE ? 2 : 1;
}

static inline struct lvsx_half *lvsx_half_at(struct lvsx_half *h, long lines)
{
	return (struct lvsx_half *)((u8 *)h + lines * LVSX_LINE);
}

/* The reply's half, of the forward one. */
static __always_inline struct lvsx_half *lvsx_flow_rev(struct lvsx_half *fwd)
{
	return lvsx_half_at(fwd, lvsx_kind_lines(fwd->kind));
}

/* From either half to the other, and to the forward one. */
static inline struct lvsx_half *lvsx_flow_other(struct lvsx_half *h)
{
	long lines = lvsx_kind_lines(h->kind);

	return lvsx_half_at(h, READ_ONCE(h->flags) & LVSX_HALF_REV ? -lines : lines);
}

static inline struct lvsx_half *lvsx_flow_fwd(struct lvsx_half *h)
{
	return READ_ONCE(h->flags) & LVSX_HALF_REV ? lvsx_flow_other(h) : h;
}

/* The extension line of a flow that has one. */
static inline struct lvsx_flow_ext *lvsx_flow_ext(struct lvsx_half *fwd)
{
	return (struct lvsx_flow_ext *)lvsx_half_at(fwd, 2 * lvsx_kind_lines(fwd->kind));
}

#endif
