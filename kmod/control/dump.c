// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink dumps. Each call fills one message buffer and remembers in its cursor where to go on, so
 * that a dump of millions of flows needs no memory and holds no lock for long. Process context.
 */
#include <linux/slab.h>
#include <net/route.h>
#include <net/sock.h>
#include "service/access.h"
#include "core/path/expire.h"
#include "service/ipset.h"
#include "netlink.h"
#include "stats.h"
#include "cpu/tables.h"

#define STRETCH 4096		/* places of flows looked at in one RCU read section */
#define STRETCHES 16		/* of them in one message that has something already */
#define LOCALS 8		/* local addresses in one message: each is a walk over all pools */

struct cursor {
	bool one;		/* only this service's */
	bool pool;		/* the default pool was answered */
	u16 cpu;
	u32 at;			/* flow walk, address or counter */
	u32 left;		/* local addresses that this message may still have */
	struct lvsx_service_key at_key;	/* the service whose address or entry that is */
	bool walking;
	struct lvsx_service_key key;
	struct rhashtable_iter iter;
};

int lvsx_dump_start(struct netlink_callback *cb)
{
	struct nlattr *attrs[LVSX_A_MAX + 1], *nest[LVSX_SVC_A_MAX + 1];
	struct cursor *c;
	int err;

	err = genlmsg_parse(cb->nlh, &lvsx_genl_family, attrs, LVSX_A_MAX, lvsx_policy, cb->extack);
	if (err)
		return err;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	if (attrs[LVSX_A_SERVICE]) {
		c->one = true;
		err = lvsx_netlink_service(attrs[LVSX_A_SERVICE], &c->key, nest, cb->extack);
		if (err) {
			kfree(c);
			return err;
		}
	}
	cb->args[0] = (long)c;
	return 0;
}

int lvsx_dump_done(struct netlink_callback *cb)
{
	struct cursor *c = (struct cursor *)cb->args[0];

	if (c->walking)
		rhashtable_walk_exit(&c->iter);
	kfree(c);
	return 0;
}

static void *begin(struct sk_buff *msg, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &lvsx_genl_family,
			   NLM_F_MULTI, cmd);
}

/* One message whole or not at all. */
static int end(struct sk_buff *msg, void *head, int err)
{
	if (!head || err) {
		if (head)
			genlmsg_cancel(msg, head);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, head);
	return 0;
}

int lvsx_netlink_put_key(struct sk_buff *msg, const struct lvsx_service_key *key)
{
	int err = nla_put_u16(msg, LVSX_SVC_A_FAMILY, key->family);

	if (key->fwmark)
		return err ?: nla_put_u32(msg, LVSX_SVC_A_FWMARK, key->fwmark);
	return err ?: nla_put_u16(msg, LVSX_SVC_A_PROTOCOL, key->proto) ?:
	       nla_put_in_addr(msg, LVSX_SVC_A_ADDRESS, key->addr[0]) ?:
	       nla_put_be16(msg, LVSX_SVC_A_PORT, key->port);
}

static int put_service(struct sk_buff *msg, struct lvsx_net *ln, const struct lvsx_service *svc)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_SERVICE);
	const struct lvsx_locals *locals = rcu_dereference(svc->locals);

	if (!nest || lvsx_netlink_put_key(msg, &svc->key) ||
	    nla_put_u8(msg, LVSX_SVC_A_FULLNAT, 1) ||
	    nla_put_u8(msg, LVSX_SVC_A_MARKED, READ_ONCE(svc->marked)) ||
	    nla_put_u32(msg, LVSX_SVC_A_LOCALS, locals ? locals->nr : 0) ||
	    nla_put_u32(msg, LVSX_SVC_A_TIMEOUT, READ_ONCE(svc->idle_ms) / MSEC_PER_SEC) ||
	    nla_put_u8(msg, LVSX_SVC_A_DRAIN, !!READ_ONCE(svc->drain)) ||
	    nla_put_u64_64bit(msg, LVSX_SVC_A_FLOWS, lvsx_ipvs_flows(ln, &svc->key, &svc->pin),
			      LVSX_SVC_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int one_service(struct sk_buff *msg, struct netlink_callback *cb, struct cursor *c,
		       const struct lvsx_service *svc)
{
	struct lvsx_net *ln = lvsx_net(sock_net(cb->skb->sk));
	void *head = begin(msg, cb, LVSX_CMD_SERVICE_GET);

	return end(msg, head, head ? put_service(msg, ln, svc) : 0);
}

static int put_local(struct sk_buff *msg, struct lvsx_net *ln, const struct lvsx_service_key *key,
		     const struct lvsx_locals *locals, u32 which)
{
	const __be32 *addr = locals->addr[which];
	struct lvsx_ports_usage sum = {};
	struct nlattr *nest;
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct lvsx_table *t = lvsx_table_of(ln, cpu);

		if (t)
			lvsx_ports_usage(t, rcu_dereference(ln->rss), addr, &sum);
	}
	if (key) {
		nest = nla_nest_start(msg, LVSX_A_SERVICE);
		if (!nest || lvsx_netlink_put_key(msg, key))
			return -EMSGSIZE;
		nla_nest_end(msg, nest);
	}
	nest = nla_nest_start(msg, LVSX_A_LOCAL);
	if (!nest || nla_put_in_addr(msg, LVSX_LOCAL_A_FIRST, addr[0]) ||
	    nla_put_u64_64bit(msg, LVSX_LOCAL_A_PORTS_TOTAL, sum.total, LVSX_LOCAL_A_PAD) ||
	    nla_put_u64_64bit(msg, LVSX_LOCAL_A_PORTS_USED, sum.used, LVSX_LOCAL_A_PAD) ||
	    nla_put_u32(msg, LVSX_LOCAL_A_FULLEST, sum.fullest) ||
	    nla_put_u8(msg, LVSX_LOCAL_A_GONE, inet_addr_type(ln->net, addr[0]) != RTN_LOCAL) ||
	    nla_put_u64_64bit(msg, LVSX_LOCAL_A_CONFLICTS,
			      (u32)atomic_read(&locals->conflicts[which]), LVSX_LOCAL_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_locals(struct sk_buff *msg, struct netlink_callback *cb, struct cursor *c,
		      const struct lvsx_service_key *key, const struct lvsx_locals *locals)
{
	struct lvsx_net *ln = lvsx_net(sock_net(cb->skb->sk));

	for (; locals && c->at < locals->nr; c->at++) {
		void *head;

		if (!c->left)
			return -EMSGSIZE;
		c->left--;
		head = begin(msg, cb, LVSX_CMD_LOCAL_GET);
		if (end(msg, head, head ? put_local(msg, ln, key, locals, c->at) : 0))
			return -EMSGSIZE;
	}
	c->at = 0;
	return 0;
}

static int one_locals(struct sk_buff *msg, struct netlink_callback *cb, struct cursor *c,
		      const struct lvsx_service *svc)
{
	return put_locals(msg, cb, c, &svc->key, rcu_dereference(svc->locals));
}

/* Call @one for each service (or the one asked for) until the message is full. */
static int each_service(struct sk_buff *msg, struct netlink_callback *cb,
			int (*one)(struct sk_buff *, struct netlink_callback *, struct cursor *,
				   const struct lvsx_service *))
{
	struct cursor *c = (struct cursor *)cb->args[0];
	struct lvsx_net *ln = lvsx_net(sock_net(cb->skb->sk));
	struct lvsx_service *svc;
	int err = 0;

	if (!c->walking) {
		rhashtable_walk_enter(&ln->services.table, &c->iter);
		c->walking = true;
	}
	rhashtable_walk_start(&c->iter);
	/* peek: the one that did not fit into the last message comes first in this one */
	while ((svc = rhashtable_walk_peek(&c->iter))) {
		if (!IS_ERR(svc) && (!c->one || !memcmp(&svc->key, &c->key, sizeof(c->key)))) {
			/* The one that the last message ended in may have gone. */
			if (memcmp(&svc->key, &c->at_key, sizeof(c->at_key)))
				c->at = 0;
			c->at_key = svc->key;
			err = one(msg, cb, c, svc);
		}
		if (err)
			break;
		rhashtable_walk_next(&c->iter);
	}
	rhashtable_walk_stop(&c->iter);
	return msg->len;
}

int lvsx_dump_services(struct sk_buff *msg, struct netlink_callback *cb)
{
	return each_service(msg, cb, one_service);
}

int lvsx_dump_locals(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cursor *c = (struct cursor *)cb->args[0];
	struct lvsx_net *ln = lvsx_net(sock_net(cb->skb->sk));
	int err = 0;

	c->left = LOCALS;
	if (!c->pool && !c->one) {
		rcu_read_lock();
		err = put_locals(msg, cb, c, NULL, rcu_dereference(ln->services.pool));
		rcu_read_unlock();
		if (err)
			return msg->len;
	}
	c->pool = true;
	return each_service(msg, cb, one_locals);
}

static int put_access(struct sk_buff *msg, struct lvsx_net *ln, const struct lvsx_service_key *key,
		      const struct lvsx_access_list *l, u8 list, u32 at)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_SERVICE);
	char name[LVSX_IPSET_NAME];

	if (!nest || lvsx_netlink_put_key(msg, key))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	nest = nla_nest_start(msg, LVSX_A_ACCESS);
	if (!nest || nla_put_u8(msg, LVSX_ACCESS_A_LIST, list))
		return -EMSGSIZE;
	if (at < l->ranges) {
		if (nla_put_in_addr(msg, LVSX_ACCESS_A_FIRST, htonl(l->range[at].first)) ||
		    nla_put_in_addr(msg, LVSX_ACCESS_A_LAST, htonl(l->range[at].last)))
			return -EMSGSIZE;
	} else {
		lvsx_ipset_name(ln->net, l->set[at - l->ranges], name);
		if (nla_put_string(msg, LVSX_ACCESS_A_SET, name))
			return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	return 0;
}

static int one_access(struct sk_buff *msg, struct netlink_callback *cb, struct cursor *c,
		      const struct lvsx_service *svc)
{
	const struct lvsx_access *access = rcu_dereference(svc->access);
	struct lvsx_net *ln = lvsx_net(sock_net(cb->skb->sk));
	u32 list, n, before = 0;

	for (list = 0; access && list <= LVSX_LIST_MAX; list++, before += n) {
		const struct lvsx_access_list *l = &access->list[list];

		n = l->ranges + l->sets;
		for (; c->at - before < n; c->at++) {
			void *head = begin(msg, cb, LVSX_CMD_ACCESS_GET);

			if (end(msg, head, head ? put_access(msg, ln, &svc->key, l, (u8)list,
							     c->at - before) : 0))
				return -EMSGSIZE;
		}
	}
	c->at = 0;
	return 0;
}

int lvsx_dump_access(struct sk_buff *msg, struct netlink_callback *cb)
{
	return each_service(msg, cb, one_access);
}

static int put_end(struct sk_buff *msg, int addr, int port, __be32 a, __be16 p)
{
	return nla_put_in_addr(msg, addr, a) ?: nla_put_be16(msg, port, p);
}

int lvsx_netlink_put_flow(struct sk_buff *msg, struct lvsx_net *ln, const struct lvsx_table *t,
			  struct lvsx_half *fwd)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_FLOW);
	struct lvsx_half *rev = lvsx_flow_other(t, fwd);

	if (!nest || nla_put_u16(msg, LVSX_FLOW_A_FAMILY, AF_INET) ||
	    nla_put_u16(msg, LVSX_FLOW_A_PROTOCOL, fwd->proto) ||
	    nla_put_string(msg, LVSX_FLOW_A_STATE, lvsx_state_name(READ_ONCE(fwd->state))) ||
	    nla_put_u32(msg, LVSX_FLOW_A_CPU, t->cpu) ||
	    nla_put_u32(msg, LVSX_FLOW_A_LEFT_MS,
			lvsx_age_left(fwd, rev, lvsx_now_ms(), &ln->timeouts)) ||
	    put_end(msg, LVSX_FLOW_A_CLIENT, LVSX_FLOW_A_CLIENT_PORT, fwd->addr[LVSX_SRC],
		    fwd->sport) ||
	    put_end(msg, LVSX_FLOW_A_VIP, LVSX_FLOW_A_VIP_PORT, fwd->addr[LVSX_DST], fwd->dport) ||
	    put_end(msg, LVSX_FLOW_A_LOCAL, LVSX_FLOW_A_LOCAL_PORT, fwd->addr[LVSX_NEW_SRC],
		    fwd->new_sport) ||
	    put_end(msg, LVSX_FLOW_A_REAL, LVSX_FLOW_A_REAL_PORT, fwd->addr[LVSX_NEW_DST],
		    fwd->new_dport))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/* Of the service that was asked for, or of any. */
static bool wanted(const struct cursor *c, const struct lvsx_net *ln, const struct lvsx_half *fwd)
{
	if (!c->one)
		return true;
	if (lvsx_ipvs_mark(ln, fwd->real) != c->key.fwmark)
		return false;
	return c->key.fwmark ||
	       (fwd->proto == c->key.proto && fwd->addr[LVSX_DST] == c->key.addr[0] &&
		(fwd->dport == c->key.port || !c->key.port));
}

/* The table's next flows: a stretch of them. 1: there are more; -EMSGSIZE: the message is full. */
static int flows_of(struct sk_buff *msg, struct netlink_callback *cb, struct cursor *c,
		    struct lvsx_net *ln, const struct lvsx_table *t)
{
	struct lvsx_half *fwd;
	u32 left = STRETCH;

	while ((fwd = lvsx_flow_walk(t, &c->at, &left))) {
		void *head;

		if (wanted(c, ln, fwd)) {
			head = begin(msg, cb, LVSX_CMD_FLOW_GET);
			if (end(msg, head, head ? lvsx_netlink_put_flow(msg, ln, t, fwd) : 0)) {
				c->at--;	/* it comes first in the next message */
				return -EMSGSIZE;
			}
		}
	}
	if (left) {
		c->at = 0;
		c->cpu++;
	}
	return 1;
}

int lvsx_dump_flows(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cursor *c = (struct cursor *)cb->args[0];
	struct lvsx_net *ln = lvsx_net(sock_net(cb->skb->sk));
	u32 left = STRETCHES;
	int more = 1;

	while (more > 0 && c->cpu < nr_cpu_ids) {
		const struct lvsx_table *t;

		if (msg->len && !left--)
			break;

		rcu_read_lock();
		t = cpu_possible(c->cpu) ? lvsx_table_of(ln, c->cpu) : NULL;
		if (t)
			more = flows_of(msg, cb, c, ln, t);
		else
			c->cpu++;
		rcu_read_unlock();
		cond_resched();
	}
	return msg->len;
}

static int put_counter(struct sk_buff *msg, struct lvsx_net *ln, enum lvsx_reason reason)
{
	struct nlattr *nest = nla_nest_start(msg, LVSX_A_COUNTER);

	if (!nest || nla_put_string(msg, LVSX_COUNTER_A_NAME, lvsx_stats_name(reason)) ||
	    nla_put_string(msg, LVSX_COUNTER_A_HELP, lvsx_stats_help(reason)) ||
	    nla_put_u64_64bit(msg, LVSX_COUNTER_A_VALUE, lvsx_stats_read(ln, reason),
			      LVSX_COUNTER_A_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

int lvsx_dump_counters(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct cursor *c = (struct cursor *)cb->args[0];
	struct lvsx_net *ln = lvsx_net(sock_net(cb->skb->sk));

	for (; c->at < LVSX_REASON_MAX; c->at++) {
		void *head = begin(msg, cb, LVSX_CMD_COUNTER_GET);

		if (end(msg, head, head ? put_counter(msg, ln, c->at) : 0))
			break;
	}
	return msg->len;
}
