// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stock IPVS's connections of services that are ours: found, taken over, closed. See ipvs.h.
 * Softirq, RCU.
 */
#include <linux/skbuff.h>
#include "real.h"
#include "shadow.h"
#include "netns/net.h"

/* The one for this client packet, with a reference. */
static struct ip_vs_conn *stock_conn(struct lvsx_net *ln, struct sk_buff *skb,
				     const struct lvsx_pkt *pkt)
{
	struct netns_ipvs *ipvs = net_ipvs(ln->net);
	struct ip_vs_proto_data *pd = ip_vs_proto_data_get(ipvs, pkt->tuple.proto);
	int family = pkt->tuple.family == LVSX_IPV4 ? AF_INET : AF_INET6;
	struct ip_vs_iphdr iph;

	if (!pd || !ip_vs_fill_iph_skb(family, skb, false, &iph))
		return NULL;
	return pd->pp->conn_in_get(ipvs, family, skb, &iph);
}

/*
 * One that came from a sync daemon may have no destination here, and then belongs to nobody. Direct
 * routing and tunnels stay with stock.
 */
static bool stock_is_of(const struct ip_vs_conn *cp, const struct lvsx_service_key *key)
{
	return cp->dest && IP_VS_FWD_METHOD(cp) == IP_VS_CONN_F_MASQ &&
	       lvsx_ipvs_belongs(cp->dest, key);
}

/* By stock's view of its state: does a SYN begin a new connection? */
static bool stock_is_over(struct netns_ipvs *ipvs, const struct ip_vs_conn *cp)
{
	switch (cp->state) {
	case IP_VS_TCP_S_NONE:
	case IP_VS_TCP_S_SYN_SENT:
	case IP_VS_TCP_S_SYN_RECV:
	case IP_VS_TCP_S_TIME_WAIT:
	case IP_VS_TCP_S_CLOSE:
		return true;
	case IP_VS_TCP_S_FIN_WAIT:
		return sysctl_conn_reuse_mode(ipvs) & 2 &&
		       cp->flags & IP_VS_CONN_F_NOOUTPUT;
	default:
		return false;
	}
}

/*
 * Would stock, too, forward a SYN by it, which its real server answers as RFC 5961 says? Not if the
 * real server is gone or the connection is to leave it (expire_nodest_conn).
 */
static bool stock_is_open(const struct lvsx_net *ln, const struct ip_vs_conn *cp)
{
	return cp->protocol == IPPROTO_TCP && !stock_is_over(net_ipvs(ln->net), cp) &&
	       lvsx_dest_available(cp->dest) &&
	       (atomic_read(&cp->dest->weight) || !lvsx_ipvs_expires(ln->net));
}

enum lvsx_stock lvsx_ipvs_stock(struct lvsx_net *ln, struct sk_buff *skb,
				const struct lvsx_pkt *pkt, const struct lvsx_service_key *key)
{
	struct ip_vs_conn *cp = stock_conn(ln, skb, pkt);
	enum lvsx_stock what;

	if (!cp)
		return LVSX_STOCK_NONE;
	/* With a jiffy to live it may be what is left of a flow's shadow. */
	if (READ_ONCE(cp->timeout) <= 1)
		what = LVSX_STOCK_NONE;
	else if (!stock_is_of(cp, key))
		what = LVSX_STOCK_OTHER;
	else
		what = stock_is_open(ln, cp) ? LVSX_STOCK_OPEN : LVSX_STOCK_OURS;
	__ip_vs_conn_put(cp);
	return what;
}

/* Does a connection that is taken over by its first packet keep its real server? */
static bool stock_is_kept(const struct ip_vs_conn *cp)
{
	return lvsx_dest_available(cp->dest) &&
	       (cp->protocol != IPPROTO_TCP || cp->state == IP_VS_TCP_S_SYN_SENT ||
		cp->state == IP_VS_TCP_S_SYN_RECV);
}

LVSX_COLD int lvsx_ipvs_take(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt,
			     const struct lvsx_service_key *key, struct lvsx_svc_cache *cache,
			     struct lvsx_conn *conn)
{
	struct ip_vs_conn *cp = stock_conn(ln, skb, pkt);

	if (cp && !stock_is_of(cp, key)) {
		ip_vs_conn_put(cp);	/* another one came meanwhile */
		return lvsx_pass(pkt, LVSX_REASON_PASS_STOCK);
	}
	if (cp && stock_is_kept(cp))
		return lvsx_shadow_keep(ln, pkt, cp, conn);
	if (cp)
		lvsx_shadow_expire(cp);
	return lvsx_ipvs_schedule(ln, skb, pkt, key, cache, conn);
}

LVSX_COLD bool lvsx_ipvs_close(struct lvsx_net *ln, struct sk_buff *skb, const struct lvsx_pkt *pkt,
			       const struct lvsx_service_key *key, struct lvsx_tuple *seen)
{
	struct ip_vs_conn *cp = stock_conn(ln, skb, pkt);

	if (!cp)
		return false;
	if (!stock_is_of(cp, key)) {
		__ip_vs_conn_put(cp);
		return false;
	}
	*seen = pkt->tuple;
	memcpy(seen->daddr, cp->daddr.all, lvsx_addr_len(pkt->tuple.family));
	seen->dport = cp->dport;
	lvsx_shadow_close(ln, cp);
	return true;
}
