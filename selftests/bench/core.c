// SPDX-License-Identifier: GPL-2.0-only
/*
 * How fast and how small are flows? In one process and one thread, against two limits measured in
 * the same run: the work on a packet without a table, and the bare memory, as any table of this
 * size must fetch a line of an index and then one of a flow. Writes JSON on standard output, a
 * line a metric; never fails for being slow.
 *
 *	core FLOWS... >core.json
 *
 * Rates are taken from 64 k flows on, the bytes of a connection from the last number of flows.
 */
#include <stdio.h>
#include <stdlib.h>
#include "core/table/table.h"
#include "flows.h"

#define PACKETS 4096
#define TURNS 5
#define IN_TURN 100
#define ROUNDS (TURNS * IN_TURN)
#define WINDOWS 8
#define RATES_FROM 64000	/* fewer flows, in windows of as many, are too few to be timed */

static struct frame frame[PACKETS];
static u32 id[PACKETS];		/* of the flow that each belongs to */
/* For the bare accesses: lines of the index, of flows. */
static const u32 *index_line[PACKETS], *flow_line[PACKETS];

/* A place in a 64-bit sequence; SplitMix64 (Steele, Lea, Flood). */
static u32 draw(u32 below)
{
	static u64 at;
	u64 x = at += 0x9e3779b97f4a7c15ull;

	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ x >> 27) * 0x94d049bb133111ebull;
	return (u32)(((x ^ x >> 31) >> 32) * below >> 32);
}

static u32 *line_of_some_flow(u32 flows)
{
	u32 per_block = (1u << table.arena.shift) / 2, i = draw(flows);
	void *block = table.bucket_block[table.arena.max - 1 - i / per_block];	/* of size 0 */

	return (u32 *)lvsx_half_at(block, i % per_block * 2);
}

/* Packets of clients, flows in random order, numbered from @first. */
static void make_packets(u32 first, u32 flows)
{
	u32 i;

	for (i = 0; i < PACKETS; i++) {
		id[i] = first + draw(flows);
		flows_frame(id[i], LVSX_TCP_ACK, &frame[i]);
		index_line[i] = (u32 *)lvsx_bucket_at(&table, draw(table.buckets));
		flow_line[i] = line_of_some_flow(flows);
	}
}

static void check_packets(void)
{
	u32 i;

	for (i = 0; i < PACKETS; i++)
		if (frame[i].ip.daddr != flows_real(id[i]) || frame[i].tcp.dport != htons(8080))
			die("a packet was not translated");
}

/* What is left of the path when there is no table. */
static void floor_some(void)
{
	struct lvsx_half half[LVSX_BURST] = { { .proto = LVSX_TCP } };
	static struct lvsx_pkt pkt[LVSX_BURST];
	u32 i, j;

	for (j = 0; j < LVSX_BURST; j++)
		half[j] = half[0];
	for (i = 0; i < PACKETS; i += LVSX_BURST) {
		for (j = 0; j < LVSX_BURST; j++) {
			flows_packet(&pkt[j], &frame[i + j]);
			if (unlikely(lvsx_parse(&pkt[j]) != LVSX_NEXT))
				die("a packet was not parsed");
		}
		for (j = 0; j < LVSX_BURST; j++)
			lvsx_xlate(&pkt[j], &half[j]);
	}
}

/* Bursts, as a poll-mode driver hands them out. */
static void batch_some(void)
{
	static struct lvsx_pkt pkt[LVSX_BURST];
	static struct lvsx_burst burst;
	u8 verdict[LVSX_BURST];
	u32 from, i;

	for (from = 0; from < PACKETS; from += LVSX_BURST) {
		for (i = 0; i < LVSX_BURST; i++)
			flows_packet(&pkt[i], &frame[from + i]);
		lvsx_path_burst(&flows_io, &burst, pkt, LVSX_BURST, &plane, verdict);
	}
}

static void scalar_some(void)
{
	u32 i;

	for (i = 0; i < PACKETS; i++) {
		struct lvsx_pkt pkt;
		struct lvsx_hdr hdr;

		flows_packet(&pkt, &frame[i]);
		hdr = lvsx_parse_plain(pkt.data, pkt.len, pkt.total);
		if (unlikely(!hdr.proto || !lvsx_fastpath(&flows_io, &pkt, hdr, &table)) &&
		    lvsx_path(&pkt, &plane) != LVSX_FORWARD)
			die("a packet was not forwarded");
	}
}

/*
 * The accesses of a look-up and no more, to the table's own memory: a line of the index, and a line
 * of a flow that cannot be asked for before the first has come.
 */
static void memory_some(void)
{
	const u32 *at[LVSX_BURST];
	u64 sum = 0;
	u32 i, j;

	for (i = 0; i < PACKETS; i += LVSX_BURST) {
		for (j = 0; j < LVSX_BURST; j++)
			prefetch(index_line[i + j]);
		for (j = 0; j < LVSX_BURST; j++) {
			/* the number of a line, never that high: adds 0, which only we know */
			at[j] = flow_line[i + j] + (index_line[i + j][LVSX_LINE / 4 - 1] >> 31);
			prefetch(at[j]);
		}
		for (j = 0; j < LVSX_BURST; j++)
			sum += *at[j];
	}
	counters[0] += sum;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static const char *name_of(u32 flows)
{
	static char name[16];

	if (flows % 1000000 == 0)
		snprintf(name, sizeof(name), "%um", flows / 1000000);
	else if (flows % 1000 == 0)
		snprintf(name, sizeof(name), "%uk", flows / 1000);
	else
		snprintf(name, sizeof(name), "%u", flows);
	return name;
}

/*
 * One metric. Its value is the best of @n, as what disturbs never makes anything faster; its spread
 * is between the quartiles.
 */
static void report(const char *metric, const char *suffix, const char *unit, double *values, u32 n,
		   bool least)
{
	static bool more;

	qsort(values, n, sizeof(*values), compare);
	printf("%s\n  \"%s%s%s\": {\"value\": %.1f, \"unit\": \"%s\", \"spread\": %.1f, "
	       "\"value_is\": \"%s of %u\"}", more ? "," : "", metric, *suffix ? "." : "", suffix,
	       values[least ? 0 : n - 1], unit, values[n * 3 / 4] - values[n / 4],
	       least ? "minimum" : "maximum", n);
	fflush(stdout);
	more = true;
}

static double time_some(void (*some)(void))
{
	double began = seconds();

	some();
	return (seconds() - began) / PACKETS * 1e9;
}

/*
 * Nanoseconds a packet. All kinds in turn, so that they are disturbed alike; each several times in
 * a row, as in a balancer, where address translations of one kind of access stay cached.
 */
static void measure_packets(u32 first, u32 flows, bool last)
{
	static const struct {
		const char *name;
		void (*some)(void);
		bool translates;
	} kind[] = {
		{ "core_ns.scalar", scalar_some, true },
		{ "core_ns.batch", batch_some, true },
		{ "core_ns.memory", memory_some, false },
		{ "core_ns.floor", floor_some, false },
	};
	enum { KINDS = sizeof(kind) / sizeof(kind[0]), FLOOR = KINDS - 1 };
	static double ns[KINDS][ROUNDS], floor_ns[1000 * ROUNDS];
	static u32 floors;
	u32 turn, i, k;

	for (turn = 0; turn < TURNS; turn++)
		for (k = 0; k < KINDS; k++)
			for (i = 0; i < IN_TURN; i++) {
				make_packets(first, flows);
				ns[k][turn * IN_TURN + i] = time_some(kind[k].some);
				if (kind[k].translates)
					check_packets();
			}
	for (k = 0; k < FLOOR; k++)
		report(kind[k].name, name_of(flows), "ns", ns[k], ROUNDS, true);
	memcpy(floor_ns + floors, ns[FLOOR], sizeof(ns[FLOOR]));
	floors += ROUNDS;
	if (last)
		report(kind[FLOOR].name, "", "ns", floor_ns, floors, true);
}

/*
 * Flows made a second, as @rate says of the windows in which the table was filled; bytes of each;
 * and pairs of one made and one expired, once as many expire as come.
 */
static void measure_rates(u32 flows, u32 *next, double *rate, bool last)
{
	double bytes = (double)((u64)flows * 2 + table.buckets + table.arena.lines_used) *
		       LVSX_LINE / flows;
	u32 i;

	report("core_rate.insert", name_of(flows), "1/s", rate, WINDOWS, false);
	if (last)
		report("bytes.per_conn.core", "", "B", &bytes, 1, true);
	flows_pass(next, flows / 8, LIFE_MS / 8);	/* to settle in */
	for (i = 0; i < WINDOWS; i++) {
		u64 expired = counters[LVSX_REASON_FLOW_EXPIRED];
		double took = flows_pass(next, flows / 2 / WINDOWS, LIFE_MS / 2 / WINDOWS);

		expired = counters[LVSX_REASON_FLOW_EXPIRED] - expired;
		rate[i] = (flows / 2 / WINDOWS + expired) / 2.0 / took;
	}
	report("core_rate.churn", name_of(flows), "1/s", rate, WINDOWS, false);
}

static void bench(u32 flows, bool last)
{
	u32 part = flows / 2 / WINDOWS, part_ms = LIFE_MS / 2 / WINDOWS - LVSX_TICK_MS, next = 0, i;
	double rate[WINDOWS];

	flows_start();
	/* Half of them, then the other half in windows; all live at the end, none has expired. */
	flows_pass(&next, flows - WINDOWS * part, LIFE_MS / 2);
	for (i = 0; i < WINDOWS; i++)
		rate[i] = part / flows_pass(&next, part, part_ms);
	if (table.stats.flows != flows || counters[LVSX_REASON_FLOW_EXPIRED])
		die("a flow has expired early");
	if (flows >= RATES_FROM)
		measure_rates(flows, &next, rate, last);
	/* Of the newest flows, none of which has expired; packets make them younger. */
	measure_packets(next - flows, flows, last);
	counters[LVSX_REASON_FLOW_EXPIRED] = 0;
	flows_stop();
}

int main(int argc, char **argv)
{
	int i;

	printf("{");
	for (i = 1; i < argc; i++)
		bench((u32)strtoul(argv[i], NULL, 0), i == argc - 1);
	printf("\n}\n");
	return 0;
}
