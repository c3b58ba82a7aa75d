/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shadows: stock connections kept beside flows of persistent services. Stock makes them, and with
 * them the template that ties a client to its real server. Only for kmod/ipvs.
 */
#ifndef LVSX_SHADOW_H
#define LVSX_SHADOW_H

#include "ipvs.h"

struct ip_vs_conn;
struct ip_vs_iphdr;
struct ip_vs_service;

/* IPVS's state of the same name, by enum lvsx_state; UDP has only one. */
extern const u8 lvsx_stock_state[LVSX_STATE_MAX];

/* lvsx_ipvs_schedule() for a persistent service, @svc. Softirq, RCU. */
int lvsx_shadow_schedule(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt,
			 struct ip_vs_iphdr *iph, const struct ip_vs_service *svc,
			 struct lvsx_conn *conn);

/* Make @cp the shadow of @pkt's flow; it ends if the verdict is not LVSX_NEXT. Softirq, RCU. */
int lvsx_shadow_keep(struct lvsx_net *ln, struct lvsx_pkt *pkt, struct ip_vs_conn *cp,
		     struct lvsx_conn *conn);

/*
 * These give up the caller's reference. Softirqs off. Expire: at once. Close: as stock does when an
 * RST passes, of a TCP connection that has a destination.
 */
void lvsx_shadow_expire(struct ip_vs_conn *cp);
void lvsx_shadow_close(struct lvsx_net *ln, struct ip_vs_conn *cp);

/* Give it back to IPVS, which expires it. Softirqs off. */
void lvsx_shadow_end(struct lvsx_ipvs *li, u32 number);

void lvsx_shadows_init(struct lvsx_ipvs *li);
void lvsx_shadows_exit(struct lvsx_ipvs *li);

#endif
