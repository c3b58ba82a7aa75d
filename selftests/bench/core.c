// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast and how small are flows? In one process, one thread, against the bare memory limit that
 * is measured in the same run: fetching two random lines, the second named by the first, which is
 * the least that any table of this size can do. Writes JSON; never fails for being slow.
 *
 *	core FLOWS... >core.json
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include "core/age.h"
#include "core/ports.h"
#include "core/tcp.h"

#define BATCH 32
#define SHIFT 15
#define BLOCK ((size_t)LVSX_LINE << SHIFT)
#define BLOCKS 4096
#define LIFE_MS 60000
#define LOOKS (1u << 19)
#define TIMES 20

static struct lvsx_table table;
static void *directory[BLOCKS];
static u32 bucket_block[BLOCKS];
static struct lvsx_rss rss;
static struct lvsx_timeouts timeouts;
static u64 counters[LVSX_REASON_MAX];
static u32 now;
static double fed;	/* seconds that went into memory */

void lvsx_env_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev)
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

/* Of this thread on a CPU: what else runs on the machine is not measured, except by the cache. */
static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A place in a 64-bit sequence; SplitMix64 (Steele, Lea, Flood). */
static u64 mix(u64 x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return x ^ x >> 31;
}

static void *get_memory(size_t size)
{
	u8 *p = mmap(NULL, size + BLOCK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
		     0);

	if (p == MAP_FAILED) {
		fprintf(stderr, "core: no %zu MiB of memory, try with fewer flows\n", size >> 20);
		exit(1);
	}
	p = (u8 *)(((size_t)p + BLOCK - 1) / BLOCK * BLOCK);
	madvise(p, size, MADV_HUGEPAGE);
	memset(p, 0, size);
	return p;
}

/* The kernel's page faults are not the core's time. */
static void feed(void)
{
	double began;

	if (!lvsx_arena_wants(&table.arena))
		return;
	began = seconds();
	while (lvsx_arena_wants(&table.arena))
		if (!lvsx_arena_give(&table.arena, get_memory(BLOCK)))
			exit(1);
	fed += seconds() - began;
}

static void client_of(u32 id, struct lvsx_tuple *t)
{
	t->saddr[0] = htonl(0x0a000000 + (id >> 14));
	t->daddr[0] = htonl(0xc6336401);
	t->sport = htons((u16)(1024 + (id & 0x3fff)));
	t->dport = htons(80);
	t->proto = LVSX_TCP;
	t->words = 1;
}

/* All that a first packet costs the core apart from parsing and the world's answers. */
static bool open_flow(const struct lvsx_tuple *client, u64 hash, u32 id)
{
	__be32 local = htonl(0x0a000001), real = htonl(0x0a010000 + id % 256);
	struct lvsx_pkt syn = { .now = now, .words = 1, .counters = counters, .tuple = *client,
				.hash = hash };
	struct lvsx_tuple rev;
	struct lvsx_port port;
	struct lvsx_flow_new new;

	if (lvsx_ports_take(&table, &rss, &syn, &local, &real, htons(8080), &rev, &port))
		return false;
	new = (struct lvsx_flow_new){
		.fwd = client,
		.rev = &rev,
		.fwd_hash = hash,
		.rev_hash = port.rev_hash,
		.pool = port.pool,
		.now = now,
		.first_look = LVSX_TICK_MS,
	};
	return lvsx_flow_insert(&table, &new);
}

static u32 open_flows(u32 from, u32 n)
{
	struct lvsx_tuple client[BATCH];
	u64 hash[BATCH];
	u32 i, failed = 0;

	for (i = 0; i < n; i++) {
		client_of(from + i, &client[i]);
		hash[i] = lvsx_tuple_hash(&client[i], &table.key);
		lvsx_flow_fetch(&table, hash[i]);
	}
	for (i = 0; i < n; i++)
		failed += lvsx_flow_find(&table, &client[i], hash[i]) ||
			  !open_flow(&client[i], hash[i], from + i);
	return failed;
}

static void start(void)
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
		exit(1);
	feed();
}

static void stop(void)
{
	u32 i;

	for (i = 0; i < table.arena.given; i++)
		munmap(directory[i], BLOCK);
	memset(directory, 0, sizeof(directory));
	memset(bucket_block, 0, sizeof(bucket_block));
}

static u32 draw(u64 i, u32 below)
{
	return (u32)((mix(i) >> 32) * below >> 32);
}

/* Nanoseconds a look-up, in batches as a NIC delivers packets, flows in random order. */
static double find_some(u32 flows, u32 from, u32 batch)
{
	const struct lvsx_tuple *tuple[BATCH];
	struct lvsx_tuple t[BATCH];
	struct lvsx_half *h[BATCH];
	u64 hash[BATCH], sum = 0;
	double began = seconds();
	u32 i, j;

	for (j = 0; j < batch; j++)
		tuple[j] = &t[j];
	for (i = from; i < from + LOOKS; i += batch) {
		for (j = 0; j < batch; j++) {
			client_of(draw(i + j, flows), &t[j]);
			hash[j] = lvsx_tuple_hash(&t[j], &table.key);
			lvsx_flow_fetch(&table, hash[j]);
		}
		lvsx_flow_find_batch(&table, tuple, hash, h, batch);
		for (j = 0; j < batch; j++)
			sum += h[j]->addr_delta;
	}
	counters[0] += sum;
	return (seconds() - began) / LOOKS * 1e9;
}

/* The tuple and its hash alone: what the look-up adds to, in the program as in the benchmark. */
static double hash_some(u32 flows, u32 from, u32 batch)
{
	double began = seconds();
	struct lvsx_tuple t;
	u64 sum = 0;
	u32 i;

	(void)batch;
	for (i = from; i < from + LOOKS; i++) {
		client_of(draw(i, flows), &t);
		sum += lvsx_tuple_hash(&t, &table.key);
	}
	counters[0] += sum;
	return (seconds() - began) / LOOKS * 1e9;
}

static u8 *index_lines, *flow_lines;

/* The same accesses without a table: a line of an index, and the line that it names. */
static double fetch_some(u32 flows, u32 from, u32 batch)
{
	u64 sum = 0, at[BATCH];
	double began = seconds();
	u32 i, j;

	(void)flows;
	for (i = from; i < from + LOOKS; i += batch) {
		for (j = 0; j < batch; j++) {
			at[j] = (u64)draw(i + j, table.buckets) * LVSX_LINE;
			prefetch(index_lines + at[j]);
		}
		for (j = 0; j < batch; j++) {
			at[j] = *(u32 *)(index_lines + at[j]) * 2ull * LVSX_LINE;
			prefetch(flow_lines + at[j]);
		}
		for (j = 0; j < batch; j++)
			sum += *(u32 *)(flow_lines + at[j]);
	}
	counters[0] += sum;
	return (seconds() - began) / LOOKS * 1e9;
}

/* The best of several: what disturbs only ever adds. */
static double best(double (*some)(u32 flows, u32 from, u32 batch), u32 flows, u32 batch)
{
	double least = 1e9;
	u32 i;

	for (i = 0; i < TIMES; i++) {
		double took = some(flows, i * LOOKS, batch);

		if (took < least)
			least = took;
	}
	return least;
}

static void measure_memory(u32 flows, double *batched, double *single)
{
	size_t index_size = (size_t)table.buckets * LVSX_LINE;
	size_t flow_size = (size_t)flows * 2 * LVSX_LINE;
	u32 i;

	index_lines = get_memory(index_size);
	flow_lines = get_memory(flow_size);
	for (i = 0; i < table.buckets; i++)
		*(u32 *)(index_lines + (size_t)i * LVSX_LINE) = draw(i, flows);
	*batched = best(fetch_some, flows, BATCH);
	*single = best(fetch_some, flows, 1);
	munmap(index_lines, index_size);
	munmap(flow_lines, flow_size);
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

/* Make @n flows while @ms pass. Returns the seconds it took. */
static double pass(u32 *next, u32 n, u32 ms)
{
	double began = seconds() - fed;
	u32 made = 0, failed = 0, i;

	for (i = 0; i < ms; i++, now++) {
		while (made < (u64)n * (i + 1) / ms) {
			u32 part = n - made < BATCH ? n - made : BATCH;

			failed += open_flows(*next, part);
			*next += part;
			made += part;
			feed();
		}
		if (now % LVSX_TICK_MS == 0)
			tick();
	}
	if (failed)
		fprintf(stderr, "core: %u flows were not made\n", failed);
	return seconds() - fed - began;
}

static void bench(u32 flows, bool last)
{
	double find, find_one, memory, memory_one, hash, insert, per_flow, given, churn;
	u32 next = 0, live;
	u64 lines, expired;

	start();
	insert = pass(&next, flows, LIFE_MS - 2 * LVSX_TICK_MS) / flows * 1e9;
	live = table.stats.flows;
	hash = best(hash_some, live, 1);
	find = best(find_some, live, BATCH);
	find_one = best(find_some, live, 1);
	measure_memory(live, &memory, &memory_one);
	lines = (u64)live * 2 + table.buckets + table.arena.lines_used;
	per_flow = (double)lines * LVSX_LINE / live;
	given = (double)table.arena.given * BLOCK / live;

	/* From now on as many expire as come: first a while to settle in. */
	pass(&next, flows / 16, LIFE_MS / 16);
	expired = counters[LVSX_REASON_FLOW_EXPIRED];
	churn = pass(&next, flows / 4, LIFE_MS / 4) * 1e9;
	expired = counters[LVSX_REASON_FLOW_EXPIRED] - expired;
	churn /= (flows / 4 + expired) / 2.0;
	printf("  {\"flows\": %u, \"find_ns\": %.1f, \"hash_ns\": %.1f, \"memory_ns\": %.1f, "
	       "\"find_single_ns\": %.1f, \"memory_single_ns\": %.1f, \"insert_ns\": %.1f, "
	       "\"churn_ns\": %.1f, \"bytes\": %.1f, \"bytes_given\": %.1f}%s\n",
	       live, find, hash, memory, find_one, memory_one, insert, churn, per_flow, given,
	       last ? "" : ",");
	fflush(stdout);
	stop();
}

int main(int argc, char **argv)
{
	int i;

	printf("{\"core\": [\n");
	for (i = 1; i < argc; i++)
		bench((u32)strtoul(argv[i], NULL, 0), i == argc - 1);
	printf("]}\n");
	return 0;
}
