// SPDX-License-Identifier: GPL-2.0-only
/*
 * Look-ups from other threads while the owner inserts, removes, splits and reuses memory. Meant for
 * the thread sanitizer as much as for itself: `make SANITIZE=thread check`.
 *
 *	flow_threads [OPERATIONS]
 *
 * Flows 0 … STABLE-1 are never removed, so a reader must find each of them every time. Others come
 * and go; what a reader finds must be whole, and stay so until the reader has left its section.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "core/table/bucket.h"
#include "core/table/table.h"

#define READERS 2
#define STABLE 500
#define MOST 6000
#define BLOCKS 4096
#define SHIFT 6

static struct lvsx_table table;
static u8 families;	/* of all flows, or MIXED */

#define MIXED 2
static void *directory[BLOCKS];
static void *bucket_block[BLOCKS];
static u64 hash_bits, look_ups, moves;
static bool stop;

/* Grace periods: a reader shows the epoch in which it entered, 0 outside. */
static u64 epoch;
static struct {
	u64 inside;
	u64 finds;
	u64 hits;
	pthread_t thread;
} LVSX_LINE_ALIGNED reader[READERS + 1];

static void enter(int me)
{
	__atomic_store_n(&reader[me].inside, __atomic_load_n(&epoch, __ATOMIC_SEQ_CST),
			 __ATOMIC_SEQ_CST);
}

static void leave(int me)
{
	__atomic_store_n(&reader[me].inside, 0, __ATOMIC_SEQ_CST);
}

static bool all_left_since(u64 when)
{
	int i;

	for (i = 0; i <= READERS; i++) {
		u64 inside = __atomic_load_n(&reader[i].inside, __ATOMIC_SEQ_CST);

		if (inside && inside < when)
			return false;
	}
	return true;
}

static void expect(bool ok, const char *what, u32 id)
{
	if (ok)
		return;
	printf("not ok - look-ups from other threads\n# flow %u: %s\n", id, what);
	exit(1);
}

static u64 mix(u64 x)
{
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ull;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ull;
	return x ^ x >> 32;
}

/* Flow @id's tuples, of which the number can be told back. */
static u64 tuple_of(u32 id, bool rev, struct lvsx_tuple *t)
{
	const u8 family = families == MIXED ? (id >> rev & 1) : families;

	*t = (struct lvsx_tuple){ .proto = 6, .family = family };
	t->saddr[lvsx_words(family) - 1] = htonl(rev ? 1 : id);
	t->daddr[0] = htonl(rev ? id : 2);
	t->sport = htons((u16)(id + rev));
	t->dport = htons(80 + rev);
	return mix(id * 2ull + rev) & hash_bits;
}

/* All that a packet would use of a half. */
static void check(struct lvsx_half *h, u32 id, bool rev)
{
	struct lvsx_half *other = lvsx_flow_other(h);
	struct lvsx_tuple t, found;

	tuple_of(id, rev, &t);
	lvsx_half_match(h, &found);
	expect(!memcmp(&t, &found, sizeof(t)), "another tuple than was looked for", id);
	expect(h->real == id && other->real == id, "not whole", id);
	expect(!(READ_ONCE(h->flags) & LVSX_HALF_REV) == !rev, "wrong half", id);
	expect(h->new_sport == other->dport && h->new_dport == other->sport, "not whole", id);
}

static void *read_some(void *arg)
{
	int me = (int)(long)arg;
	u64 seed = 77 + (u64)me;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		int i;

		enter(me);
		for (i = 0; i < 8; i++) {
			bool rev = (seed = mix(seed + 1)) & 1;
			u32 id = (u32)(seed >> 8) % (seed & 2 ? STABLE : MOST);
			struct lvsx_tuple t;
			u64 hash = tuple_of(id, rev, &t);
			struct lvsx_half *h = lvsx_flow_find_remote(&table, &t, hash);

			WRITE_ONCE(reader[me].finds, reader[me].finds + 1);
			expect(h || id >= STABLE, "not found, but it never leaves", id);
			if (!h)
				continue;
			reader[me].hits++;
			check(h, id, rev);
			WRITE_ONCE(h->last_seen, (u32)seed);
			if (!(seed >> 4 & 63))
				sched_yield();
			check(h, id, rev);
		}
		leave(me);
	}
	return NULL;
}

static void *walk(void *arg)
{
	int me = (int)(long)arg;
	static u8 seen[STABLE];

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		struct lvsx_half *fwd;
		u32 cursor = 0, left = ~0u, i;

		memset(seen, 0, sizeof(seen));
		enter(me);
		while ((fwd = lvsx_flow_walk(&table, &cursor, &left))) {
			check(fwd, fwd->real, false);
			if (fwd->real < STABLE)
				expect(!seen[fwd->real]++, "walked over twice", fwd->real);
			reader[me].hits++;
		}
		leave(me);
		for (i = 0; i < STABLE; i++)
			expect(seen[i], "not walked over", i);
		WRITE_ONCE(reader[me].finds, reader[me].finds + 1);
	}
	return NULL;
}

static void feed(void)
{
	while (lvsx_arena_wants(&table.arena)) {
		void *block = aligned_alloc(LVSX_LINE, LVSX_LINE << SHIFT);

		memset(block, 0, LVSX_LINE << SHIFT);
		expect(lvsx_arena_give(&table.arena, block), "no room for memory", 0);
	}
}

static struct lvsx_half *insert(u32 id)
{
	struct lvsx_tuple fwd, rev;
	u64 fwd_hash = tuple_of(id, false, &fwd), rev_hash = tuple_of(id, true, &rev);
	struct lvsx_flow_new new = {
		.client = fwd.saddr,
		.vip = fwd.daddr,
		.real = rev.saddr,
		.local = rev.daddr,
		.fwd_ports = lvsx_join_ports(fwd.sport, fwd.dport),
		.rev_ports = lvsx_join_ports(rev.sport, rev.dport),
		.fwd_hash = fwd_hash,
		.rev_hash = rev_hash,
		.proto = fwd.proto,
		.kind = (fwd.family ? LVSX_KIND_MATCH6 : 0) | (rev.family ? LVSX_KIND_REWRITE6 : 0) |
			(families == MIXED && id % 3 ? LVSX_KIND_EXT : 0),
		.real_id = id,
	};

	feed();
	new.fwd_bucket = lvsx_bucket_of(&table, (u32)fwd_hash);
	new.rev_bucket = lvsx_bucket_of(&table, (u32)rev_hash);
	return lvsx_flow_insert(&table, &new);
}

/* On a busy machine readers may hardly run while the owner does its share. */
static bool enough(u64 operations)
{
	int i;

	for (i = 0; i < READERS; i++)
		if (READ_ONCE(reader[i].finds) < operations / 2)
			return false;
	return READ_ONCE(reader[READERS].finds) >= 10;
}

/* Returns how many changes it made. */
static u64 own(u64 operations)
{
	static struct lvsx_half *flow[MOST];
	u64 seed = 1, waits_for = 0, i;

	memset(flow, 0, sizeof(flow));
	for (i = 0; i < operations || !enough(operations); i++) {
		u32 id = STABLE + (u32)((seed = mix(seed + 1)) >> 8) % (MOST - STABLE);

		/* Fill up and empty in waves, for splits and for chains to close. */
		if (table.stats.dead > 20000) {
			sched_yield();	/* until readers have left */
		} else if (!flow[id]) {
			if (i / 20000 % 2 == 0 || !(seed & 7)) {
				flow[id] = insert(id);
				expect(flow[id], "not inserted", id);
			}
		} else if (i / 20000 % 2 || !(seed & 7)) {
			lvsx_flow_remove(&table, flow[id]);
			flow[id] = NULL;
		}
		if (waits_for && all_left_since(waits_for)) {
			lvsx_flow_reclaim(&table);
			waits_for = 0;
		}
		if (!waits_for && !(seed & 0x70) && lvsx_flow_retire(&table))
			waits_for = __atomic_add_fetch(&epoch, 1, __ATOMIC_SEQ_CST);
	}
	return i;
}

static void begin(u8 of_family, u64 bits)
{
	static const struct lvsx_key key;
	long i;

	hash_bits = bits;
	families = of_family;
	stop = false;
	memset(directory, 0, sizeof(directory));
	memset(bucket_block, 0, sizeof(bucket_block));
	lvsx_flow_init(&table, 0, &key, directory, bucket_block, BLOCKS, SHIFT, 0);
	feed();
	expect(lvsx_flow_start(&table), "not started", 0);
	for (i = 0; i < STABLE; i++)
		expect(insert((u32)i), "not inserted", (u32)i);
	for (i = 0; i <= READERS; i++) {
		reader[i].finds = reader[i].hits = 0;
		pthread_create(&reader[i].thread, NULL, i < READERS ? read_some : walk, (void *)i);
	}
}

static void end(void)
{
	u32 i;

	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i <= READERS; i++) {
		pthread_join(reader[i].thread, NULL);
		look_ups += i < READERS ? reader[i].finds : 0;
	}
	moves += table.move_seq / 2;
	for (i = 0; i < table.arena.given; i++)
		free(directory[i]);
}

static void report(const char *name, u64 changes)
{
	printf("ok - look-ups from other threads, %s\n# %llu changes, %llu moves, %llu look-ups\n",
	       name, (unsigned long long)changes, (unsigned long long)moves,
	       (unsigned long long)look_ups);
	look_ups = moves = 0;
}

static void run(const char *name, u8 of_family, u64 bits, u64 operations)
{
	u64 changes;

	begin(of_family, bits);
	changes = own(operations);
	end();
	report(name, changes);
}

/* A table grows but once; nothing moves the entries of stable flows more than that. */
static void grow(u32 times)
{
	u32 i, id;

	for (i = 0; i < times; i++) {
		begin(LVSX_IPV4, ~0ull);
		while (!READ_ONCE(reader[0].finds) || !READ_ONCE(reader[1].finds))
			sched_yield();
		for (id = STABLE; id < MOST; id++)
			expect(insert(id), "not inserted", id);
		end();
	}
	report("while the index grows", (u64)times * (MOST - STABLE));
}

int main(int argc, char **argv)
{
	u64 operations = argc > 1 ? strtoull(argv[1], NULL, 0) : 30000;

	setvbuf(stdout, NULL, _IOLBF, 0);
	epoch = 1;
	printf("1..5\n");
	run("IPv4", LVSX_IPV4, ~0ull, operations);
	run("IPv6", LVSX_IPV6, ~0ull, operations);
	run("both, and both at once", MIXED, ~0ull, operations);
	run("hashes that collide", LVSX_IPV4, 0xffffffff000f001full, operations);
	grow((u32)(operations / 1000));
	return 0;
}
