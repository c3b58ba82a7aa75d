// SPDX-License-Identifier: GPL-2.0-only
/* IP options, as the host treats them. See options.h. */
#include <linux/inetdevice.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include "compat/dst.h"
#include "options.h"

static bool options_accept_routes(const struct net_device *dev)
{
	struct in_device *in_dev = __in_dev_get_rcu(dev);

	return in_dev && IN_DEV_SOURCE_ROUTE(in_dev);
}

/* Has the source route at @at any hops left? */
static bool options_route_leads_on(const struct sk_buff *skb, u8 at)
{
	const u8 *route = skb_network_header(skb) + at;

	return route[2] <= route[1];
}

/* The host's own parser needs the packet's route, for addresses and ICMP answers. */
static int options_compile(struct sk_buff *skb, struct ip_options *opt)
{
	const struct iphdr *iph = ip_hdr(skb);
	bool routed = skb_valid_dst(skb);	/* a tunnel's metadata is no route */
	int err;

	if (!routed && lvsx_ip_route_input(skb, iph->daddr, iph->saddr, iph->tos, skb->dev))
		return -ENETUNREACH;
	opt->optlen = ip_hdrlen(skb) - sizeof(*iph);
	err = ip_options_compile(dev_net(skb->dev), opt, skb);
	if (!routed)
		skb_dst_drop(skb);
	return err;
}

enum lvsx_options_verdict lvsx_options_take(struct sk_buff *skb, struct lvsx_options *was,
					    enum lvsx_reason *reason)
{
	struct ip_options *opt = &IPCB(skb)->opt;
	int err;

	*reason = LVSX_REASON_NO_MEMORY;
	if (skb_ensure_writable(skb, ip_hdrlen(skb)))
		return LVSX_OPTIONS_BAD;
	memcpy(was->head, ip_hdr(skb), ip_hdrlen(skb));
	err = options_compile(skb, opt);
	*reason = err == -ENETUNREACH ? LVSX_REASON_MARTIAN : LVSX_REASON_BAD_IP;
	if (err || (opt->srr && !options_accept_routes(skb->dev)))
		return LVSX_OPTIONS_BAD;
	if (opt->srr && options_route_leads_on(skb, opt->srr)) {
		lvsx_options_put_back(skb, was);
		return LVSX_OPTIONS_HOST;
	}
	ip_send_check(ip_hdr(skb));
	return LVSX_OPTIONS_GOOD;
}

void lvsx_options_answer(struct sk_buff *skb)
{
	const struct ip_options *opt = &IPCB(skb)->opt;
	struct iphdr *iph = ip_hdr(skb);
	u8 *rr = (u8 *)iph + opt->rr, *ts = (u8 *)iph + opt->ts;

	/* The third byte says, counted from one, where the next entry goes. */
	if (opt->rr_needaddr)
		memcpy(rr + rr[2] - 5, &iph->saddr, sizeof(iph->saddr));
	if (opt->ts_needaddr)	/* an address and a time */
		memcpy(ts + ts[2] - 9, &iph->saddr, sizeof(iph->saddr));
	ip_send_check(iph);
}

void lvsx_options_put_back(struct sk_buff *skb, const struct lvsx_options *was)
{
	memset(&IPCB(skb)->opt, 0, sizeof(IPCB(skb)->opt));
	memcpy(ip_hdr(skb), was->head, ip_hdrlen(skb));
}
