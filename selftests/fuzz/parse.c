// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arbitrary bytes through parse.c and, when it takes them, xlate.c: the bounds it promises hold, and
 * translation leaves every sum as right or as wrong as it came.
 * Input: a byte of choices, a byte that says how much is readable at first, the packet.
 */
#include <stdlib.h>
#include "core/pkt/io.h"
#include "core/pkt/parse.h"
#include "core/tests/sums.h"
#include "core/tests/world.h"
#include "core/path/xlate.h"

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void expect(bool so)
{
	if (!so)
		abort();
}

static void expect_bounds(const struct lvsx_pkt *pkt)
{
	u32 span = lvsx_xlate_span(pkt);

	expect(pkt->end <= pkt->total && pkt->len <= pkt->total);
	expect(span <= pkt->len && span <= pkt->end);
	if (pkt->flags & LVSX_PKT_ICMP_ERROR)
		expect(pkt->l4 + 8 == pkt->inner && pkt->inner < pkt->inner_l4 &&
		       pkt->inner_l4 + 8 <= pkt->inner_end && pkt->inner_end == span);
	else if (pkt->tuple.proto == LVSX_TCP)
		expect(pkt->l4 + (pkt->data[pkt->l4 + 12] >> 4) * 4u <= pkt->len);
}

/* As if the packet belonged to a flow; without a hop left it would not have come so far. */
static void translate(struct world *w, struct lvsx_pkt *pkt)
{
	u8 family = pkt->family == LVSX_IPV6;
	struct lvsx_tuple fwd = pkt->tuple, rev = pkt->tuple;
	struct lvsx_pkt saved = *pkt;
	struct sums before, after;
	struct lvsx_half *half;

	memcpy(rev.saddr, world_real[family], sizeof(rev.saddr));
	memcpy(rev.daddr, world_local[family], sizeof(rev.daddr));
	rev.sport = htons(WORLD_RPORT);
	rev.dport = htons(61000);
	half = world_flow(w, &fwd, &rev);
	*pkt = saved;
	if (!half || !pkt->data[pkt->family == LVSX_IPV6 ? 7 : 8])
		return;
	sums_of(pkt, w->in, &before);
	expect(pkt->io->writable(pkt, lvsx_xlate_span(pkt)));
	if (pkt->flags & LVSX_PKT_ICMP_ERROR)
		lvsx_xlate_icmp(pkt, half);
	else
		lvsx_xlate(pkt, half);
	world_lift(w);
	sums_of(pkt, w->out, &after);
	expect(sums_equal(&before, &after));
}

/* What is parsed in line is parsed as it is out of line. */
static void expect_same(const struct lvsx_pkt *pkt)
{
	struct lvsx_pkt plain = *pkt, any = *pkt;
	struct lvsx_hdr hdr;

	if (pkt->family != LVSX_IPV4)
		return;
	hdr = lvsx_parse_plain(pkt->data, pkt->len, pkt->total);
	if (!hdr.proto)
		return;
	lvsx_parse_set(&plain, hdr);
	expect(lvsx_parse_any(&any) == LVSX_NEXT);
	expect(plain.end == any.end && plain.l4 == any.l4 && plain.flags == any.flags &&
	       plain.tcp_flags == any.tcp_flags);
	expect(plain.tuple.saddr[0] == any.tuple.saddr[0] &&
	       plain.tuple.daddr[0] == any.tuple.daddr[0] &&
	       plain.tuple.sport == any.tuple.sport && plain.tuple.dport == any.tuple.dport &&
	       plain.tuple.proto == any.tuple.proto && plain.tuple.family == any.tuple.family);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct lvsx_portmap *map;
	struct lvsx_pkt *pkt;
	struct world *w;

	if (size < 2 || size - 2 > WORLD_PACKET)
		return 0;
	if (!map)
		map = world_map();
	w = world_new(map);
	expect(w);
	w->flags = data[0] & 2 ? LVSX_PKT_PARTIAL : 0;
	w->linear = data[1];
	pkt = world_lay(w, data + 2, (u32)(size - 2), data[0] & 1 ? LVSX_IPV6 : LVSX_IPV4);
	expect_same(pkt);
	w->no_memory = data[0] & 4;
	if (lvsx_parse(pkt) == LVSX_NEXT) {
		expect_bounds(pkt);
		w->no_memory = false;
		translate(w, pkt);
	} else {
		expect(pkt->reason < LVSX_REASON_MAX);
	}
	world_free(w);
	return 0;
}
