/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sources that the host would accept no packet from: martians (RFC 1812 §5.3.7), its own
 * addresses, what reverse path filtering and policy rules reject. The source of a first packet is
 * checked with the host's input routing, as it would have been before stock IPVS saw it; each CPU
 * caches for a second which it accepts. Established packets are not checked.
 */
#ifndef LVSX_SOURCE_H
#define LVSX_SOURCE_H

#include <linux/hash.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <net/inet_dscp.h>
#include <net/route.h>
#include "routes.h"
#include "core/pkt/packet.h"

struct lvsx_cpu;

static __always_inline u32 lvsx_source_place(__be32 saddr)
{
	return hash_32((__force u32)saddr, LVSX_SOURCES_SHIFT);
}

/* Was its source accepted a moment ago? @known: this CPU's cache. Softirq. */
static __always_inline bool lvsx_source_known(const struct lvsx_source *known,
					      const struct lvsx_pkt *pkt)
{
	const struct lvsx_ip4 *ip = (const struct lvsx_ip4 *)pkt->data;
	const struct lvsx_source *s = &known[lvsx_source_place(ip->saddr)];
	const struct net_device *dev = ((const struct sk_buff *)pkt->frame)->dev;

	return likely(s->saddr == ip->saddr && s->ifindex == dev->ifindex &&
		      s->genid == rt_genid_ipv4(dev_net(dev)) &&
		      s->second == pkt->now >> LVSX_SOURCE_MS_SHIFT &&
		      !(ip->tos & INET_DSCP_MASK));
}

/*
 * Does input routing accept the source? @cpu: this one, which caches that it does. @local: an
 * address of this host to check with if the VIP is none; 0: there is none. Softirq, RCU.
 */
bool lvsx_source_taken(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt, __be32 local);

/* The same for a client, which is never a VIP or local address of lvsx's. */
bool lvsx_source_is_client(struct lvsx_cpu *cpu, const struct lvsx_pkt *pkt, __be32 local);

#endif
