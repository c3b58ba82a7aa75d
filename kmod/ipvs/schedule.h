/* SPDX-License-Identifier: GPL-2.0-only */
/* The IPVS service and the scheduler of a first packet. Only for kmod/ipvs; RCU. */
#ifndef LVSX_SCHEDULE_H
#define LVSX_SCHEDULE_H

#include "ipvs.h"

struct ip_vs_dest;
struct ip_vs_scheduler;
struct ip_vs_service;

/* By the destination that @cache has; NULL: search for it. */
struct ip_vs_service *lvsx_schedule_cached(const struct lvsx_ipvs *li,
					   const struct lvsx_service_key *key,
					   const struct lvsx_svc_cache *cache);

/*
 * By going through all destinations in IPVS's hash, which has those of masquerading and tunnels,
 * for one of this service; @masq: a masquerading one. They are hashed by their own address, so
 * there is no shorter way. *@by is that one, *@seen grows by how many were looked at.
 */
struct ip_vs_service *lvsx_schedule_scan(const struct lvsx_net *ln,
					 const struct lvsx_service_key *key, bool masq,
					 struct ip_vs_dest **by, u32 *seen);

/* The scheduler of @svc; NULL: this packet gets no real server. */
struct ip_vs_scheduler *lvsx_schedule_by(const struct ip_vs_service *svc,
					 const struct lvsx_pkt *pkt);

#endif
