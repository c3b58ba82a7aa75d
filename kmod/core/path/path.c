// SPDX-License-Identifier: GPL-2.0-only
/*
 * The slow path; read lvsx_path_hashed() from top to bottom. Nearly all packets take the fast path
 * instead, fastpath.h, in line in each receive function. For all others an I/O's receive function
 * calls this one (in the kernel skb/hook.c, in softirq and RCU).
 *
 *	parse → look up → (none? new flow) → route → account → track → translate
 *
 * Each step returns LVSX_NEXT, or the packet's verdict, whose reason it has counted.
 */
#include "path.h"
#include "end.h"
#include "expire.h"
#include "new_flow.h"
#include "track.h"
#include "xlate.h"
#include "core/host.h"
#include "core/pkt/hash.h"
#include "core/pkt/io.h"
#include "core/pkt/parse.h"
#include "core/table/bucket.h"
#include "core/table/table.h"

static LVSX_COLD int path_unparsed(struct lvsx_pkt *pkt)
{
	pkt->nexthop = NULL;
	return lvsx_host_is_ours(pkt) && pkt->reason != LVSX_REASON_PASS_PROTO ?
		lvsx_drop(pkt, pkt->reason) : lvsx_pass(pkt, LVSX_REASON_PASS_PROTO);
}

/* End a flow, or have its owner do so; no packet of the client finds it from now on. */
static void path_end_flow(struct lvsx_table *owner, struct lvsx_half *fwd, u16 cpu)
{
	if (likely(owner->cpu == cpu)) {
		lvsx_flow_end(owner, fwd);
		return;
	}
	lvsx_bits(&fwd->flags, 0, LVSX_HALF_END);
	lvsx_expire_request(owner, fwd);
}

/*
 * Is this a SYN that opens a new connection in place of this flow? The client reuses its port (RFC
 * 6191), or IPVS wants another real server for it.
 */
static bool path_reopens(const struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	return pkt->tuple.proto == LVSX_TCP && !(half->flags & LVSX_HALF_REV) &&
	       (pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_ACK | LVSX_TCP_RST)) == LVSX_TCP_SYN &&
	       (lvsx_state_closed(READ_ONCE(half->state)) || lvsx_host_conn_moves(pkt, half));
}

/*
 * Find the half that the packet matches, in this CPU's table, then in the others'; NULL: none. A
 * flow that a SYN reopens is ended here, so that the SYN is a first packet.
 */
static void path_look_up(struct lvsx_pkt *pkt, struct lvsx_table *table, struct lvsx_half *guess)
{
	pkt->owner = table;
	if (guess && likely(lvsx_half_is(guess, &pkt->tuple) && guess->line))
		pkt->half = guess;
	else if (likely(lvsx_bucket_alone(pkt->bucket, (u32)pkt->hash)))
		pkt->half = NULL;
	else
		pkt->half = lvsx_flow_find(table, &pkt->tuple, pkt->hash);
	if (unlikely(pkt->half && READ_ONCE(pkt->half->flags) & LVSX_HALF_END)) {
		lvsx_flow_end(table, pkt->half);
		pkt->half = NULL;
	}
	if (!pkt->half) {
		pkt->half = lvsx_host_find_remote(pkt, &pkt->owner);
		if (!pkt->half)
			return;
		lvsx_note(pkt, LVSX_REASON_REMOTE);
	}
	if (unlikely(path_reopens(pkt, pkt->half))) {
		lvsx_note(pkt, LVSX_REASON_FLOW_REOPENED);
		path_end_flow(pkt->owner, pkt->half, pkt->cpu);
		pkt->half = NULL;
		pkt->owner = table;
	}
}

/* An ICMP error about a flow: is its checksum right, and would the host accept its source? */
static LVSX_COLD int path_check_error(struct lvsx_pkt *pkt)
{
	if (!pkt->io->icmp_csum_ok(pkt))
		return lvsx_drop(pkt, LVSX_REASON_BAD_ICMP);
	return pkt->io->source_ok(pkt) ? LVSX_NEXT : lvsx_drop(pkt, LVSX_REASON_MARTIAN);
}

/*
 * The flow's real server was removed. If @why says that this ends the flow, a client's packet is
 * now a first packet, as in stock IPVS: LVSX_NEXT. Otherwise it is dropped.
 */
static LVSX_COLD int path_real_gone(struct lvsx_pkt *pkt, struct lvsx_table *table, int why,
				    bool first)
{
	bool client = !(pkt->half->flags & LVSX_HALF_REV);

	pkt->io->unroute(pkt);
	if (why == -(int)LVSX_REASON_FLOW_NODEST) {
		path_end_flow(pkt->owner, lvsx_flow_fwd(pkt->half), pkt->cpu);
		pkt->half = NULL;
		pkt->owner = table;
	}
	lvsx_drop(pkt, (enum lvsx_reason)-why);
	return !pkt->half && client && !first ? LVSX_NEXT : LVSX_DROP;
}

/* Is there nothing to track: a first packet that set the state, or an ICMP error? */
static bool path_tracked(const struct lvsx_pkt *pkt, bool first)
{
	return first ? pkt->half->state != LVSX_STATE_NONE : pkt->flags & LVSX_PKT_ICMP_ERROR;
}

/* Once it is writable nothing can fail: a packet is translated as a whole or not at all. */
static int path_translate(struct lvsx_pkt *pkt)
{
	bool rev = pkt->half->flags & LVSX_HALF_REV;

	if (unlikely(!(pkt->flags & LVSX_PKT_WRITABLE) &&
		     !pkt->io->writable(pkt, lvsx_xlate_span(pkt)))) {
		pkt->io->unroute(pkt);
		return lvsx_drop(pkt, LVSX_REASON_NO_MEMORY);
	}
	if (unlikely(pkt->flags & LVSX_PKT_ICMP_ERROR)) {
		lvsx_xlate_icmp(pkt, pkt->half);
		return lvsx_forward(pkt, rev ? LVSX_REASON_ICMP_REV : LVSX_REASON_ICMP_FWD);
	}
	lvsx_xlate(pkt, pkt->half);
	return lvsx_forward(pkt, rev ? LVSX_REASON_REV : LVSX_REASON_FWD);
}

int lvsx_path_hashed(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
		     struct lvsx_half *guess)
{
	int verdict = LVSX_NEXT, gone;
	bool first;

	pkt->nexthop = NULL;
	path_look_up(pkt, plane->table, guess);
again:
	first = !pkt->half;
	if (first)
		verdict = lvsx_new_flow(pkt, plane);
	else if (unlikely(pkt->flags & LVSX_PKT_ICMP_ERROR))
		verdict = path_check_error(pkt);
	if (unlikely(verdict != LVSX_NEXT))
		return verdict;

	/* Route before translating: an ICMP error must quote what the sender sent. */
	verdict = pkt->io->route(pkt);
	if (unlikely(verdict != LVSX_NEXT))
		goto out;
	gone = lvsx_host_account(pkt, pkt->half);
	if (unlikely(gone)) {
		verdict = path_real_gone(pkt, plane->table, gone, first);
		if (verdict == LVSX_NEXT)
			goto again;
		goto out;
	}
	if (likely(!path_tracked(pkt, first)))
		lvsx_track(pkt, pkt->owner, pkt->half, plane->timeouts);
	verdict = path_translate(pkt);
out:
	if (unlikely(first && verdict != LVSX_FORWARD && pkt->half))
		lvsx_track_none(pkt, pkt->owner, pkt->half, plane->timeouts);
	return verdict;
}

int lvsx_path(struct lvsx_pkt *pkt, const struct lvsx_plane *plane)
{
	if (unlikely(lvsx_parse(pkt) != LVSX_NEXT))
		return path_unparsed(pkt);
	pkt->hash = lvsx_hash_tuple(&pkt->tuple, &plane->table->seed);
	pkt->bucket = lvsx_bucket_of(plane->table, (u32)pkt->hash);
	return lvsx_path_hashed(pkt, plane, NULL);
}
