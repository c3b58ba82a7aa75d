// SPDX-License-Identifier: GPL-2.0-only
/*
 * What would become of a first packet? A made-up one goes through the steps of skb/new_conn.c, with
 * counters that nobody reads; ipvs/where.c says which real server it would get. See netlink.h.
 */
#include <linux/ip.h>
#include <linux/slab.h>
#include <linux/tcp.h>
#include "service/service.h"
#include "uapi/linux/lvsx.h"
#include "core/pkt/packet.h"
#include "decode.h"
#include "message.h"
#include "netlink.h"
#include "netns/net.h"
#include "service/access.h"
#include "cpu/stats.h"

#define PICK_SIZE 64	/* bytes of one LVSX_WHERE_A_PICK, at most */

struct where_packet {
	struct lvsx_pkt pkt;
	struct sk_buff *skb;
	struct lvsx_where where;
	u64 counters[LVSX_REASON_MAX];
	struct lvsx_choice on[];	/* of each CPU */
};

/* Headers of IP and TCP; UDP has the ports in the same place. */
static struct sk_buff *where_make_skb(const struct lvsx_tuple *tuple)
{
	struct sk_buff *skb = alloc_skb(sizeof(struct iphdr) + sizeof(struct tcphdr), GFP_KERNEL);
	struct tcphdr *th;
	struct iphdr *iph;

	if (!skb)
		return NULL;
	skb_reset_network_header(skb);
	iph = skb_put_zero(skb, sizeof(*iph));
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tot_len = htons(sizeof(*iph) + sizeof(*th));
	iph->ttl = 64;
	iph->protocol = tuple->proto;
	iph->saddr = tuple->saddr[0];
	iph->daddr = tuple->daddr[0];
	skb_set_transport_header(skb, sizeof(*iph));
	th = skb_put_zero(skb, sizeof(*th));
	th->source = tuple->sport;
	th->dest = tuple->dport;
	th->doff = sizeof(*th) / 4;
	th->syn = 1;
	skb->protocol = htons(ETH_P_IP);
	return skb;
}

static void where_free(struct where_packet *w)
{
	kfree_skb(w->skb);
	kvfree(w);
}

static struct where_packet *where_make(struct lvsx_net *ln, const struct lvsx_tuple *tuple)
{
	struct where_packet *w = kvzalloc(struct_size(w, on, nr_cpu_ids), GFP_KERNEL);

	if (!w)
		return NULL;
	w->skb = where_make_skb(tuple);
	if (!w->skb) {
		where_free(w);
		return NULL;
	}
	w->where.on = w->on;
	w->pkt = (struct lvsx_pkt){
		.data = w->skb->data,
		.len = w->skb->len,
		.total = w->skb->len,
		.family = tuple->family,
		.frame = w->skb,
		.instance = ln,
		.counters = w->counters,
		.tuple = *tuple,
	};
	return w;
}

/* False: its lists let the client in. */
static bool where_denied(struct where_packet *w, const struct lvsx_service *svc)
{
	const struct lvsx_access *access = rcu_dereference(svc->access);
	bool denied;

	local_bh_disable();
	denied = access && lvsx_access_ask(&w->pkt, access) != LVSX_NEXT;
	local_bh_enable();
	return denied;
}

/* Has IPVS a service of this very address and port? */
static bool where_is_exact(struct lvsx_net *ln, const struct lvsx_tuple *tuple,
			   struct lvsx_service_key *key)
{
	*key = (struct lvsx_service_key){
		.family = AF_INET,
		.proto = tuple->proto,
		.addr = { tuple->daddr[0] },
		.port = tuple->dport,
	};
	return lvsx_ipvs_sees(ln, key);
}

/* In the order of new_conn.c. Returns the service if it is one of lvsx's. RCU. */
static const struct lvsx_service *where_go(struct lvsx_net *ln, struct where_packet *w)
{
	struct lvsx_service *svc = lvsx_service_find(ln, &w->pkt);
	struct lvsx_where *where = &w->where;
	struct lvsx_service_key key;
	bool exact = (!svc || !svc->key.port) && where_is_exact(ln, &w->pkt.tuple, &key);

	if (!svc || exact) {	/* as in IPVS: the exact one, else that of every port */
		if (!exact)
			key.port = 0;
		lvsx_ipvs_where(ln, w->skb, &w->pkt, &key, NULL, where);
		return NULL;
	}
	lvsx_ipvs_where(ln, w->skb, &w->pkt, &svc->key, &svc->cache, where);
	if (where->reason == LVSX_REASON_PASS_NOT_MASQ && READ_ONCE(svc->drain))
		return svc;
	if (where_denied(w, svc))
		where->reason = w->pkt.reason;
	else if (READ_ONCE(svc->drain))
		where->reason = LVSX_REASON_DRAINING;
	else if (!rcu_access_pointer(svc->locals) && !rcu_access_pointer(ln->services.pool))
		where->reason = LVSX_REASON_NO_LOCAL;
	return svc;
}

static bool where_same(const struct lvsx_choice *a, const struct lvsx_choice *b)
{
	return a->addr == b->addr && a->port == b->port && a->reason == b->reason;
}

static int where_put_pick(struct sk_buff *msg, const struct lvsx_choice *choice, u32 first,
			  u32 last)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_WHERE_A_PICK);

	if (!nest || nla_put_u32(msg, LVSX_PICK_A_CPU_FIRST, first) ||
	    nla_put_u32(msg, LVSX_PICK_A_CPU_LAST, last) ||
	    nla_put_in_addr(msg, LVSX_PICK_A_REAL, choice->addr) ||
	    nla_put_be16(msg, LVSX_PICK_A_REAL_PORT, choice->port) ||
	    (choice->reason != LVSX_REASON_MAX &&
	     nla_put_string(msg, LVSX_PICK_A_REASON, lvsx_stats_name(choice->reason))))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* One for each run of CPUs with the same choice; offline CPUs do not end a run. */
static int where_put_picks(struct sk_buff *msg, const struct lvsx_choice *on)
{
	u32 c, first = nr_cpu_ids, last = 0;

	for (c = 0; c < nr_cpu_ids; c++) {
		if (!on[c].addr)
			continue;
		if (first < nr_cpu_ids && !where_same(&on[first], &on[c])) {
			if (where_put_pick(msg, &on[first], first, last))
				return -EMSGSIZE;
			first = c;
		}
		first = min(first, c);
		last = c;
	}
	return first < nr_cpu_ids ? where_put_pick(msg, &on[first], first, last) : 0;
}

/* Does the packet get as far as a scheduler? */
static bool where_is_chosen(const struct lvsx_where *where)
{
	return where->reason == LVSX_REASON_MAX || where->reason == LVSX_REASON_NO_REAL ||
	       where->reason == LVSX_REASON_PASS_NOT_MASQ;
}

static int where_put_answer(struct sk_buff *msg, const struct lvsx_where *where)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_WHERE);

	if (!nest || (where->reason != LVSX_REASON_MAX &&
		      nla_put_string(msg, LVSX_WHERE_A_REASON, lvsx_stats_name(where->reason))))
		return -EMSGSIZE;
	if (where_is_chosen(where) &&
	    (nla_put_u8(msg, LVSX_WHERE_A_HOW, where->how) ||
	     (*where->scheduler &&
	      nla_put_string(msg, LVSX_WHERE_A_SCHEDULER, where->scheduler)) ||
	     where_put_picks(msg, where->on)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int where_put(struct sk_buff *msg, struct genl_info *info)
{
	struct lvsx_net *ln = info->user_ptr[0];
	const struct lvsx_service *svc;
	struct lvsx_tuple tuple;
	struct where_packet *w;
	int err = lvsx_decode_connection(info, &tuple);

	if (err)
		return err;
	w = where_make(ln, &tuple);
	if (!w)
		return -ENOMEM;
	rcu_read_lock();
	svc = where_go(ln, w);
	err = svc ? lvsx_message_put_service(msg, &svc->key) : 0;
	rcu_read_unlock();
	err = err ?: where_put_answer(msg, &w->where);
	where_free(w);
	return err;
}

int lvsx_cmd_where(struct sk_buff *skb, struct genl_info *info)
{
	return lvsx_message_reply(info, LVSX_CMD_WHERE,
				  NLMSG_DEFAULT_SIZE + (size_t)nr_cpu_ids * PICK_SIZE, where_put);
}
