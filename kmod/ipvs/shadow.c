// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shadow connections, see shadow.h. All locks are taken with softirqs off; order: xarray, cp->lock.
 */
#include <linux/skbuff.h>
#include "real.h"
#include "shadow.h"
#include "compat/dst.h"
#include "netns/net.h"

/*
 * Give it back with one jiffy to live. Not 0: that tells IPVS to drop the client's template, too.
 */
void lvsx_shadow_expire(struct ip_vs_conn *cp)
{
	spin_lock_bh(&cp->lock);
	cp->timeout = 1;
	spin_unlock_bh(&cp->lock);
	ip_vs_conn_put(cp);
}

/* IPVS shows what is left of the timer, which does not run while we hold the connection. */
static void shadow_show_timeout(struct ip_vs_conn *cp, u32 ms)
{
	if (!timer_pending(&cp->timer))
		cp->timer.expires = jiffies + msecs_to_jiffies(ms);
}

static int shadow_keep(struct lvsx_net *ln, struct lvsx_pkt *pkt, struct ip_vs_conn *cp,
		       struct lvsx_conn *conn)
{
	struct lvsx_real *real;

	if (IP_VS_FWD_METHOD(cp) != IP_VS_CONN_F_MASQ)
		return lvsx_drop(pkt, LVSX_REASON_NOT_MASQ);
	if (lvsx_ipvs_is_itself(pkt, cp->daddr.ip6, cp->dport))
		return lvsx_drop(pkt, LVSX_REASON_MARTIAN);
	real = lvsx_real_get(&ln->ipvs, cp->dest);
	if (!real)
		return lvsx_drop(pkt, LVSX_REASON_NO_MEMORY);
	/* Cyclic, so that a stale number finds nothing rather than another connection. */
	if (xa_alloc_cyclic_bh(&ln->ipvs.shadows, &conn->shadow, cp, XA_LIMIT(1, U32_MAX),
			       &ln->ipvs.next_shadow, GFP_ATOMIC) < 0) {
		lvsx_real_put(real);
		return lvsx_drop(pkt, LVSX_REASON_NO_MEMORY);
	}
	conn->real_id = real->number;
	conn->rport = cp->dport;
	memcpy(conn->real, cp->daddr.all, lvsx_addr_len(pkt->tuple.family));
	shadow_show_timeout(cp, READ_ONCE(ln->timeouts.ms[LVSX_STATE_NONE]));
	return LVSX_NEXT;
}

int lvsx_shadow_keep(struct lvsx_net *ln, struct lvsx_pkt *pkt, struct ip_vs_conn *cp,
		     struct lvsx_conn *conn)
{
	int verdict = shadow_keep(ln, pkt, cp, conn);

	if (verdict != LVSX_NEXT)
		lvsx_shadow_expire(cp);
	return verdict;
}

int lvsx_shadow_schedule(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt,
			 struct ip_vs_iphdr *iph, const struct ip_vs_service *svc,
			 struct lvsx_conn *conn)
{
	struct netns_ipvs *ipvs = net_ipvs(ln->net);
	struct ip_vs_proto_data *pd = ip_vs_proto_data_get(ipvs, pkt->tuple.proto);
	bool ipv4 = pkt->tuple.family == LVSX_IPV4, drops = lvsx_drops_next(ipvs);
	struct ip_vs_conn *cp = NULL;
	int unused;

	/* The kernel lacks the protocol, or may forward the packet by itself. */
	if (!pd || sysctl_cache_bypass(ipvs))
		return lvsx_pass(pkt, LVSX_REASON_PASS_NOT_MASQ);
	/* When it finds no real server it tells the client, and ICMP needs a route to do so. */
	if (ipv4 && !lvsx_route_input(skb))
		return lvsx_drop(pkt, LVSX_REASON_NO_ROUTE);
	if (pd->pp->conn_schedule(ipvs, ipv4 ? AF_INET : AF_INET6, skb, pd, &unused, &cp, iph) &&
	    !cp)
		return lvsx_pass(pkt, LVSX_REASON_PASS_NOT_MASQ);
	/* A persistence engine may have read the payload and moved it. */
	pkt->data = skb->data;
	pkt->len = skb_headlen(skb);
	if (!cp)
		return lvsx_drop(pkt, drops ? LVSX_REASON_STOCK_DROP : LVSX_REASON_NO_REAL);

	/* @svc serves every port, but IPVS has another service for this very port: leave it. */
	if (unlikely(!cp->dest || rcu_access_pointer(cp->dest->svc) != svc)) {
		ip_vs_conn_put(cp);
		return lvsx_pass(pkt, LVSX_REASON_PASS_STOCK);
	}
	return lvsx_shadow_keep(ln, pkt, cp, conn);
}

const u8 lvsx_stock_state[LVSX_STATE_MAX] = {
	[LVSX_STATE_NONE] = IP_VS_TCP_S_NONE,
	[LVSX_STATE_SYN_SENT] = IP_VS_TCP_S_SYN_SENT,
	[LVSX_STATE_SYN_RECV] = IP_VS_TCP_S_SYN_RECV,
	[LVSX_STATE_ESTABLISHED] = IP_VS_TCP_S_ESTABLISHED,
	[LVSX_STATE_FIN_WAIT] = IP_VS_TCP_S_FIN_WAIT,
	[LVSX_STATE_CLOSE_WAIT] = IP_VS_TCP_S_CLOSE_WAIT,
	[LVSX_STATE_LAST_ACK] = IP_VS_TCP_S_LAST_ACK,
	[LVSX_STATE_TIME_WAIT] = IP_VS_TCP_S_TIME_WAIT,
	[LVSX_STATE_CLOSE] = IP_VS_TCP_S_CLOSE,
	[LVSX_STATE_UDP] = IP_VS_UDP_S_NORMAL,
};

static void shadow_set_state(struct ip_vs_conn *cp, u8 state, bool active)
{
	/* The flag says which count IPVS will decrement when the connection expires. */
	if (active == !!(cp->flags & IP_VS_CONN_F_INACTIVE)) {
		lvsx_dest_active(cp->dest, active);
		cp->flags ^= IP_VS_CONN_F_INACTIVE;
	}
	cp->state = lvsx_stock_state[state];
	if (state == LVSX_STATE_ESTABLISHED)
		ip_vs_control_assure_ct(cp);
}

void lvsx_shadow_close(struct lvsx_net *ln, struct ip_vs_conn *cp)
{
	const struct ip_vs_proto_data *pd =
		ip_vs_proto_data_get(net_ipvs(ln->net), cp->protocol);

	spin_lock_bh(&cp->lock);
	shadow_set_state(cp, LVSX_STATE_CLOSE, false);
	cp->timeout = pd->timeout_table[cp->state];
	spin_unlock_bh(&cp->lock);
	ip_vs_conn_put(cp);
}

void lvsx_ipvs_conn_state(struct lvsx_net *ln, u32 number, u8 state, bool active)
{
	struct ip_vs_conn *cp;

	/* Locked throughout: lvsx_shadow_end() on another CPU must not give it back meanwhile. */
	xa_lock_bh(&ln->ipvs.shadows);
	cp = xa_load(&ln->ipvs.shadows, number);
	if (cp) {
		spin_lock(&cp->lock);
		shadow_set_state(cp, state, active);
		shadow_show_timeout(cp, READ_ONCE(ln->timeouts.ms[state]));
		spin_unlock(&cp->lock);
	}
	xa_unlock_bh(&ln->ipvs.shadows);
}

void lvsx_shadow_end(struct lvsx_ipvs *li, u32 number)
{
	struct ip_vs_conn *cp = xa_erase_bh(&li->shadows, number);

	if (!WARN_ON_ONCE(!cp))
		lvsx_shadow_expire(cp);
}

void lvsx_shadows_init(struct lvsx_ipvs *li)
{
	xa_init_flags(&li->shadows, XA_FLAGS_ALLOC | XA_FLAGS_LOCK_BH);
}

void lvsx_shadows_exit(struct lvsx_ipvs *li)
{
	WARN_ON_ONCE(!xa_empty(&li->shadows));
	xa_destroy(&li->shadows);
}
