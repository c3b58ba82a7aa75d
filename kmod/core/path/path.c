// SPDX-License-Identifier: GPL-2.0-only
/*
 * The road of a packet, top to bottom. Called by every world's receive function (hook.c in the
 * kernel: softirq, RCU) for each packet of the host, so the common case of "not ours" ends early.
 *
 *	parse → find flow → (none? find service → admit) → track → translate → verdict
 *
 * Each step returns LVSX_NEXT or ends the road with a verdict whose reason it has counted.
 */
#include "path.h"
#include "expire.h"
#include "core/table/bucket.h"
#include "core/table/insert.h"
#include "core/pkt/parse.h"
#include "core/pkt/siphash.h"
#include "core/port/take.h"
#include "xlate.h"

static __always_inline int find(struct lvsx_pkt *pkt, const struct lvsx_plane *plane);
static __always_inline int admit(struct lvsx_pkt *pkt, const struct lvsx_plane *plane);
static __always_inline int translate(struct lvsx_pkt *pkt);
static bool part(struct lvsx_pkt *pkt, const struct lvsx_plane *plane);

static LVSX_COLD int unparsed(struct lvsx_pkt *pkt)
{
	pkt->way = 0;
	return lvsx_env_ours(pkt) && pkt->reason != LVSX_REASON_PASS_PROTO ?
		lvsx_drop(pkt, pkt->reason) : lvsx_pass(pkt, LVSX_REASON_PASS_PROTO);
}

/* An ICMP error about a flow: did it arrive as it was sent, and may it come in? */
static LVSX_COLD int believe(struct lvsx_pkt *pkt)
{
	if (!lvsx_env_icmp_sum(pkt))
		return lvsx_drop(pkt, LVSX_REASON_BAD_ICMP);
	return lvsx_env_source(pkt) ? LVSX_NEXT : lvsx_drop(pkt, LVSX_REASON_MARTIAN);
}

/* Does the state of the flow say already what this packet does to it? */
static __always_inline bool tracked(const struct lvsx_pkt *pkt, bool first)
{
	return first ? pkt->half->state != LVSX_STATE_NONE : pkt->flags & LVSX_PKT_ICMP_ERROR;
}

int lvsx_path(struct lvsx_pkt *pkt, const struct lvsx_plane *plane)
{
	return likely(lvsx_parse(pkt) == LVSX_NEXT) ? lvsx_path_parsed(pkt, plane) : unparsed(pkt);
}

int lvsx_path_parsed(struct lvsx_pkt *pkt, const struct lvsx_plane *plane)
{
	int verdict = find(pkt, plane);
	bool first;

	pkt->way = 0;
	if (unlikely(verdict != LVSX_NEXT))
		return verdict;
anew:
	first = !pkt->half;
	if (first) {
		verdict = admit(pkt, plane);
		if (verdict != LVSX_NEXT)
			return verdict;
	} else if (unlikely(pkt->flags & LVSX_PKT_ICMP_ERROR)) {
		verdict = believe(pkt);
		if (verdict != LVSX_NEXT)
			return verdict;
	}
	/* The way out, while the packet still is what its sender sent: an ICMP answer quotes it. */
	verdict = lvsx_env_route(pkt);
	if (unlikely(verdict != LVSX_NEXT && pkt->reason == LVSX_REASON_FLOW_NODEST)) {
		if (part(pkt, plane) && !first)
			goto anew;
		return verdict;
	}
	if (likely(verdict == LVSX_NEXT)) {
		if (likely(!tracked(pkt, first)))
			lvsx_track(pkt, pkt->owner, pkt->half, plane->timeouts);
		verdict = translate(pkt);
	}
	if (unlikely(first && verdict != LVSX_FORWARD && pkt->half->line))
		lvsx_track_none(pkt, pkt->owner, pkt->half, plane->timeouts);
	return verdict;
}

/*
 * A SYN that begins anew what this flow was: the client reuses its port (RFC 6191), or IPVS wants
 * it to have another real server.
 */
static bool reopens(const struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	return pkt->tuple.proto == LVSX_TCP && !(half->flags & LVSX_HALF_REV) &&
	       (pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_ACK | LVSX_TCP_RST)) == LVSX_TCP_SYN &&
	       (lvsx_state_closed(READ_ONCE(half->state)) || lvsx_env_leaves(pkt, half));
}

/* End a flow, or have its owner do so; from now on no packet of the client finds it. */
static void give_up(struct lvsx_table *owner, struct lvsx_half *fwd, u16 cpu)
{
	if (likely(owner->cpu == cpu)) {
		lvsx_age_end(owner, fwd);
		return;
	}
	lvsx_bits(&fwd->flags, 0, LVSX_HALF_END);
	lvsx_age_ask(owner, fwd);
}

/*
 * The flow ends, as its real server was removed. True: a client's packet, which may begin another
 * one, as in stock IPVS.
 */
static LVSX_COLD bool part(struct lvsx_pkt *pkt, const struct lvsx_plane *plane)
{
	bool client = !(pkt->half->flags & LVSX_HALF_REV);

	give_up(pkt->owner, lvsx_flow_fwd(pkt->owner, pkt->half), pkt->cpu);
	pkt->half = NULL;
	pkt->owner = plane->table[pkt->tuple.words == 4];
	return client;
}

static __always_inline u64 hash_of(const struct lvsx_tuple *t, const struct lvsx_seed *seed)
{
	return likely(t->words == 1) ? sip_ip4(t, seed) : lvsx_tuple_hash(t, seed);
}

/*
 * The flow of this packet, by the tuple it carries: first in the table of this CPU, then in the
 * others'. A closed flow that a SYN reopens is ended here, so that the SYN is admitted like a
 * first one. LVSX_NEXT with or without pkt->half.
 */
static __always_inline int find(struct lvsx_pkt *pkt, const struct lvsx_plane *plane)
{
	struct lvsx_table *table = plane->table[pkt->tuple.words == 4];

	if (unlikely(!table))
		return lvsx_pass(pkt, LVSX_REASON_PASS_OTHER);
	pkt->owner = table;
	pkt->hash = hash_of(&pkt->tuple, &table->seed);
	pkt->bucket = lvsx_bucket_of(table, (u32)pkt->hash);
	pkt->half = lvsx_bucket_find(table, pkt->bucket, &pkt->tuple, pkt->tuple.words, pkt->hash);
	if (unlikely(pkt->half && READ_ONCE(pkt->half->flags) & LVSX_HALF_END)) {
		lvsx_age_end(table, pkt->half);
		pkt->half = NULL;
	}
	if (!pkt->half) {
		pkt->half = lvsx_env_find_remote(pkt, &pkt->owner);
		if (!pkt->half)
			return LVSX_NEXT;
		lvsx_note(pkt, LVSX_REASON_REMOTE);
	}
	if (unlikely(reopens(pkt, pkt->half))) {
		lvsx_note(pkt, LVSX_REASON_FLOW_REOPENED);
		give_up(pkt->owner, pkt->half, pkt->cpu);
		pkt->half = NULL;
		pkt->owner = table;
	}
	return LVSX_NEXT;
}

/* Which of the candidates for the local address shall be tried first? */
static __always_inline u32 first_local(const struct lvsx_pkt *pkt, const struct lvsx_admit *adm)
{
	return (pkt->hash >> 32) * adm->locals >> 32;
}

/* Give the flow a local address and port: candidates in turn. */
static int take(struct lvsx_pkt *pkt, const struct lvsx_plane *plane, const struct lvsx_rss *rss,
		const struct lvsx_admit *adm, struct lvsx_tuple *rev, struct lvsx_port *port)
{
	u32 which = first_local(pkt, adm), left = adm->locals;
	bool heard = false;
	int err;

	if (unlikely(!left))
		return -(int)LVSX_REASON_NO_LOCAL;
	for (;;) {
		err = lvsx_ports_take(pkt->owner, rss, pkt, adm->local[which], adm->real,
				      adm->rport, rev, port);
		if (likely(err != -(int)LVSX_REASON_NO_PORT))
			return err;
		/* Flows that closed on other CPUs may have left some. */
		if (!heard && lvsx_age_hear(pkt->owner, pkt->now, plane->timeouts, pkt->counters)) {
			heard = true;
			continue;
		}
		lvsx_env_conflict(adm, which);
		if (!--left)
			return err;
		which = which + 1 < adm->locals ? which + 1 : 0;
	}
}

/*
 * The class table @rss is being replaced. Has it been, since the flow was begun? Then another CPU
 * may have taken the port by the new one, having looked for our flow before it was there.
 */
static LVSX_COLD bool again(const struct lvsx_pkt *pkt, const struct lvsx_rss *rss)
{
	smp_mb();	/* between the flow's insertion and the look; pairs with held_elsewhere() */
	return lvsx_env_rss(pkt) != rss;
}

/*
 * When to look at a new flow first: soon enough is when the state that it begins in may end, or the
 * one that it may soon be in for good, if that ends earlier.
 */
static __always_inline u32 first_look(const struct lvsx_pkt *pkt, const struct lvsx_timeouts *to,
				      const struct lvsx_admit *adm)
{
	u32 ms = READ_ONCE(to->ms[adm->state]), idle_ms = adm->idle_ms;

	if (likely(!idle_ms))
		idle_ms = READ_ONCE(to->ms[pkt->tuple.proto == LVSX_TCP ? LVSX_STATE_ESTABLISHED :
									  LVSX_STATE_UDP]);
	return idle_ms < ms ? idle_ms : ms;
}

static __always_inline struct lvsx_flow_new flow_for(const struct lvsx_pkt *pkt,
						     const struct lvsx_plane *plane,
						     const struct lvsx_rss *rss,
						     const struct lvsx_admit *adm,
						     const struct lvsx_port *port)
{
	return (struct lvsx_flow_new){
		.fwd_hash = pkt->hash,
		.rev_hash = port->rev_hash,
		.real = adm->real_id,
		.shadow = adm->shadow,
		.idle_ms = adm->idle_ms,
		.pool = port->pool,
		.epoch = port->epoch,
		.era = rss->era,
		.state = adm->state,
		.now = pkt->now,
		.first_look = first_look(pkt, plane->timeouts, adm),
	};
}

/*
 * A flow that was made while its class table was being replaced, or (pkt->half NULL) was not made.
 * Zero: it stays. Else minus the reason why not; LVSX_REASON_MAX: by the new table, please.
 */
static LVSX_COLD int unmake(struct lvsx_pkt *pkt, const struct lvsx_rss *rss,
			    struct lvsx_port port, u8 state)
{
	int err = -(int)LVSX_REASON_NO_MEMORY;

	if (pkt->half) {
		if (!again(pkt, rss))
			return 0;
		lvsx_flow_remove(pkt->owner, pkt->half);
		lvsx_track_undone(pkt->owner, pkt->half, state);
		pkt->half = NULL;
		err = -(int)LVSX_REASON_MAX;
	}
	lvsx_ports_put(pkt->owner, &port);
	return err;
}

static __always_inline int made(struct lvsx_pkt *pkt, const struct lvsx_rss *rss,
				const struct lvsx_port *port, u8 state)
{
	return likely(pkt->half && !READ_ONCE(rss->moving)) ? 0 : unmake(pkt, rss, *port, state);
}

/* Take a local port and make the flow, by calls. Zero, or as unmake(). */
static LVSX_COLD int make_any(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
			      const struct lvsx_rss *rss, const struct lvsx_admit *adm)
{
	struct lvsx_tuple rev LVSX_UNINIT;
	struct lvsx_port port LVSX_UNINIT;
	struct lvsx_flow_new new;
	int err = take(pkt, plane, rss, adm, &rev, &port);

	if (unlikely(err))
		return err;
	new = flow_for(pkt, plane, rss, adm, &port);
	new.fwd = &pkt->tuple;
	new.rev = &rev;
	pkt->half = lvsx_flow_insert(pkt->owner, &new);
	return made(pkt, rss, &port, adm->state);
}

/* The same in line, where the port that comes next will do. */
static int make(struct lvsx_pkt *pkt, const struct lvsx_plane *plane, const struct lvsx_rss *rss,
		const struct lvsx_admit *adm)
{
	const __be32 *local = adm->local[first_local(pkt, adm)];
	struct lvsx_port port LVSX_UNINIT;
	struct lvsx_flow_new new LVSX_UNINIT;
	struct lvsx_ends ends LVSX_UNINIT;
	struct lvsx_bucket *rev_bucket;

	if (unlikely(pkt->tuple.words != 1 || !adm->locals ||
		     !lvsx_take(pkt->owner, rss, pkt->tuple.proto, *local, adm->real[0],
				adm->rport, &port, &rev_bucket)))
		return make_any(pkt, plane, rss, adm);
	new = flow_for(pkt, plane, rss, adm, &port);
	ends = (struct lvsx_ends){
		.client = pkt->tuple.saddr,
		.vip = pkt->tuple.daddr,
		.real = adm->real,
		.local = local,
		.fwd_ports = lvsx_load_ports(&pkt->tuple, offsetof(struct lvsx_tuple, sport)),
		.rev_ports = lvsx_join_ports(adm->rport, port.port),
		.proto = pkt->tuple.proto,
		.fwd_bucket = pkt->bucket,
		.rev_bucket = rev_bucket,
	};
	pkt->half = lvsx_insert(pkt->owner, &ends, &new, 1);
	return made(pkt, rss, &port, adm->state);
}

/* It was not made. Once the class table that it was to go by has been replaced, it may still be. */
static LVSX_COLD int make_again(struct lvsx_pkt *pkt, const struct lvsx_plane *plane,
				const struct lvsx_admit *adm, int err)
{
	/* Not in line: the index may have grown, and pkt->bucket with it. */
	while (err == -(int)LVSX_REASON_MAX)
		err = make_any(pkt, plane, lvsx_env_rss(pkt), adm);
	if (!err)
		return LVSX_NEXT;
	lvsx_env_unadmit(pkt, adm);
	return lvsx_drop(pkt, (enum lvsx_reason)-err);
}

/* A first packet: ask IPVS for a real server, take a local port, make the flow. */
static __always_inline int admit(struct lvsx_pkt *pkt, const struct lvsx_plane *plane)
{
	struct lvsx_admit adm LVSX_UNINIT;
	int verdict, err;

	if (unlikely(pkt->flags & LVSX_PKT_ICMP_ERROR))
		return lvsx_pass(pkt, LVSX_REASON_PASS_OTHER);
	adm.state = lvsx_first_state(pkt);
	verdict = lvsx_env_admit(pkt, &adm);
	if (verdict != LVSX_NEXT)
		return verdict;
	err = make(pkt, plane, plane->rss, &adm);
	if (unlikely(err)) {
		verdict = make_again(pkt, plane, &adm, err);
		if (verdict != LVSX_NEXT)
			return verdict;
	}
	if (unlikely(adm.shadow))
		lvsx_env_shadow(pkt->owner, pkt->half);
	lvsx_note(pkt, LVSX_REASON_FLOW_NEW);
	return LVSX_NEXT;
}

/* From here on nothing may fail: a packet is translated whole or not at all. */
static __always_inline int translate(struct lvsx_pkt *pkt)
{
	bool rev = pkt->half->flags & LVSX_HALF_REV;

	if (unlikely(!(pkt->flags & LVSX_PKT_WRITABLE) &&
		     !lvsx_env_writable(pkt, lvsx_xlate_span(pkt))))
		return lvsx_drop(pkt, LVSX_REASON_NO_MEMORY);
	if (unlikely(pkt->flags & LVSX_PKT_ICMP_ERROR)) {
		lvsx_xlate_icmp(pkt, pkt->half);
		return lvsx_forward(pkt, rev ? LVSX_REASON_ICMP_REV : LVSX_REASON_ICMP_FWD);
	}
	lvsx_xlate(pkt, pkt->half);
	return lvsx_forward(pkt, rev ? LVSX_REASON_REV : LVSX_REASON_FWD);
}
