// SPDX-License-Identifier: GPL-2.0-only
/* Sampling how replies arrive. See rx_sample.h. */
#include <linux/netdevice.h>
#include <net/busy_poll.h>
#include <net/ip.h>
#include "rx_sample.h"
#include "netns/cpu.h"

static u32 rx_sample_napi(const struct sk_buff *skb)
{
#ifdef CONFIG_NET_RX_BUSY_POLL
	return skb->napi_id >= MIN_NAPI_ID ? skb->napi_id : 0;
#else
	return 0;
#endif
}

void lvsx_rx_sample_note(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt)
{
	const struct sk_buff *skb = pkt->frame;
	struct lvsx_rx_sample *s;

	if (!skb_rx_queue_recorded(skb) || pkt->flags & LVSX_PKT_ICMP_ERROR)
		return;
	/* A card hashes fragments by their addresses alone. */
	if (IPCB(skb)->frag_max_size)
		return;
	s = &cpu->rx_sample[skb_get_rx_queue(skb) % LVSX_RX_SAMPLES];
	if (READ_ONCE(s->fresh))
		return;
	s->queue = skb_get_rx_queue(skb);
	s->napi = rx_sample_napi(skb);
	s->ifindex = skb->dev->ifindex;
	s->tuple = pkt->tuple;
	/* Pairs with the acquire in rss_read_samples(). */
	smp_store_release(&s->fresh, true);
}
