// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table full of flows, see flows.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include "core/host.h"
#include "core/pkt/io.h"
#include "core/table/table.h"
#include "flows.h"

#define SHIFT 15
#define BLOCK ((size_t)LVSX_LINE << SHIFT)
#define BLOCKS 4096

struct lvsx_table table;
u64 counters[LVSX_REASON_MAX];
u32 now;

static void *directory[BLOCKS];
static void *bucket_block[BLOCKS];
static struct lvsx_portmap map;
static struct lvsx_timeouts timeouts;
const struct lvsx_plane plane = { .table = &table, .map = &map, .timeouts = &timeouts };
static double fed;	/* seconds that went into memory */

/* pkt/io.h: packets are whole, and whatever they are written into is theirs. */

static bool pull(struct lvsx_pkt *pkt, u32 len)
{
	(void)pkt;
	(void)len;
	return false;
}

static bool yes(struct lvsx_pkt *pkt)
{
	(void)pkt;
	return true;
}

static int route(struct lvsx_pkt *pkt)
{
	(void)pkt;
	return LVSX_NEXT;
}

static void unroute(struct lvsx_pkt *pkt)
{
	(void)pkt;
}

static const struct lvsx_io io = {
	.pull = pull,
	.writable = pull,
	.icmp_csum_ok = yes,
	.source_ok = yes,
	.route = route,
	.unroute = unroute,
};

/* core/host.h */

bool lvsx_host_is_ours(const struct lvsx_pkt *pkt)
{
	(void)pkt;
	return true;
}

struct lvsx_half *lvsx_host_find_remote(struct lvsx_pkt *pkt, struct lvsx_table **owner)
{
	(void)pkt;
	(void)owner;
	return NULL;
}

const struct lvsx_table *lvsx_host_table(const struct lvsx_pkt *pkt, u16 cpu)
{
	(void)pkt;
	(void)cpu;
	return NULL;
}

const struct lvsx_portmap *lvsx_host_portmap(const struct lvsx_pkt *pkt)
{
	(void)pkt;
	return &map;
}

static u32 id_of(const struct lvsx_tuple *client)
{
	return (ntohl(client->saddr[0]) - 0x0a000000) << 14 | (ntohs(client->sport) - 1024);
}

int lvsx_host_new_conn(struct lvsx_pkt *pkt, struct lvsx_conn *conn)
{
	static const __be32 local[1][4] = { { 0x0100000a } };

	conn->family = LVSX_IPV4;
	conn->rport = htons(8080);
	conn->real[0] = flows_real(id_of(&pkt->tuple));
	conn->real_id = 1;
	conn->shadow = 0;
	conn->idle_ms = 0;
	conn->local = local;
	conn->locals = 1;
	return LVSX_NEXT;
}

void lvsx_host_undo_conn(struct lvsx_pkt *pkt, const struct lvsx_conn *conn)
{
	(void)pkt;
	(void)conn;
}

void lvsx_host_port_conflict(const struct lvsx_conn *conn, u32 which)
{
	(void)conn;
	(void)which;
}

void lvsx_host_want_memory(struct lvsx_table *t)
{
	(void)t;
}

int lvsx_host_account(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	(void)pkt;
	(void)half;
	return 0;
}

bool lvsx_host_conn_moves(const struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	(void)pkt;
	(void)half;
	return false;
}

void lvsx_host_conn_active(struct lvsx_table *t, struct lvsx_half *fwd, bool active)
{
	(void)t;
	(void)fwd;
	(void)active;
}

void lvsx_host_conn_state(struct lvsx_table *t, struct lvsx_half *fwd)
{
	(void)t;
	(void)fwd;
}

void lvsx_host_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev)
{
	(void)t;
	(void)fwd;
	(void)rev;
}

void lvsx_host_flow_idled(struct lvsx_table *t, const struct lvsx_half *fwd,
			  const struct lvsx_half *rev)
{
	(void)t;
	(void)fwd;
	(void)rev;
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
	lvsx_portmap_init_rr(&map, 1, cpu, 1);
	lvsx_flow_init(&table, 0, &key, directory, bucket_block, BLOCKS, SHIFT, now);
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

void flows_packet(struct lvsx_pkt *pkt, struct frame *f)
{
	pkt->data = (u8 *)f;
	pkt->len = pkt->total = sizeof(f->ip) + sizeof(f->tcp);
	pkt->now = now;
	pkt->mark = 0;
	pkt->cpu = 0;
	pkt->family = LVSX_IPV4;
	pkt->flags = LVSX_PKT_WRITABLE;
	pkt->io = &io;
	pkt->counters = counters;
}

void flows_client(u32 id, struct lvsx_tuple *t)
{
	t->saddr[0] = htonl(0x0a000000 + (id >> 14));
	t->daddr[0] = htonl(0xc6336401);
	t->sport = htons((u16)(1024 + (id & 0x3fff)));
	t->dport = htons(80);
	t->proto = LVSX_TCP;
	t->family = LVSX_IPV4;
}

__be32 flows_real(u32 id)
{
	return htonl(0x0a010000 + id % REALS);
}

void flows_frame(u32 id, u8 flags, struct frame *f)
{
	struct lvsx_tuple t;

	flows_client(id, &t);
	*f = (struct frame){
		.ip = { .version_ihl = 0x45, .tot_len = htons(sizeof(f->ip) + sizeof(f->tcp)),
			.ttl = 64, .proto = LVSX_TCP, .saddr = t.saddr[0], .daddr = t.daddr[0] },
		.tcp = { .sport = t.sport, .dport = t.dport, .doff = 0x50, .flags = flags },
	};
}

/* As a poll-mode driver hands them out. */
static void open_flows(u32 from, u32 n)
{
	static struct frame frame[LVSX_BURST];
	static struct lvsx_pkt pkt[LVSX_BURST];
	static struct lvsx_burst burst;
	u8 verdict[LVSX_BURST];
	u32 i;

	for (i = 0; i < n; i++) {
		flows_frame(from + i, LVSX_TCP_SYN, &frame[i]);
		flows_packet(&pkt[i], &frame[i]);
	}
	lvsx_path_burst(&flows_io, &burst, pkt, n, &plane, verdict);
	for (i = 0; i < n; i++) {
		if (verdict[i] != LVSX_FORWARD)
			die("a flow was not made");
		/* Neither the handshake nor the notice of who idled out is measured. */
		pkt[i].half->state = LVSX_STATE_UDP;
		lvsx_flow_rev(pkt[i].half)->state = LVSX_STATE_UDP;
	}
}

/* One tick: turn the wheel, let the dead go, give memory. */
static void tick(void)
{
	while (!lvsx_expire_run(&table, now, &timeouts, 512, counters))
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
			u32 part = n - made < LVSX_BURST ? n - made : LVSX_BURST;

			open_flows(*next, part);
			*next += part;
			made += part;
			feed();
		}
		if (now % LVSX_TICK_MS == 0)
			tick();
	}
	return seconds() - fed - began;
}
