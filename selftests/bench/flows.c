// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table full of flows, see flows.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include "core/table/insert.h"
#include "core/port/take.h"
#include "flows.h"

#define SHIFT 15
#define BLOCK ((size_t)LVSX_LINE << SHIFT)
#define BLOCKS 4096

struct lvsx_table table;
u64 counters[LVSX_REASON_MAX];
u32 now;

static void *directory[BLOCKS];
static void *bucket_block[BLOCKS];
static struct lvsx_rss rss;
static struct lvsx_timeouts timeouts;
static double fed;	/* seconds that went into memory */

void lvsx_env_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev)
{
	(void)t;
	(void)fwd;
	(void)rev;
}

void lvsx_env_idled(struct lvsx_table *t, const struct lvsx_half *fwd, const struct lvsx_half *rev)
{
	(void)t;
	(void)fwd;
	(void)rev;
}

void lvsx_env_active(struct lvsx_table *t, struct lvsx_half *fwd, bool active)
{
	(void)t;
	(void)fwd;
	(void)active;
}

void lvsx_env_shadow(struct lvsx_table *t, struct lvsx_half *fwd)
{
	(void)t;
	(void)fwd;
}

struct lvsx_half *lvsx_env_find_remote(struct lvsx_pkt *pkt, struct lvsx_table **owner)
{
	(void)pkt;
	(void)owner;
	return NULL;
}

/* The benchmark's packets are whole. */
const struct lvsx_table *lvsx_env_table(const struct lvsx_pkt *pkt, u16 cpu)
{
	(void)pkt;
	(void)cpu;
	return NULL;
}

bool lvsx_env_pull(struct lvsx_pkt *pkt, u32 len)
{
	(void)pkt;
	(void)len;
	return false;
}

void die(const char *why)
{
	fprintf(stderr, "core: %s\n", why);
	exit(1);
}

double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Zeroed, in a huge page where the system can, and there already: no page faults later. */
static void *get_block(void)
{
	u8 *got = mmap(NULL, 2 * BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	u8 *p = (u8 *)(((size_t)got + BLOCK - 1) / BLOCK * BLOCK);

	if (got == MAP_FAILED)
		die("out of memory, try with fewer flows");
	if (p != got)
		munmap(got, p - got);
	munmap(p + BLOCK, got + BLOCK - p);
	madvise(p, BLOCK, MADV_HUGEPAGE);
	memset(p, 0, BLOCK);
	return p;
}

static void feed(void)
{
	double began;

	if (!lvsx_arena_wants(&table.arena))
		return;
	began = seconds();
	while (lvsx_arena_wants(&table.arena))
		if (!lvsx_arena_give(&table.arena, get_block()))
			die("the table is full, try with fewer flows");
	fed += seconds() - began;
}

void flows_start(void)
{
	static const struct lvsx_key key = { { 0x0123456789abcdef, 0xfedcba9876543210 } };
	static const u16 cpu[1] = { 0 };
	u32 i;

	for (i = 0; i < LVSX_STATE_MAX; i++)
		timeouts.ms[i] = LIFE_MS;
	lvsx_rss_init_plain(&rss, 1, cpu, 1);
	lvsx_flow_init(&table, 1, 0, &key, directory, bucket_block, BLOCKS, SHIFT, now);
	feed();
	if (!lvsx_flow_start(&table))
		die("the table did not start");
	feed();
}

void flows_stop(void)
{
	u32 i;

	for (i = 0; i < table.arena.given; i++)
		munmap(directory[i], BLOCK);
	memset(directory, 0, sizeof(directory));
	memset(bucket_block, 0, sizeof(bucket_block));
}

void flows_client(u32 id, struct lvsx_tuple *t)
{
	t->saddr[0] = htonl(0x0a000000 + (id >> 14));
	t->daddr[0] = htonl(0xc6336401);
	t->sport = htons((u16)(1024 + (id & 0x3fff)));
	t->dport = htons(80);
	t->proto = LVSX_TCP;
	t->words = 1;
}

__be32 flows_real(u32 id)
{
	return htonl(0x0a010000 + id % REALS);
}

/*
 * A burst of first packets: all that they cost the core apart from parsing and the world's answers.
 * Each step is done for all of them, and memory answers meanwhile.
 */
struct burst {
	u32 n;
	struct lvsx_pkt syn[LVSX_BATCH];
	struct lvsx_tuple rev[LVSX_BATCH];
	struct lvsx_port port[LVSX_BATCH];
	struct lvsx_batch there, back;
};

static void burst_arrive(struct burst *b, u32 from, u32 n)
{
	u32 i;

	b->there.n = n;
	for (i = 0; i < n; i++) {
		flows_client(from + i, &b->syn[i].tuple);
		lvsx_batch_set(&b->there, i, &b->syn[i].tuple, 1);
	}
	lvsx_batch_hash_only(&table, &b->there);
}

static void draw(struct burst *b, u32 i, u32 from)
{
	const __be32 local = htonl(0x0a000001), real = flows_real(from + i);
	struct lvsx_tuple *rev = &b->rev[i];

	rev->saddr[0] = real;
	rev->daddr[0] = local;
	rev->sport = htons(8080);
	rev->proto = LVSX_TCP;
	rev->words = 1;
	b->syn[i].hash = b->there.hash[i];
	if (likely(lvsx_take_draw(&table, &rss, LVSX_TCP, local, real, htons(8080), &b->port[i])))
		rev->dport = b->port[i].port;
	else if (lvsx_ports_draw(&table, &rss, &b->syn[i], &local, &real, htons(8080), rev,
				 &b->port[i]))
		die("there is no port");
	lvsx_batch_set(&b->back, i, rev, 1);
}

static void burst_draw(struct burst *b, u32 from, u32 n)
{
	u32 i;

	b->back.n = n;
	for (i = 0; i < n; i++) {
		lvsx_batch_fetch(&b->there, i);
		draw(b, i, from);
	}
	lvsx_batch_hash_only(&table, &b->back);
}

static bool open_flow(struct burst *b, u32 i)
{
	const struct lvsx_tuple *fwd = &b->syn[i].tuple, *rev = &b->rev[i];
	struct lvsx_port *port = &b->port[i];
	struct lvsx_bucket *fwd_bucket = lvsx_bucket_of(&table, (u32)b->there.hash[i]);
	struct lvsx_bucket *bucket = lvsx_bucket_of(&table, (u32)b->back.hash[i]);
	struct lvsx_flow_new new;
	struct lvsx_ends ends;

	if (unlikely(!lvsx_bucket_alone(fwd_bucket, (u32)b->there.hash[i]) &&
		     lvsx_flow_find(&table, fwd, b->there.hash[i])))
		return false;
	port->rev_hash = b->back.hash[i];
	if (unlikely(!lvsx_take_drawn(&table, &rss, port, bucket))) {
		b->syn[i].now = now;
		b->syn[i].words = 1;
		b->syn[i].counters = counters;
		if (lvsx_ports_claim(&table, &rss, &b->syn[i], &b->rev[i], port))
			return false;
		bucket = lvsx_bucket_of(&table, (u32)port->rev_hash);
	}
	ends = lvsx_insert_ends(fwd, rev, fwd_bucket, bucket);
	new = (struct lvsx_flow_new){
		.fwd_hash = b->syn[i].hash,
		.rev_hash = port->rev_hash,
		.pool = port->pool,
		.epoch = port->epoch,
		.now = now,
		.first_look = LIFE_MS,
	};
	return lvsx_insert(&table, &ends, &new, 1);
}

/*
 * Opens the flows of the burst that was drawn before, and draws the next: while one is opened,
 * memory is asked for what another will touch. 0: none follow.
 */
static void open_flows(u32 from, u32 n)
{
	static struct burst burst[2];
	static u32 at;
	struct burst *old = &burst[at], *next = &burst[at ^= 1];
	u32 i;

	next->n = n;
	if (n) {
		burst_arrive(next, from, n);
		burst_draw(next, from, n);
	}
	for (i = 0; i < old->n || i < n; i++) {
		if (i < old->n && !open_flow(old, i))
			die("a flow was not made");
		if (i < n)
			lvsx_batch_fetch(&next->back, i);
	}
}

/* One tick of the world: turn the wheel, let the dead go, give memory. */
static void tick(void)
{
	while (!lvsx_age_run(&table, now, &timeouts, 512, counters))
		;
	lvsx_flow_reclaim(&table);
	lvsx_flow_retire(&table);
	feed();
}

double flows_pass(u32 *next, u32 n, u32 ms)
{
	double began = seconds() - fed;
	u32 made = 0, i;

	for (i = 0; i < ms; i++, now++) {
		while (made < (u64)n * (i + 1) / ms) {
			u32 part = n - made < LVSX_BATCH ? n - made : LVSX_BATCH;

			open_flows(*next, part);
			*next += part;
			made += part;
			feed();
		}
		if (now % LVSX_TICK_MS == 0)
			tick();
	}
	open_flows(0, 0);
	return seconds() - fed - began;
}
