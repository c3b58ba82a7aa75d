// SPDX-License-Identifier: GPL-2.0-only
/*
 * A story told to lvsx_path(): clients, the real server and routers on the way send packets, time
 * passes, CPUs change, memory runs out. After every packet the books must balance, and in the end
 * nothing may be left.
 * Input: steps of one byte of what, followed by the bytes that this step wants.
 */
#include <stdlib.h>
#include "core/path/expire.h"
#include "core/table/table.h"
#include "core/tests/make.h"
#include "core/tests/sums.h"
#include "core/tests/world.h"

#define STEPS 200
#define CLIENTS 8

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

struct story {
	struct world *w;
	const u8 *at, *end;
	u64 sent;
	u16 lport[2][2][CLIENTS];	/* by family, UDP, client */
	u8 spoil_at, spoil;		/* a bit to change in the next packet */
};

static void expect(bool so)
{
	if (!so)
		abort();
}

static u8 next(struct story *s)
{
	return s->at < s->end ? *s->at++ : 0;
}

static u64 ends_counted(const struct world *w)
{
	u64 sum = 0;
	int reason;

	for (reason = 0; reason < LVSX_REASON_FLOW_NEW; reason++)
		sum += w->counters[reason];
	return sum;
}

static u32 active_flows(const struct world *w)
{
	u32 i, active = 0;

	for (i = 0; i < WORLD_CPUS; i++) {
		struct lvsx_half *fwd;
		u32 cursor = 0, left = ~0u;

		while ((fwd = lvsx_flow_walk(w->cpu[i].table, &cursor, &left))) {
			bool is = fwd->flags & LVSX_HALF_ACTIVE;

			expect(is == lvsx_state_active(fwd->state));
			expect(fwd->state == lvsx_flow_other(fwd)->state);
			active += is;
		}
	}
	return active;
}

static void expect_balance(const struct story *s)
{
	const struct world *w = s->w;

	expect(ends_counted(w) == s->sent);
	expect(w->uses == (int)world_flows(w));
	expect(!w->routed);
	expect(w->active == (int)active_flows(w));
	expect(w->counters[LVSX_REASON_FLOW_NEW] == world_flows(w) + w->gone);
}

static int send(struct story *s, u8 *bytes, u32 size, u8 family)
{
	struct world *w = s->w;
	struct sums before, after;
	int verdict;

	if (s->spoil && size)
		bytes[s->spoil_at % size] ^= s->spoil;
	s->spoil = 0;
	verdict = world_send(w, bytes, size, family);
	s->sent++;
	if (verdict == LVSX_FORWARD) {
		sums_of(&w->pkt, w->in, &before);
		sums_of(&w->pkt, w->out, &after);
		expect(sums_equal(&before, &after));
		expect(!memcmp(w->in + w->writable, w->out + w->writable, size - w->writable));
	} else {
		expect(verdict == LVSX_PASS || verdict == LVSX_DROP);
		expect(!memcmp(w->in, w->out, size));
	}
	expect_balance(s);
	return verdict;
}

/* One end of client @who's flow; what is on the wire at that end. */
static struct make end_of(const struct story *s, bool six, bool udp, u8 who, bool rev)
{
	return (struct make){
		.family = six ? LVSX_IPV6 : LVSX_IPV4,
		.proto = udp ? LVSX_UDP : LVSX_TCP,
		.saddr = (rev ? world_real : world_client)[six],
		.daddr = (rev ? world_local : world_vip)[six],
		.sport = rev ? WORLD_RPORT : 40000 + who,
		.dport = rev ? s->lport[six][udp][who] : WORLD_VPORT,
	};
}

static void packet(struct story *s, bool rev)
{
	u8 what = next(s), who = what & (CLIENTS - 1), more = next(s);
	bool six = what & 8, udp = what & 16;
	struct make m = end_of(s, six, udp, who, rev);
	u32 l4 = six ? 40 : 20;
	u8 bytes[WORLD_PACKET];
	u32 size;

	m.tcp_flags = next(s);
	m.seq = (u32)more << 24;
	m.stamped = what & 32;
	m.timestamp = m.seq ^ 0x80000000;
	m.partial = what & 64;
	m.payload = more;
	m.hops = what & 128 ? more : 64;
	s->w->flags = m.partial ? LVSX_PKT_PARTIAL : 0;
	size = make_packet(bytes, &m);
	if (send(s, bytes, size, m.family) == LVSX_FORWARD && !rev &&
	    !(s->w->pkt.flags & LVSX_PKT_ICMP_ERROR))
		s->lport[six][udp][who] = (u16)(s->w->out[l4] << 8 | s->w->out[l4 + 1]);
	s->w->flags = 0;
}

/* About a packet of ours that did not arrive: what went against the way of the error. */
static void error(struct story *s)
{
	u8 what = next(s), quote = next(s);
	bool six = what & 8, rev = what & 32;
	struct make m = end_of(s, six, what & 16, what & (CLIENTS - 1), rev), quoted = m;
	u8 bytes[WORLD_PACKET];

	quoted.saddr = m.daddr;
	quoted.daddr = m.saddr;
	quoted.sport = m.dport;
	quoted.dport = m.sport;
	send(s, bytes, make_error(bytes, &quoted, quote, m.saddr), m.family);
}

static void raw(struct story *s)
{
	u8 family = next(s) & 1 ? LVSX_IPV6 : LVSX_IPV4, size = next(s), i;
	u8 bytes[256];

	for (i = 0; i < size; i++)
		bytes[i] = next(s);
	send(s, bytes, size, family);
}

static void world_changes(struct story *s)
{
	u8 what = next(s);
	struct world *w = s->w;

	w->at = what & 1;
	w->linear = what & 2 ? WORLD_PACKET : 0;
	w->no_memory = what & 4;
	w->real_gone = what & 8;
	w->locals = !(what & 16);
	w->spare_blocks = what & 32 ? 0 : ~0u;
	w->mtu = what & 64 ? 100 : 1500;
}

static void step(struct story *s)
{
	switch (next(s) & 7) {
	case 0:
	case 1:
		packet(s, false);
		break;
	case 2:
		packet(s, true);
		break;
	case 3:
		error(s);
		break;
	case 4:
		raw(s);
		break;
	case 5:
		world_pass(s->w, next(s) * 300u);
		break;
	case 6:
		world_changes(s);
		break;
	case 7:
		s->spoil_at = next(s);
		s->spoil = next(s);
		break;
	}
}

/* No two flows of any CPU may share what the real server sees. */
static void expect_unique(const struct world *w)
{
	struct lvsx_tuple seen[STEPS + 1];
	u32 count = 0, i, k;

	for (i = 0; i < WORLD_CPUS; i++) {
		struct lvsx_half *fwd;
		u32 cursor = 0, left = ~0u;

		while ((fwd = lvsx_flow_walk(w->cpu[i].table, &cursor, &left))) {
			expect(count <= STEPS);
			lvsx_half_match(lvsx_flow_other(fwd), &seen[count]);
			for (k = 0; k < count; k++)
				expect(memcmp(&seen[k], &seen[count], sizeof(seen[k])));
			count++;
		}
	}
	expect(count == world_flows(w));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct lvsx_portmap *map;
	struct story s = { .at = data, .end = data + size };
	u32 steps;

	if (!map)
		map = world_map();
	s.w = world_new(map);
	expect(s.w);
	for (steps = 0; steps < STEPS && s.at < s.end; steps++)
		step(&s);
	expect_unique(s.w);

	s.w->spare_blocks = ~0u;
	world_pass(s.w, 1000 * 1000);
	expect(!world_flows(s.w) && !s.w->uses && !s.w->active);
	expect_balance(&s);
	world_free(s.w);
	return 0;
}
