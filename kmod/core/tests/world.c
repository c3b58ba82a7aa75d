// SPDX-License-Identifier: GPL-2.0-only
/* Answers env.h for tests and fuzzers, see world.h. */
#include "world.h"
#include "core/path/expire.h"
#include "core/pkt/parse.h"

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

/* Small ones to the byte, for the sanitizer's sake; blocks of memory aligned to a line. */
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

static bool start_table(struct world *w, u16 cpu, u8 family)
{
	struct world_cpu *c = &w->cpu[cpu];

	c->table[family] = world_alloc(sizeof(struct lvsx_table));
	c->directory[family] = world_alloc(WORLD_BLOCKS * sizeof(void *));
	c->buckets[family] = world_alloc(WORLD_BLOCKS * sizeof(void *));
	if (!c->table[family] || !c->directory[family] || !c->buckets[family])
		return false;
	lvsx_flow_init(c->table[family], family ? 4 : 1, cpu, &key, c->directory[family],
		       c->buckets[family], WORLD_BLOCKS, BLOCK_SHIFT, w->now);
	c->table[family]->world = w;
	c->plane.table[family] = c->table[family];
	return true;
}

struct lvsx_rss *world_rss(void)
{
	static const u16 cpus[WORLD_CPUS] = { 0, 1 };
	struct lvsx_rss *rss = world_alloc(sizeof(*rss));

	if (rss)
		lvsx_rss_init_plain(rss, 1, cpus, WORLD_CPUS);
	return rss;
}

struct world *world_new(struct lvsx_rss *rss)
{
	struct world *w = world_alloc(sizeof(*w));
	u16 i;
	u8 family;

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
	w->rss = rss;
	if (!rss) {
		w->own_rss = world_rss();
		w->rss = w->own_rss;
	}
	if (!w->rss)
		goto err;

	for (i = 0; i < WORLD_CPUS; i++) {
		w->cpu[i].plane.rss = w->rss;
		w->cpu[i].plane.timeouts = &w->timeouts;
		for (family = 0; family < 2; family++)
			if (!start_table(w, i, family))
				goto err;
	}
	world_feed(w);
	for (i = 0; i < WORLD_CPUS; i++)
		for (family = 0; family < 2; family++)
			if (!lvsx_flow_start(w->cpu[i].table[family]))
				goto err;
	world_feed(w);
	return w;
err:
	world_free(w);
	return NULL;
}

void world_free(struct world *w)
{
	u32 i, family, block;

	if (!w)
		return;
	world_unalloc(w->pkt.data);
	for (i = 0; i < WORLD_CPUS; i++) {
		for (family = 0; family < 2; family++) {
			struct world_cpu *c = &w->cpu[i];

			for (block = 0; c->directory[family] && block < WORLD_BLOCKS; block++)
				world_unalloc(c->directory[family][block]);
			world_unalloc(c->directory[family]);
			world_unalloc(c->buckets[family]);
			world_unalloc(c->table[family]);
		}
	}
	world_unalloc(w->own_rss);
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

	for (i = 0; i < WORLD_CPUS; i++) {
		feed_table(w, w->cpu[i].table[0]);
		feed_table(w, w->cpu[i].table[1]);
	}
}

static void tick(struct world *w, struct lvsx_table *t)
{
	while (!lvsx_age_run(t, w->now, &w->timeouts, 64, w->counters))
		;
	/* One reader at a time: every grace period has passed as soon as it began. */
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
		for (i = 0; i < WORLD_CPUS; i++) {
			tick(w, w->cpu[i].table[0]);
			tick(w, w->cpu[i].table[1]);
		}
		world_feed(w);
	}
}

/* Readable bytes move to an allocation of exactly @len; a pointer to the old one is now wrong. */
static bool reseat(struct lvsx_pkt *pkt, u32 len)
{
	struct world *w = pkt->world;
	u8 *data;

	if (w->no_memory)
		return false;
	data = world_alloc(len);
	if (!data)
		return false;
	if (pkt->data)
		memcpy(data, pkt->data, len < pkt->len ? len : pkt->len);
	if (len > pkt->len)
		memcpy(data + pkt->len, w->in + pkt->len, len - pkt->len);
	world_unalloc(pkt->data);
	pkt->data = data;
	pkt->len = len;
	return true;
}

struct lvsx_pkt *world_lay(struct world *w, const void *bytes, u32 size, u8 words)
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
	pkt->words = words;
	pkt->flags = w->flags;
	pkt->world = w;
	pkt->counters = w->counters;
	w->no_memory = false;
	reseat(pkt, w->linear < size ? w->linear : size);
	w->no_memory = no_memory;
	return pkt;
}

void world_lift(struct world *w)
{
	memcpy(w->out, w->in, w->size);
	memcpy(w->out, w->pkt.data, w->pkt.len);
}

int world_send(struct world *w, const void *bytes, u32 size, u8 words)
{
	struct lvsx_pkt *pkt = world_lay(w, bytes, size, words);
	int verdict = lvsx_path(pkt, &w->cpu[w->at].plane);

	world_lift(w);
	return verdict;
}

struct lvsx_half *world_flow(struct world *w, const struct lvsx_tuple *fwd,
			     const struct lvsx_tuple *rev)
{
	struct lvsx_table *t = w->cpu[w->at].table[fwd->words == 4];
	struct lvsx_flow_new n = {
		.fwd = fwd,
		.rev = rev,
		.fwd_hash = lvsx_tuple_hash(fwd, &t->seed),
		.rev_hash = lvsx_tuple_hash(rev, &t->seed),
		.real = WORLD_REAL_ID,
		.shadow = WORLD_SHADOW,
		.now = w->now,
		.first_look = LVSX_TICK_MS,
	};
	struct lvsx_tuple any;
	struct lvsx_port port;

	w->pkt.tuple = *fwd;
	/* some port of the right pool is taken, though @rev says which one is used */
	if (lvsx_ports_take(t, w->rss, &w->pkt, rev->daddr, rev->saddr, rev->sport, &any, &port))
		return NULL;
	n.pool = port.pool;
	n.epoch = port.epoch;
	w->uses++;
	return lvsx_flow_insert(t, &n);
}

u32 world_flows(const struct world *w)
{
	u32 sum = 0, i;

	for (i = 0; i < WORLD_CPUS; i++)
		sum += w->cpu[i].table[0]->stats.flows + w->cpu[i].table[1]->stats.flows;
	return sum;
}

/* env.h */

bool lvsx_env_pull(struct lvsx_pkt *pkt, u32 len)
{
	return len <= pkt->total && reseat(pkt, len);
}

bool lvsx_env_writable(struct lvsx_pkt *pkt, u32 len)
{
	struct world *w = pkt->world;

	if (len > pkt->len || !reseat(pkt, pkt->len))
		return false;
	w->writable = len;
	return true;
}

static bool is_at(const __be32 *addr, const __be32 (*place)[4], u8 words)
{
	return !memcmp(addr, place[words == 4], words * sizeof(*addr));
}

bool lvsx_env_ours(const struct lvsx_pkt *pkt)
{
	return is_at(pkt->tuple.daddr, world_vip, pkt->words) ||
	       is_at(pkt->tuple.daddr, world_local, pkt->words);
}

struct lvsx_half *lvsx_env_find_remote(struct lvsx_pkt *pkt, struct lvsx_table **owner)
{
	struct world *w = pkt->world;
	u16 i;

	for (i = 0; i < WORLD_CPUS; i++) {
		struct lvsx_table *t = w->cpu[i].table[pkt->words == 4];
		struct lvsx_half *half;

		if (i == pkt->cpu)
			continue;
		half = lvsx_flow_find_remote(t, &pkt->tuple,
					     lvsx_tuple_hash(&pkt->tuple, &t->seed));
		if (half) {
			*owner = t;
			return half;
		}
	}
	return NULL;
}

const struct lvsx_table *lvsx_env_table(const struct lvsx_pkt *pkt, u16 cpu)
{
	const struct world *w = pkt->world;

	return cpu < WORLD_CPUS ? w->cpu[cpu].table[pkt->words == 4] : NULL;
}

const struct lvsx_rss *lvsx_env_rss(const struct lvsx_pkt *pkt)
{
	const struct world *w = pkt->world;

	return w->next_rss ? w->next_rss : w->rss;
}

int lvsx_env_admit(struct lvsx_pkt *pkt, struct lvsx_admit *adm)
{
	struct world *w = pkt->world;
	u8 state = adm->state;
	bool first = pkt->tuple.proto == LVSX_UDP ||
		     (pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_ACK)) == LVSX_TCP_SYN;

	if (!is_at(pkt->tuple.daddr, world_vip, pkt->words) ||
	    pkt->tuple.dport != htons(WORLD_VPORT))
		return lvsx_pass(pkt, LVSX_REASON_PASS_OTHER);
	if (!first)
		return lvsx_drop(pkt, LVSX_REASON_NO_FLOW);

	memset(adm, 0, sizeof(*adm));
	memcpy(adm->real, world_real[pkt->words == 4], sizeof(adm->real));
	adm->rport = htons(WORLD_RPORT);
	adm->state = state;
	adm->real_id = WORLD_REAL_ID;
	adm->shadow = WORLD_SHADOW;
	adm->idle_ms = w->idle_ms;
	adm->local = &world_local[pkt->words == 4];
	adm->locals = w->locals;
	adm->world = w;
	w->uses++;
	w->active += lvsx_state_active(state);	/* as if there were no shadow */
	return LVSX_NEXT;
}

void lvsx_env_unadmit(struct lvsx_pkt *pkt, const struct lvsx_admit *adm)
{
	struct world *w = pkt->world;

	w->uses -= adm->real_id == WORLD_REAL_ID;
	w->active -= lvsx_state_active(adm->state);
}

/* Tables of tests that have no use for a world say so by t->world == NULL. */
void lvsx_env_active(struct lvsx_table *t, struct lvsx_half *fwd, bool active)
{
	struct world *w = t->world;

	(void)fwd;
	if (w)
		w->active += active ? 1 : -1;
}

void lvsx_env_shadow(struct lvsx_table *t, struct lvsx_half *fwd)
{
	struct world *w = t->world;

	if (w)
		w->shadow_state = READ_ONCE(fwd->state);
}

bool lvsx_env_icmp_sum(struct lvsx_pkt *pkt)
{
	const struct world *w = pkt->world;

	return !w->bad_sum;
}

bool lvsx_env_source(struct lvsx_pkt *pkt)
{
	const struct world *w = pkt->world;

	return !w->martian;
}

void lvsx_env_conflict(const struct lvsx_admit *adm, u32 which)
{
	struct world *w = adm->world;

	(void)which;
	w->conflicts++;
}

void lvsx_env_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev)
{
	struct world *w = t->world;

	(void)rev;
	if (!w)
		return;
	w->gone++;
	w->uses -= fwd->real == WORLD_REAL_ID;
	w->active -= !!(fwd->flags & LVSX_HALF_ACTIVE);
}

void lvsx_env_idled(struct lvsx_table *t, const struct lvsx_half *fwd, const struct lvsx_half *rev)
{
	struct world *w = t->world;

	if (!w)
		return;
	lvsx_segment_probe(&w->probe[0], rev, fwd, t->words);
	lvsx_segment_probe(&w->probe[1], fwd, rev, t->words);
	w->idled++;
}

bool lvsx_env_leaves(const struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	const struct world *w = pkt->world;

	return half && w->leaves;
}

int lvsx_env_route(struct lvsx_pkt *pkt)
{
	struct world *w = pkt->world;
	u8 hops = pkt->words == 1 ? ((struct lvsx_ip4 *)pkt->data)->ttl :
				    ((struct lvsx_ip6 *)pkt->data)->hop_limit;

	if (hops <= 1)
		return lvsx_drop(pkt, LVSX_REASON_TTL);
	if (pkt->end > w->mtu)
		return lvsx_drop(pkt, LVSX_REASON_TOO_BIG);
	if (w->real_gone)
		return lvsx_drop(pkt, LVSX_REASON_REAL_GONE);
	if (w->nodest) {
		w->nodest--;
		return lvsx_drop(pkt, LVSX_REASON_FLOW_NODEST);
	}
	return LVSX_NEXT;
}
