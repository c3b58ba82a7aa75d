/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One flow is one object with two halves; each half holds all that its direction needs to match and
 * to translate a packet, in one 64-byte line for IPv4 and two for IPv6. The table finds a half by
 * the tuple that a packet carries.
 *
 * A table belongs to one CPU. Only that CPU inserts, removes, grows and ages, always in softirq or
 * with softirqs off. Other CPUs may look (lvsx_flow_find_remote, inside an RCU read section) and
 * may write the fields marked "any". A removed flow's memory is not used again before
 * lvsx_flow_reclaim() says that every reader has gone.
 *
 * Index: linear hashing over 64-byte buckets of ten (tag, line) entries, with overflow buckets
 * chained behind; it grows one bucket at a time, so that no packet ever pays for a big move.
 */
#ifndef LVSX_FLOW_H
#define LVSX_FLOW_H

#include "arena.h"
#include "core/port/portmap.h"
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

enum lvsx_half_flag {
	LVSX_HALF_REV = 1,	/* this is the real server's half */
	LVSX_HALF_FIN = 2,	/* fwd only, any: `mark` is where the client's FIN ends */
	LVSX_HALF_ACTIVE = 4,	/* fwd only, any: counted as active at the real server */
	LVSX_HALF_MARK_TS = 8,	/* fwd only, any: `mark` is a timestamp, not a sequence number */
	LVSX_HALF_MARK = 16,	/* fwd only, any: the FIN is acknowledged; `mark` says by what */
	LVSX_HALF_END = 64,	/* fwd only, any: ended for all but its owner, who is to follow */
	LVSX_HALF_DEAD = 32,	/* fwd only: removed; LVSX_HALF_ACTIVE does not change any more */
};

#define LVSX_HALF_CLOSING (LVSX_HALF_FIN | LVSX_HALF_MARK | LVSX_HALF_MARK_TS)

struct lvsx_half {
	__be16 sport;		/* match: ports and protocol of a packet of this direction */
	__be16 dport;
	u8 proto;
	u8 flags;		/* any: enum lvsx_half_flag; changed by lvsx_bits() only */
	u8 state;		/* any: enum lvsx_state, the same in both halves */
	u8 slot;		/* fwd: wheel slot that holds the flow; rev: its era */
	__be16 new_sport;	/* rewrite */
	__be16 new_dport;
	u16 addr_delta;		/* checksum delta of the addresses, see csum.h */
	u16 l4_delta;		/* checksum delta of addresses and ports */
	u32 last_seen;		/* any: milliseconds; written at most once a second */
	union {
		u32 hash;	/* low half of the tuple's hash */
		/* once removed, fwd: list of dead or free flows; rev: the fourth behind, or 0 */
		u32 next_dead;
	};
	u32 real;		/* the world's number of the real server */
	u32 hop;		/* the world's number of the cached next hop, 0: none; owner only */
	union {
		u32 pool;	/* fwd: line of the port pool that the local port came from */
		u32 port_held;	/* rev: how that pool counts the port, see ports.c; owner only */
	};
	/*
	 * any: with LVSX_HALF_MARK what the real server will compare the next SYN of the port with;
	 * with LVSX_HALF_FIN where the client says that it ends; else a sequence number that this
	 * half's sender had used when last_seen was written
	 */
	u32 mark;
	u32 line;		/* its own number; 0: removed, nobody may find it any more */
	union {
		u32 shadow;	/* fwd: the world's number of a stock connection, 0: none */
		u32 idle_ms;	/* rev: how long it may idle once established, 0: as all flows */
	};
	/* match: source, destination; rewrite: new source, new destination. 1 or 4 words each. */
	__be32 addr[4];
};

/* In units of words of an address. */
enum lvsx_half_addr { LVSX_SRC, LVSX_DST, LVSX_NEW_SRC, LVSX_NEW_DST };

static_assert(sizeof(struct lvsx_bucket) == LVSX_LINE, "a look-up reads one line of the index");
static_assert(sizeof(struct lvsx_half) == LVSX_LINE, "an IPv4 half is one line");

static inline __be32 *lvsx_half_addr(struct lvsx_half *h, enum lvsx_half_addr which, u8 words)
{
	/* from @h, for the compiler knows @addr as four words and bounds checks would believe it */
	return (__be32 *)((u8 *)h + offsetof(struct lvsx_half, addr)) + which * words;
}

struct lvsx_flow_stats {
	u32 flows;	/* live */
	u32 dead;	/* unlinked, waiting for readers */
	u32 buckets;
	u32 overflows;	/* overflow buckets in use */
};

#define LVSX_WHEEL_SLOTS 256
#define LVSX_LETTERS 1024
#define LVSX_POOL_HEADS 1024

struct lvsx_table {
	struct lvsx_arena arena;
	struct lvsx_seed seed;
	u16 cpu;		/* the owner */
	u8 words;
	/* index */
	u32 buckets;		/* buckets 0 … buckets - 1 exist; grows by one */
	u32 bucket_mask;	/* the bits of the highest number, all set; owner only */
	u32 seq;		/* odd while entries move; pairs with lvsx_flow_find_remote() */
	u32 entries;
	u32 overflow_free;	/* unused overflow buckets, by `next`; they stay buckets */
	/* blocks by purpose: buckets from the front, flows from the back */
	void **bucket_block;
	u32 bucket_blocks;
	u32 flow_blocks;
	/* flows */
	u32 free;		/* list of reusable flows */
	u32 fresh, fresh_end;	/* never used lines of the current flow block */
	u32 dead_new, dead_new_tail, dead_new_count;	/* removed since lvsx_flow_retire() */
	u32 dead_last[4];	/* the last of them, in a ring */
	u32 dead_old, dead_old_tail, dead_old_count;	/* awaiting the grace period begun there */
	struct lvsx_flow_stats stats;
	u32 of_era[LVSX_ERAS];	/* live flows by the class table they were made under */
	/* wheel, see expire.h */
	u32 wheel[LVSX_WHEEL_SLOTS];	/* newest chunk of each slot */
	u8 wheel_fill[LVSX_WHEEL_SLOTS];	/* places used in it; those behind it are full */
	u32 wheel_at;		/* tick that is being worked on, modulo 2^24 */
	u32 letter[LVSX_LETTERS];	/* any: lines of flows to be looked at now, see expire.h */
	u32 letters;			/* any: there is one */
	/* port pools, see ports.h */
	u32 pool[LVSX_POOL_HEADS];
	void *world;		/* the world's own */
};

/*
 * @directory and @bucket_block: @max_blocks entries each, zeroed. The table is usable once
 * lvsx_arena_wants(&t->arena) blocks have been given and lvsx_flow_start() was true.
 */
void lvsx_flow_init(struct lvsx_table *t, u8 words, u16 cpu, const struct lvsx_key *key,
		    void **directory, void **bucket_block, u32 max_blocks, u8 block_shift, u32 now);
bool lvsx_flow_start(struct lvsx_table *t);

/* The owner's look-up. @hash is lvsx_tuple_hash(tuple, &t->seed). */
struct lvsx_half *lvsx_flow_find(struct lvsx_table *t, const struct lvsx_tuple *tuple, u64 hash);

/* Any CPU's look-up, inside an RCU read section. Misses a flow only while it is being inserted. */
struct lvsx_half *lvsx_flow_find_remote(const struct lvsx_table *t, const struct lvsx_tuple *tuple,
					u64 hash);

struct lvsx_flow_new {
	const struct lvsx_tuple *fwd;	/* client → vip, as on the wire */
	const struct lvsx_tuple *rev;	/* real → local, as it will be on the wire */
	u64 fwd_hash;
	u64 rev_hash;
	u32 real;
	u32 shadow;
	u32 idle_ms;		/* see struct lvsx_half */
	u32 pool;		/* as lvsx_ports_take() said, as is the epoch; 0: none */
	u16 epoch;
	u8 era;			/* of the class table in use, below LVSX_ERAS */
	u8 state;		/* that it begins in; active at the real server, if that is */
	u32 now;
	u32 first_look;		/* milliseconds until the wheel shall look at it first */
};

/*
 * Insert; neither tuple may be in the table. Returns the forward half with both rewrites and
 * checksum deltas filled in, linked in index and wheel; NULL: no memory, nothing changed.
 */
struct lvsx_half *lvsx_flow_insert(struct lvsx_table *t, const struct lvsx_flow_new *n);

/* Unlink from the index; memory waits for reclaim. Does not touch the pool or the real server. */
void lvsx_flow_remove(struct lvsx_table *t, struct lvsx_half *fwd);

/*
 * Reclaim in two steps, by the world, once a tick: retire() closes the batch of flows removed so
 * far (false: nothing to wait for, or the last batch still waits); after a grace period for
 * readers, reclaim() makes that batch reusable.
 */
bool lvsx_flow_retire(struct lvsx_table *t);
void lvsx_flow_reclaim(struct lvsx_table *t);

static inline u32 lvsx_half_lines(const struct lvsx_table *t)
{
	return t->words == 1 ? 1 : 2;
}

static inline struct lvsx_half *lvsx_half_at(struct lvsx_half *h, long lines)
{
	return (struct lvsx_half *)((u8 *)h + lines * LVSX_LINE);
}

/* From either half to the other, and to the forward one: the two lie side by side. */
static inline struct lvsx_half *lvsx_flow_other(const struct lvsx_table *t, struct lvsx_half *h)
{
	long lines = lvsx_half_lines(t);

	return lvsx_half_at(h, READ_ONCE(h->flags) & LVSX_HALF_REV ? -lines : lines);
}

/* The reply's half, of the forward one. */
static inline struct lvsx_half *lvsx_flow_rev(const struct lvsx_table *t, struct lvsx_half *fwd)
{
	return lvsx_half_at(fwd, lvsx_half_lines(t));
}

static inline struct lvsx_half *lvsx_flow_fwd(const struct lvsx_table *t, struct lvsx_half *h)
{
	return READ_ONCE(h->flags) & LVSX_HALF_REV ? lvsx_flow_other(t, h) : h;
}

/* The tuple that a half matches. */
void lvsx_half_tuple(const struct lvsx_half *h, u8 words, struct lvsx_tuple *out);

/*
 * Walk over all live flows, for dumps from any CPU inside an RCU read section: @cursor starts with
 * 0. Looks at no more than *@left places of flows, of which all may be empty, and takes them off.
 * NULL: with nothing left there may be more from @cursor on; else that was all. A flow that comes
 * or goes during the walk may be seen or not; none is seen twice.
 */
struct lvsx_half *lvsx_flow_walk(const struct lvsx_table *t, u32 *cursor, u32 *left);

#endif
