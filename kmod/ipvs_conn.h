/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_IPVS_CONN_H
#define LVSX_IPVS_CONN_H

struct ip_vs_dest;
struct ip_vs_service;

/* A connection without a shadow begins at @dest, chosen by @svc. Only for ipvs*.c; softirq, RCU. */
void lvsx_ipvs_conn_begin(struct ip_vs_service *svc, struct ip_vs_dest *dest);

#endif
