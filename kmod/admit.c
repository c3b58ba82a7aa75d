// SPDX-License-Identifier: GPL-2.0-only
/*
 * This world's answers to env.h that concern first packets: is it ours, may it come in, to which
 * real server, from which local addresses. Softirq, RCU.
 */
#include <linux/ip.h>
#include <linux/log2.h>
#include <linux/skbuff.h>
#include "access.h"
#include "core/path.h"
#include "table.h"
#include "tell.h"

bool lvsx_env_ours(const struct lvsx_pkt *pkt)
{
	const struct sk_buff *skb = pkt->world;

	return lvsx_service_ours(pkt->instance, ip_hdr(skb)->daddr, skb->mark);
}

/* Only a SYN begins a TCP connection. */
static bool begins(const struct lvsx_pkt *pkt)
{
	const u8 all = LVSX_TCP_SYN | LVSX_TCP_ACK | LVSX_TCP_RST | LVSX_TCP_FIN;

	return pkt->tuple.proto != LVSX_TCP || (pkt->tcp_flags & all) == LVSX_TCP_SYN;
}

/* An address has few ports that are asked for often. */
static __always_inline struct lvsx_memo *memo_of(struct lvsx_cpu *cpu, const struct lvsx_tuple *t)
{
	u32 x = (__force u32)t->daddr[0] ^ (u32)(__force u16)t->dport << 16 ^ t->proto;

	return &cpu->memo[x * 0x9e3779b1u >> (32 - ilog2(LVSX_MEMOS))];
}

static noinline struct lvsx_service *find_anew(struct lvsx_net *ln, const struct lvsx_pkt *pkt,
					       struct lvsx_memo *memo)
{
	/* Pairs with the release in service.c, next_generation(). */
	unsigned long generation = smp_load_acquire(&ln->services.generation);
	struct lvsx_service *svc = lvsx_service_find(ln, pkt);

	if (svc && !svc->key.fwmark && pkt->tuple.words == 1)
		*memo = (struct lvsx_memo){
			.svc = svc,
			.generation = generation,
			.addr = pkt->tuple.daddr[0],
			.port = pkt->tuple.dport,
			.proto = pkt->tuple.proto,
		};
	return svc;
}

/* lvsx_service_find(), with this CPU's memory of what it found. */
static __always_inline struct lvsx_service *find_service(struct lvsx_net *ln,
							 struct lvsx_cpu *cpu,
							 const struct lvsx_pkt *pkt)
{
	struct lvsx_memo *memo = memo_of(cpu, &pkt->tuple);

	/* Pairs with the release in service.c, next_generation(). */
	if (likely(memo->generation == smp_load_acquire(&ln->services.generation) &&
		   memo->addr == pkt->tuple.daddr[0] && memo->port == pkt->tuple.dport &&
		   memo->proto == pkt->tuple.proto && pkt->tuple.words == 1 &&
		   (!pkt->mark || !READ_ONCE(ln->services.fwmarks))))
		return memo->svc;
	return find_anew(ln, pkt, memo);
}

static __always_inline struct lvsx_locals *locals_of(struct lvsx_net *ln,
						     const struct lvsx_service *svc)
{
	return rcu_dereference(svc->locals) ?: rcu_dereference(ln->services.pool);
}

static __be32 a_local(struct lvsx_net *ln, const struct lvsx_service *svc)
{
	const struct lvsx_locals *locals = locals_of(ln, svc);

	return locals ? locals->addr[0][0] : 0;
}

static LVSX_COLD int no_flow(struct lvsx_net *ln, struct lvsx_pkt *pkt,
			     const struct lvsx_service *svc)
{
	return lvsx_tell_no_flow(this_cpu_ptr(ln->cpu), pkt, a_local(ln, svc));
}

static LVSX_COLD int drained(struct lvsx_net *ln, struct lvsx_pkt *pkt,
			     const struct lvsx_service *svc)
{
	lvsx_tell_refused(this_cpu_ptr(ln->cpu), pkt, a_local(ln, svc));
	return lvsx_drop(pkt, LVSX_REASON_DRAINING);
}

bool lvsx_env_source(struct lvsx_pkt *pkt)
{
	struct lvsx_net *ln = pkt->instance;
	struct lvsx_cpu *cpu = this_cpu_ptr(ln->cpu);

	return lvsx_source_known(cpu->hops->source, pkt) ||
	       lvsx_source_taken(cpu, pkt, ip_hdr((struct sk_buff *)pkt->world)->daddr);
}

int lvsx_env_admit(struct lvsx_pkt *pkt, struct lvsx_admit *adm)
{
	struct lvsx_net *ln = pkt->instance;
	struct sk_buff *skb = pkt->world;
	const struct lvsx_access *access;
	struct lvsx_locals *locals;
	struct lvsx_cpu *cpu = this_cpu_ptr(ln->cpu);
	struct lvsx_service *svc;
	bool first = begins(pkt);

	svc = find_service(ln, cpu, pkt);
	if (!svc)
		return lvsx_pass(pkt, LVSX_REASON_PASS_OTHER);
	/*
	 * Connections that stock IPVS had before the service became ours go on there. While such
	 * are met the grace time goes on too, for UDP has no SYN to tell old from new.
	 */
	if ((!first || time_before(jiffies, READ_ONCE(svc->grace))) &&
	    lvsx_ipvs_has_conn(ln, skb, pkt)) {
		WRITE_ONCE(svc->grace, jiffies + LVSX_SERVICE_GRACE);
		return lvsx_pass(pkt, LVSX_REASON_PASS_STOCK);
	}
	if (!first)
		return no_flow(ln, pkt, svc);
	if (unlikely(READ_ONCE(svc->drain)))
		return drained(ln, pkt, svc);

	access = rcu_dereference(svc->access);
	if (access && lvsx_access_ask(pkt, access) != LVSX_NEXT)
		return LVSX_DROP;
	locals = locals_of(ln, svc);
	if (!locals)
		return lvsx_drop(pkt, LVSX_REASON_NO_LOCAL);
	if (unlikely(!lvsx_source_known(cpu->hops->source, pkt)) &&
	    !lvsx_source_is_client(cpu, pkt, locals->addr[0][0]))
		return lvsx_drop(pkt, LVSX_REASON_MARTIAN);
	adm->local = locals->addr;
	adm->locals = locals->nr;
	adm->world = locals;
	adm->idle_ms = READ_ONCE(svc->idle_ms);
	lvsx_table_hungry(pkt->owner->world);
	return lvsx_ipvs_schedule(ln, skb, pkt, &svc->key, &svc->pin, adm);
}

void lvsx_env_unadmit(struct lvsx_pkt *pkt, const struct lvsx_admit *adm)
{
	lvsx_ipvs_conn_end(pkt->instance, adm->real_id, adm->shadow,
			   lvsx_state_active(adm->state));
}

void lvsx_env_conflict(const struct lvsx_admit *adm, u32 which)
{
	const struct lvsx_locals *locals = adm->world;

	atomic_inc(&locals->conflicts[which]);
}
