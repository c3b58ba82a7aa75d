/* SPDX-License-Identifier: GPL-2.0-only */
/* Sockets: the hash table is asked for by name, or is the namespace's own (probed in probe.sh). */
#ifndef LVSX_COMPAT_SOCKET_H
#define LVSX_COMPAT_SOCKET_H

#include <net/inet_hashtables.h>
#include <net/net_namespace.h>

/* A TCP socket that is no listener, with a reference for sock_gen_put(). @hnum: host order. */
static inline struct sock *lvsx_lookup_tcp(struct net *net, __be32 saddr, __be16 sport,
					   __be32 daddr, u16 hnum, int dif, int sdif)
{
#ifdef LVSX_HAVE_LOOKUP_BY_NET
	return __inet_lookup_established(net, saddr, sport, daddr, hnum, dif, sdif);
#else
	return __inet_lookup_established(net, net->ipv4.tcp_death_row.hashinfo, saddr, sport, daddr,
					 hnum, dif, sdif);
#endif
}

#endif
