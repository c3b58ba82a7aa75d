/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * net/ip_vs.h, and the fields of it whose place or meaning changed inside stable series; which form
 * the kernel has was found by compat/probe.sh. Stands before the kernel's own in the search path.
 */
#ifndef LVSX_COMPAT_NET_IP_VS_H
#define LVSX_COMPAT_NET_IP_VS_H

#ifndef LVSX_PROBED
#error "compat/probe.sh was not asked about this kernel; build through Kbuild"
#endif

#include_next <net/ip_vs.h>

static inline bool lvsx_dest_available(const struct ip_vs_dest *dest)
{
#ifdef LVSX_HAVE_DEST_CFLAGS
	return READ_ONCE(dest->cflags) & IP_VS_DEST_CF_AVAILABLE;
#else
	return dest->flags & IP_VS_DEST_F_AVAILABLE;
#endif
}

/* For tests, which make destinations without IPVS. */
static inline void lvsx_dest_set_available(struct ip_vs_dest *dest, bool yes)
{
#ifdef LVSX_HAVE_DEST_CFLAGS
	dest->cflags = yes ? IP_VS_DEST_CF_AVAILABLE : 0;
#else
	dest->flags = yes ? IP_VS_DEST_F_AVAILABLE : 0;
#endif
}

/* Active and inactive connections together. */
static inline u32 lvsx_dest_conns(const struct ip_vs_dest *dest)
{
#ifdef LVSX_HAVE_TOTALCONNS
	return max(atomic_read(&dest->totalconns), 0);
#else
	return max(atomic_read(&dest->activeconns) + atomic_read(&dest->inactconns), 0);
#endif
}

/* A connection begins; it is inactive at first, as in IPVS. */
static inline void lvsx_dest_begin(struct ip_vs_dest *dest)
{
#ifdef LVSX_HAVE_TOTALCONNS
	atomic_inc(&dest->totalconns);
#else
	atomic_inc(&dest->inactconns);
#endif
}

static inline void lvsx_dest_active(struct ip_vs_dest *dest, bool active)
{
	atomic_add(active ? 1 : -1, &dest->activeconns);
#ifndef LVSX_HAVE_TOTALCONNS
	atomic_sub(active ? 1 : -1, &dest->inactconns);
#endif
}

static inline void lvsx_dest_end(struct ip_vs_dest *dest, bool active)
{
#ifdef LVSX_HAVE_TOTALCONNS
	if (active)
		atomic_dec(&dest->activeconns);
	atomic_dec(&dest->totalconns);
#else
	atomic_dec(active ? &dest->activeconns : &dest->inactconns);
#endif
}

/* So many more connections in all, and so many more of them active; either may be below zero. */
static inline void lvsx_dest_add(struct ip_vs_dest *dest, int all, int active)
{
	atomic_add(active, &dest->activeconns);
#ifdef LVSX_HAVE_TOTALCONNS
	atomic_add(all, &dest->totalconns);
#else
	atomic_add(all - active, &dest->inactconns);
#endif
}

/* Below how many connections an overloaded destination takes new ones again. */
static inline u32 lvsx_dest_lower(const struct ip_vs_dest *dest)
{
#ifdef LVSX_HAVE_L_THRESHOLD_VAL
	return READ_ONCE(dest->l_threshold_val);
#else
	u32 upper = READ_ONCE(dest->u_threshold);

	return READ_ONCE(dest->l_threshold) ?: upper - (upper >> 2);
#endif
}

/* Sum of all services, of this CPU and others. */
static inline struct ip_vs_cpu_stats __percpu *lvsx_total_stats(struct netns_ipvs *ipvs)
{
#ifdef LVSX_HAVE_TOT_STATS_PTR
	return ipvs->tot_stats->s.cpustats;
#else
	return ipvs->tot_stats.cpustats;
#endif
}

/* Of IPv4. */
static inline int lvsx_num_services(const struct netns_ipvs *ipvs)
{
#ifdef LVSX_HAVE_NUM_SERVICES_AF
	return atomic_read(&ipvs->num_services[IP_VS_AF_INET]);
#else
	return READ_ONCE(ipvs->num_services);
#endif
}

/* Will the next ip_vs_todrop() say yes? */
static inline bool lvsx_drops_next(const struct netns_ipvs *ipvs)
{
#ifdef CONFIG_SYSCTL
	return READ_ONCE(ipvs->drop_rate) && READ_ONCE(ipvs->drop_counter) <= 1;
#else
	return false;
#endif
}

#endif
