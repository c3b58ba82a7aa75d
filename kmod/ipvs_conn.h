/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef LVSX_IPVS_CONN_H
#define LVSX_IPVS_CONN_H

#include <linux/types.h>

struct ip_vs_service;
struct lvsx_ipvs;
struct lvsx_real;

/*
 * A connection without a shadow begins at @real, chosen by @svc, and counts as @active or not. Only
 * for ipvs*.c; softirq, RCU.
 */
void lvsx_ipvs_conn_begin(struct lvsx_ipvs *li, struct ip_vs_service *svc, struct lvsx_real *real,
			  bool active);

#endif
