// SPDX-License-Identifier: GPL-2.0-only
/*
 * The call-backs of core/host.h for first packets: is it ours, may it come in, which real server,
 * which local addresses. Softirq, RCU.
 */
#include <linux/ip.h>
#include <linux/log2.h>
#include <linux/skbuff.h>
#include <net/icmp.h>
#include <net/l3mdev.h>
#include "compat/socket.h"
#include "core/host.h"
#include "ipvs/ipvs.h"
#include "netns/cpu.h"
#include "route/notify.h"
#include "route/source.h"
#include "service/access.h"
#include "service/service.h"

bool lvsx_host_is_ours(const struct lvsx_pkt *pkt)
{
	const struct sk_buff *skb = pkt->frame;

	return lvsx_service_ours(pkt->instance, ip_hdr(skb)->daddr, skb->mark);
}

/* Only a SYN begins a TCP connection. */
static bool conn_begins(const struct lvsx_pkt *pkt)
{
	const u8 all = LVSX_TCP_SYN | LVSX_TCP_ACK | LVSX_TCP_RST | LVSX_TCP_FIN;

	return pkt->tuple.proto != LVSX_TCP || (pkt->tcp_flags & all) == LVSX_TCP_SYN;
}

/* Destination port, protocol and family in one word. */
static __always_inline u32 conn_port(const struct lvsx_tuple *t)
{
	u32 port;

	BUILD_BUG_ON(offsetofend(struct lvsx_tuple, family) !=
		     offsetof(struct lvsx_tuple, dport) + sizeof(port));
	memcpy(&port, (const u8 *)t + offsetof(struct lvsx_tuple, dport), sizeof(port));
	return port;
}

/* Few ports of an address are in frequent use. */
static __always_inline struct lvsx_svc_memo *conn_memo(struct lvsx_cpu *cpu,
						       const struct lvsx_tuple *t)
{
	u32 x = (__force u32)t->daddr[0] ^ conn_port(t);

	return &cpu->memo[x * 0x9e3779b1u >> (32 - ilog2(LVSX_SVC_MEMOS))];
}

static noinline struct lvsx_service *
conn_find_service_anew(struct lvsx_net *ln, const struct lvsx_pkt *pkt, struct lvsx_svc_memo *memo)
{
	/* Pairs with the release in service_next_generation(). */
	unsigned long generation = smp_load_acquire(&ln->services.generation);
	struct lvsx_service *svc = lvsx_service_find(ln, pkt);

	if (svc && !svc->key.fwmark && pkt->tuple.family == LVSX_IPV4)
		*memo = (struct lvsx_svc_memo){
			.svc = svc,
			.generation = generation,
			.addr = pkt->tuple.daddr[0],
			.port = conn_port(&pkt->tuple),
		};
	return svc;
}

/* lvsx_service_find(), cached by this CPU. */
static __always_inline struct lvsx_service *
conn_find_service(struct lvsx_net *ln, struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt)
{
	struct lvsx_svc_memo *memo = conn_memo(cpu, &pkt->tuple);

	/* Pairs with the release in service_next_generation(). */
	if (likely(memo->generation == smp_load_acquire(&ln->services.generation) &&
		   memo->addr == pkt->tuple.daddr[0] && memo->port == conn_port(&pkt->tuple) &&
		   (!pkt->mark || !READ_ONCE(ln->services.fwmarks))))
		return memo->svc;
	return conn_find_service_anew(ln, pkt, memo);
}

static __always_inline struct lvsx_locals *conn_locals(struct lvsx_net *ln,
						       const struct lvsx_service *svc)
{
	return rcu_dereference(svc->locals) ?: rcu_dereference(ln->services.pool);
}

static __be32 conn_some_local(struct lvsx_net *ln, const struct lvsx_service *svc)
{
	const struct lvsx_locals *locals = conn_locals(ln, svc);

	return locals ? locals->addr[0][0] : 0;
}

/* Is this a TCP connection of the host's own, of a program older than the service? */
static bool conn_is_hosts(const struct lvsx_net *ln, const struct lvsx_pkt *pkt)
{
	const struct sk_buff *skb = pkt->frame;
	const struct lvsx_tuple *t = &pkt->tuple;
	int dev = skb->dev->ifindex, vrf = l3mdev_master_ifindex_rcu(skb->dev);
	struct sock *sk;

	if (t->family != LVSX_IPV4)
		return false;
	/* The packet has not reached its VRF yet, if there is one. */
	sk = lvsx_lookup_tcp(ln->net, t->saddr[0], t->sport, t->daddr[0], ntohs(t->dport),
			     vrf ?: dev, vrf ? dev : 0);
	if (sk)
		sock_gen_put(sk);
	return sk;
}

/* A TCP packet that begins no connection and belongs to none, not of stock's either. */
static LVSX_COLD int conn_no_flow(struct lvsx_net *ln, struct lvsx_pkt *pkt,
				  const struct lvsx_service *svc)
{
	if (conn_is_hosts(ln, pkt))
		return lvsx_pass(pkt, LVSX_REASON_PASS_HOST);
	return lvsx_notify_no_flow(this_cpu_ptr(ln->cpu), pkt, conn_some_local(ln, svc));
}

static LVSX_COLD int conn_drained(struct lvsx_net *ln, struct lvsx_pkt *pkt,
				  const struct lvsx_service *svc)
{
	lvsx_notify_refused(this_cpu_ptr(ln->cpu), pkt, conn_some_local(ln, svc));
	return lvsx_drop(pkt, LVSX_REASON_DRAINING);
}

/*
 * Take a connection over from stock IPVS: all of them if that was asked for, else one that its
 * first packet began just before the service was discovered. Not without a local address, nor while
 * new connections are refused.
 */
static bool conn_takes_over(struct lvsx_net *ln, const struct lvsx_service *svc,
			    enum lvsx_stock what, bool first)
{
	if (READ_ONCE(svc->drain) || !conn_locals(ln, svc) || what == LVSX_STOCK_OTHER)
		return false;
	return READ_ONCE(svc->now) ||
	       (first && what == LVSX_STOCK_OURS && READ_ONCE(svc->found));
}

/*
 * A packet of an open TCP connection that stock IPVS is not to keep. It cannot go on with another
 * address towards the real server, so it is reset at both ends. A client's RST is left to stock,
 * which forwards it and closes the connection.
 */
static int conn_cut(struct lvsx_net *ln, struct lvsx_pkt *pkt, const struct lvsx_service *svc)
{
	struct lvsx_tuple seen;
	int verdict;

	if (pkt->tcp_flags & LVSX_TCP_RST)
		return lvsx_pass(pkt, LVSX_REASON_PASS_STOCK);
	verdict = conn_no_flow(ln, pkt, svc);
	if (pkt->reason == LVSX_REASON_RESET &&
	    lvsx_ipvs_close(ln, pkt->frame, pkt, &svc->key, &seen))
		lvsx_notify_real(ln, pkt, &seen);
	return verdict;
}

/*
 * A packet of a connection that stock IPVS had before the service became ours, or of another
 * service (@what). It goes on there, unless we take it over (LVSX_NEXT) or end it. Such packets
 * prolong the grace time, as UDP has no SYN to tell old from new.
 */
static LVSX_COLD int conn_of_stock(struct lvsx_net *ln, struct lvsx_pkt *pkt,
				   struct lvsx_service *svc, enum lvsx_stock what, bool first)
{
	unsigned long grace;

	if (conn_takes_over(ln, svc, what, first))
		return first ? LVSX_NEXT : conn_cut(ln, pkt, svc);
	grace = lvsx_service_grace(ln);
	/* Once a second: all CPUs read it. */
	if (time_after(grace, READ_ONCE(svc->grace) + HZ))
		WRITE_ONCE(svc->grace, grace);
	return lvsx_pass(pkt, LVSX_REASON_PASS_STOCK);
}

/* By the service's access lists. False: dropped and counted. */
static __always_inline bool conn_allowed(struct lvsx_pkt *pkt, const struct lvsx_service *svc)
{
	const struct lvsx_access *access = rcu_dereference(svc->access);

	return !access || lvsx_access_ask(pkt, access) == LVSX_NEXT;
}

/* A first packet of a service of ours. @take: its connection is taken over from stock. */
static __always_inline int conn_schedule(struct lvsx_net *ln, struct lvsx_cpu *cpu,
					 struct lvsx_pkt *pkt, struct lvsx_service *svc,
					 struct lvsx_conn *conn, bool take)
{
	struct sk_buff *skb = pkt->frame;
	struct lvsx_locals *locals;

	if (!conn_allowed(pkt, svc))
		return LVSX_DROP;
	locals = conn_locals(ln, svc);
	if (!locals)
		return lvsx_drop(pkt, LVSX_REASON_NO_LOCAL);
	if (unlikely(!lvsx_source_known(cpu->routes->source, pkt)) &&
	    !lvsx_source_is_client(cpu, pkt, locals->addr[0][0]))
		return lvsx_drop(pkt, LVSX_REASON_MARTIAN);
	conn->local = locals->addr;
	conn->locals = locals->nr;
	conn->family = LVSX_IPV4;
	conn->priv = locals;
	conn->idle_ms = READ_ONCE(svc->idle_ms);
	if (take)
		return lvsx_ipvs_take(ln, skb, pkt, &svc->key, &svc->cache, conn);
	return lvsx_ipvs_schedule(ln, skb, pkt, &svc->key, &svc->cache, conn);
}

/* What stock IPVS may have, what begins nothing, and what a drained service refuses. */
static LVSX_COLD int conn_odd(struct lvsx_net *ln, struct lvsx_cpu *cpu, struct lvsx_pkt *pkt,
			      struct lvsx_service *svc, struct lvsx_conn *conn)
{
	enum lvsx_stock stock = LVSX_STOCK_NONE;
	bool first = conn_begins(pkt);

	if (!first || lvsx_service_in_grace(svc))
		stock = lvsx_ipvs_stock(ln, pkt->frame, pkt, &svc->key);
	if (stock != LVSX_STOCK_NONE) {
		int verdict = conn_of_stock(ln, pkt, svc, stock, first);

		if (verdict != LVSX_NEXT)
			return verdict;
	}
	if (first && !READ_ONCE(svc->drain))
		return conn_schedule(ln, cpu, pkt, svc, conn, stock != LVSX_STOCK_NONE);
	/* Without a service there IPVS would leave it to the host. */
	if (!lvsx_ipvs_has(ln, &svc->key, &svc->cache))
		return lvsx_pass(pkt, LVSX_REASON_PASS_NOT_MASQ);
	if (!conn_allowed(pkt, svc))
		return LVSX_DROP;
	return first ? conn_drained(ln, pkt, svc) : conn_no_flow(ln, pkt, svc);
}

int lvsx_host_new_conn(struct lvsx_pkt *pkt, struct lvsx_conn *conn)
{
	struct lvsx_net *ln = pkt->instance;
	struct lvsx_cpu *cpu = this_cpu_ptr(ln->cpu);
	struct lvsx_service *svc = conn_find_service(ln, cpu, pkt);

	if (!svc)
		return lvsx_pass(pkt, LVSX_REASON_PASS_OTHER);
	if (unlikely(!conn_begins(pkt) || READ_ONCE(svc->drain) || lvsx_service_in_grace(svc)))
		return conn_odd(ln, cpu, pkt, svc, conn);
	return conn_schedule(ln, cpu, pkt, svc, conn, false);
}

void lvsx_host_undo_conn(struct lvsx_pkt *pkt, const struct lvsx_conn *conn)
{
	lvsx_ipvs_conn_end(pkt->instance, conn->real_id, conn->shadow,
			   lvsx_state_active(conn->state));
}

void lvsx_host_port_conflict(const struct lvsx_conn *conn, u32 which)
{
	const struct lvsx_locals *locals = conn->priv;

	atomic_inc(&locals->conflicts[which]);
}
