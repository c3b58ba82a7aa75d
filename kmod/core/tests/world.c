// SPDX-License-Identifier: GPL-2.0-only
/* Answers host.h and io.h for tests and fuzzers, see world.h. */
#include "world.h"
#include "core/path/expire.h"
#include "core/pkt/hash.h"
#include "core/pkt/io.h"
#include "core/pkt/parse.h"
#include "core/port/ports.h"
#include "core/table/insert.h"
#include "core/table/table.h"

#ifdef __KERNEL__
#include <linux/mm.h>
#include <linux/slab.h>

void *world_alloc(size_t size)
{
	return kvzalloc(size, GFP_KERNEL);
}

void world_unalloc(void *memory)
{
	kvfree(memory);
}
#else
#include <stdlib.h>

/* Small ones are exact, for the sanitizer; blocks are aligned to a line. */
void *world_alloc(size_t size)
{
	void *memory = size % 64 ? malloc(size) : aligned_alloc(64, size);

	return memory ? memset(memory, 0, size) : NULL;
}

void world_unalloc(void *memory)
{
	free(memory);
}
#endif

#define BLOCK_SHIFT 6

/* For static tables, where htonl() is no constant in every world. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define BE(x) ((__force __be32)x)
#else
#define BE(x) ((__force __be32)__builtin_bswap32(x))
#endif

const __be32 world_client[2][4] = {
	{ BE(0xc000020a) },
	{ BE(0x20010db8), BE(0x000a0000), 0, BE(0x0000000a) },
};

const __be32 world_vip[2][4] = {
	{ BE(0xc6336401) },
	{ BE(0x20010db8), BE(0x00010000), 0, BE(0x00000001) },
};

const __be32 world_local[2][4] = {
	{ BE(0x0a000001) },
	{ BE(0xfd000000), BE(0x00000001), 0, BE(0x00000001) },
};

const __be32 world_real[2][4] = {
	{ BE(0x0a000102) },
	{ BE(0xfd000000), BE(0x00000002), 0, BE(0x00000102) },
};

static const struct lvsx_key key = { { 0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull } };

static bool start_table(struct world *w, u16 cpu)
{
	struct world_cpu *c = &w->cpu[cpu];

	c->table = world_alloc(sizeof(struct lvsx_table));
	c->directory = world_alloc(WORLD_BLOCKS * sizeof(void *));
	c->buckets = world_alloc(WORLD_BLOCKS * sizeof(void *));
	if (!c->table || !c->directory || !c->buckets)
		return false;
	lvsx_flow_init(c->table, cpu, &key, c->directory, c->buckets, WORLD_BLOCKS, BLOCK_SHIFT,
		       w->now);
	c->table->priv = w;
	c->plane.table = c->table;
	return true;
}

struct lvsx_portmap *world_map(void)
{
	static const u16 cpus[WORLD_CPUS] = { 0, 1 };
	struct lvsx_portmap *map = world_alloc(sizeof(*map));

	if (map)
		lvsx_portmap_init_rr(map, 1, cpus, WORLD_CPUS);
	return map;
}

struct world *world_new(struct lvsx_portmap *map)
{
	struct world *w = world_alloc(sizeof(*w));
	u16 i;

	if (!w)
		return NULL;
	w->now = 0xfffff000;	/* wraps soon, as the kernel's clock does after boot */
	w->linear = WORLD_PACKET;
	w->spare_blocks = ~0u;
	w->locals = 1;
	w->mtu = 1500;
	w->timeouts = (struct lvsx_timeouts){ {
#define WORLD_TIMEOUT(id, text, ms, active) [LVSX_STATE_##id] = ms,
		LVSX_STATES(WORLD_TIMEOUT)
#undef WORLD_TIMEOUT
	} };
	w->map = map;
	if (!map) {
		w->own_map = world_map();
		w->map = w->own_map;
	}
	if (!w->map)
		goto err;

	for (i = 0; i < WORLD_CPUS; i++) {
		w->cpu[i].plane.map = w->map;
		w->cpu[i].plane.timeouts = &w->timeouts;
		if (!start_table(w, i))
			goto err;
	}
	world_feed(w);
	for (i = 0; i < WORLD_CPUS; i++)
		if (!lvsx_flow_start(w->cpu[i].table))
			goto err;
	world_feed(w);
	return w;
err:
	world_free(w);
	return NULL;
}

void world_free(struct world *w)
{
	u32 i, block;

	if (!w)
		return;
	world_unalloc(w->pkt.data);
	for (i = 0; i < WORLD_CPUS; i++) {
		struct world_cpu *c = &w->cpu[i];

		for (block = 0; c->directory && block < WORLD_BLOCKS; block++)
			world_unalloc(c->directory[block]);
		world_unalloc(c->directory);
		world_unalloc(c->buckets);
		world_unalloc(c->table);
	}
	world_unalloc(w->own_map);
	world_unalloc(w);
}

static void feed_table(struct world *w, struct lvsx_table *t)
{
	while (w->spare_blocks && lvsx_arena_wants(&t->arena)) {
		void *block = world_alloc((size_t)LVSX_LINE << BLOCK_SHIFT);

		if (!block || !lvsx_arena_give(&t->arena, block)) {
			world_unalloc(block);
			return;
		}
		w->spare_blocks--;
	}
}

void world_feed(struct world *w)
{
	u32 i;

	for (i = 0; i < WORLD_CPUS; i++)
		feed_table(w, w->cpu[i].table);
}

static void tick(struct world *w, struct lvsx_table *t)
{
	while (!lvsx_expire_run(t, w->now, &w->timeouts, 64, w->counters))
		;
	/* One thread, no reader: a grace period is over as soon as it begins. */
	while (lvsx_flow_retire(t))
		lvsx_flow_reclaim(t);
}

void world_pass(struct world *w, u32 ms)
{
	u32 i;

	while (ms) {
		u32 step = ms < 8000 ? ms : 8000;

		w->now += step;
		ms -= step;
		for (i = 0; i < WORLD_CPUS; i++)
			tick(w, w->cpu[i].table);
		world_feed(w);
	}
}

bool world_reseat(struct lvsx_pkt *pkt, const u8 *whole, u32 len)
{
	const struct world *w = pkt->frame;
	u8 *data;

	if (w->no_memory)
		return false;
	data = world_alloc(len);
	if (!data)
		return false;
	if (pkt->data)
		memcpy(data, pkt->data, len < pkt->len ? len : pkt->len);
	if (len > pkt->len)
		memcpy(data + pkt->len, whole + pkt->len, len - pkt->len);
	world_unalloc(pkt->data);
	pkt->data = data;
	pkt->len = len;
	return true;
}

struct lvsx_pkt *world_lay(struct world *w, const void *bytes, u32 size, u8 family)
{
	struct lvsx_pkt *pkt = &w->pkt;
	bool no_memory = w->no_memory;

	world_unalloc(pkt->data);
	if (bytes != w->in)
		memcpy(w->in, bytes, size);
	w->size = size;
	w->writable = 0;
	memset(pkt, 0, sizeof(*pkt));
	pkt->total = size;
	pkt->now = w->now;
	pkt->cpu = w->at;
	pkt->family = family;
	pkt->flags = w->flags;
	pkt->frame = w;
	pkt->io = &world_io;
	pkt->counters = w->counters;
	w->no_memory = false;
	world_reseat(pkt, w->in, w->linear < size ? w->linear : size);
	w->no_memory = no_memory;
	return pkt;
}

void world_lift(struct world *w)
{
	memcpy(w->out, w->in, w->size);
	memcpy(w->out, w->pkt.data, w->pkt.len);
}

int world_send(struct world *w, const void *bytes, u32 size, u8 family)
{
	struct lvsx_pkt *pkt = world_lay(w, bytes, size, family);
	int verdict = lvsx_path(pkt, &w->cpu[w->at].plane);

	/* As receive functions do, once it is sent. What is not sent holds no next hop. */
	if (verdict == LVSX_FORWARD)
		pkt->io->unroute(pkt);
	world_lift(w);
	return verdict;
}

struct lvsx_half *world_flow(struct world *w, const struct lvsx_tuple *fwd,
			     const struct lvsx_tuple *rev)
{
	struct lvsx_table *t = w->cpu[w->at].table;
	struct lvsx_conn conn = {
		.family = rev->family,
		.rport = rev->sport,
		.local = &rev->daddr,
		.locals = 1,
	};
	struct lvsx_flow_new n = {
		.real_id = WORLD_REAL_ID,
		.shadow = WORLD_SHADOW,
		.now = w->now,
		.first_look = LVSX_TICK_MS,
	};
	struct lvsx_port port;

	w->pkt.tuple = *fwd;
	w->pkt.io = &world_io;
	/* some port of the right pool is taken, though @rev says which one is used */
	memcpy(conn.real, rev->saddr, sizeof(conn.real));
	port = lvsx_ports_search(t, w->map, &w->pkt, &conn, 0);
	if (port.err)
		return NULL;
	n.pool = port.pool;
	n.port_round = port.round;
	w->uses++;
	return world_insert(t, fwd, rev, &n);
}

struct lvsx_half *world_insert(struct lvsx_table *t, const struct lvsx_tuple *fwd,
			       const struct lvsx_tuple *rev, struct lvsx_flow_new *n)
{
	const size_t ports = offsetof(struct lvsx_tuple, sport);

	n->client = fwd->saddr;
	n->vip = fwd->daddr;
	n->real = rev->saddr;
	n->local = rev->daddr;
	n->fwd_ports = lvsx_load_ports(fwd, ports);
	n->rev_ports = lvsx_load_ports(rev, ports);
	n->proto = fwd->proto;
	n->kind |= (fwd->family ? LVSX_KIND_MATCH6 : 0) | (rev->family ? LVSX_KIND_REWRITE6 : 0);
	n->fwd_hash = lvsx_hash_tuple(fwd, &t->seed);
	n->rev_hash = lvsx_hash_tuple(rev, &t->seed);
	n->fwd_bucket = lvsx_bucket_of(t, (u32)n->fwd_hash);
	n->rev_bucket = lvsx_bucket_of(t, (u32)n->rev_hash);
	return lvsx_flow_insert(t, n);
}

u32 world_flows(const struct world *w)
{
	u32 sum = 0, i;

	for (i = 0; i < WORLD_CPUS; i++)
		sum += w->cpu[i].table->stats.flows;
	return sum;
}

/* pkt/io.h */

static bool pull(struct lvsx_pkt *pkt, u32 len)
{
	const struct world *w = pkt->frame;

	return len <= pkt->total && world_reseat(pkt, w->in, len);
}

static bool writable(struct lvsx_pkt *pkt, u32 len)
{
	struct world *w = pkt->frame;

	if (len > pkt->len || !world_reseat(pkt, w->in, pkt->len))
		return false;
	w->writable = len;
	return true;
}

static bool icmp_csum_ok(struct lvsx_pkt *pkt)
{
	const struct world *w = pkt->frame;

	return !w->bad_sum;
}

static bool source_ok(struct lvsx_pkt *pkt)
{
	const struct world *w = pkt->frame;

	return !w->martian;
}

static int route(struct lvsx_pkt *pkt)
{
	struct world *w = pkt->frame;
	u8 hops = pkt->family == LVSX_IPV4 ? ((struct lvsx_ip4 *)pkt->data)->ttl :
					     ((struct lvsx_ip6 *)pkt->data)->hop_limit;

	if (hops <= 1)
		return lvsx_drop(pkt, LVSX_REASON_TTL);
	if (pkt->end > w->mtu)
		return lvsx_drop(pkt, LVSX_REASON_TOO_BIG);
	pkt->nexthop = w;
	w->routed++;
	return LVSX_NEXT;
}

static void unroute(struct lvsx_pkt *pkt)
{
	struct world *w = pkt->frame;

	w->routed -= !!pkt->nexthop;
	pkt->nexthop = NULL;
}

const struct lvsx_io world_io = {
	.pull = pull,
	.writable = writable,
	.icmp_csum_ok = icmp_csum_ok,
	.source_ok = source_ok,
	.route = route,
	.unroute = unroute,
};

/* host.h */

static bool is_at(const __be32 *addr, const __be32 (*place)[4], u8 family)
{
	return !memcmp(addr, place[family], lvsx_addr_len(family));
}

bool lvsx_host_is_ours(const struct lvsx_pkt *pkt)
{
	return is_at(pkt->tuple.daddr, world_vip, pkt->family) ||
	       is_at(pkt->tuple.daddr, world_local, pkt->family);
}

struct lvsx_half *lvsx_host_find_remote(struct lvsx_pkt *pkt, struct lvsx_table **owner)
{
	struct world *w = pkt->frame;
	u16 i;

	for (i = 0; i < WORLD_CPUS; i++) {
		struct lvsx_table *t = w->cpu[i].table;
		struct lvsx_half *half;

		if (i == pkt->cpu)
			continue;
		half = lvsx_flow_find_remote(t, &pkt->tuple,
					     lvsx_hash_tuple(&pkt->tuple, &t->seed));
		if (half) {
			*owner = t;
			return half;
		}
	}
	return NULL;
}

const struct lvsx_table *lvsx_host_table(const struct lvsx_pkt *pkt, u16 cpu)
{
	const struct world *w = pkt->frame;

	return cpu < WORLD_CPUS ? w->cpu[cpu].table : NULL;
}

const struct lvsx_portmap *lvsx_host_portmap(const struct lvsx_pkt *pkt)
{
	struct world *w = pkt->frame;
	void (*elsewhere)(const struct lvsx_pkt *pkt) = w->elsewhere;

	w->elsewhere = NULL;
	if (elsewhere)
		elsewhere(pkt);
	return w->next_map ? w->next_map : w->map;
}

int lvsx_host_new_conn(struct lvsx_pkt *pkt, struct lvsx_conn *conn)
{
	struct world *w = pkt->frame;
	u8 state = conn->state;
	bool first = pkt->tuple.proto == LVSX_UDP ||
		     (pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_ACK)) == LVSX_TCP_SYN;

	if (!is_at(pkt->tuple.daddr, world_vip, pkt->family) ||
	    pkt->tuple.dport != htons(WORLD_VPORT))
		return lvsx_pass(pkt, LVSX_REASON_PASS_OTHER);
	if (!first)
		return lvsx_drop(pkt, LVSX_REASON_NO_FLOW);

	memset(conn, 0, sizeof(*conn));
	conn->family = pkt->family;
	memcpy(conn->real, world_real[pkt->family], sizeof(conn->real));
	conn->rport = htons(WORLD_RPORT);
	conn->state = state;
	conn->real_id = WORLD_REAL_ID;
	conn->shadow = WORLD_SHADOW;
	conn->idle_ms = w->idle_ms;
	conn->local = &world_local[pkt->family];
	conn->locals = w->locals;
	conn->priv = w;
	w->uses++;
	w->active += lvsx_state_active(state);	/* as if there were no shadow */
	return LVSX_NEXT;
}

void lvsx_host_undo_conn(struct lvsx_pkt *pkt, const struct lvsx_conn *conn)
{
	struct world *w = pkt->frame;

	w->uses -= conn->real_id == WORLD_REAL_ID;
	w->active -= lvsx_state_active(conn->state);
}

/* Tables of tests that have no use for a world say so by t->priv == NULL. */
void lvsx_host_conn_active(struct lvsx_table *t, struct lvsx_half *fwd, bool active)
{
	struct world *w = t->priv;

	(void)fwd;
	if (w)
		w->active += active ? 1 : -1;
}

void lvsx_host_conn_state(struct lvsx_table *t, struct lvsx_half *fwd)
{
	struct world *w = t->priv;

	if (w)
		w->shadow_state = READ_ONCE(fwd->state);
}

void lvsx_host_port_conflict(const struct lvsx_conn *conn, u32 which)
{
	struct world *w = conn->priv;

	(void)which;
	w->conflicts++;
}

void lvsx_host_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev)
{
	struct world *w = t->priv;

	(void)rev;
	if (!w)
		return;
	w->gone++;
	w->uses -= fwd->real == WORLD_REAL_ID;
	w->active -= !!(fwd->flags & LVSX_HALF_ACTIVE);
}

static void probe(struct lvsx_segment *s, const struct lvsx_half *half,
		  const struct lvsx_half *other)
{
	struct lvsx_tuple wire;

	lvsx_half_rewrite(half, &wire);
	lvsx_segment_probe(s, &wire, READ_ONCE(half->seq), READ_ONCE(other->seq));
}

void lvsx_host_flow_idled(struct lvsx_table *t, const struct lvsx_half *fwd,
			  const struct lvsx_half *rev)
{
	struct world *w = t->priv;

	if (!w)
		return;
	probe(&w->probe[0], rev, fwd);
	probe(&w->probe[1], fwd, rev);
	w->idled++;
}

bool lvsx_host_conn_moves(const struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	const struct world *w = pkt->frame;

	return half && w->leaves;
}

void lvsx_host_want_memory(struct lvsx_table *t)
{
	(void)t;
}

int lvsx_host_account(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	struct world *w = pkt->frame;

	(void)half;
	if (w->real_gone)
		return -(int)LVSX_REASON_REAL_GONE;
	if (!w->nodest)
		return 0;
	w->nodest--;
	return -(int)LVSX_REASON_FLOW_NODEST;
}
