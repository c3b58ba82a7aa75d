// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lvsx's connections and packets leave in IPVS's counters: what stock would have counted for
 * the same connection, so that ipvsadm shows it and schedulers and thresholds see it.
 */
#include "account.h"
#include "shadow.h"
#include "core/host.h"
#include "core/table/flow.h"
#include "netns/net.h"

/*
 * Set or clear "overloaded", which schedulers skip. IPVS changes it when the count crosses a
 * threshold; between the thresholds it keeps its value. @more: the count has just grown.
 */
static void account_set_overload(struct ip_vs_dest *dest, bool more)
{
	u32 upper, lower, conns;
	unsigned int old, new;

	/* Decide again under the lock: counts and thresholds may have changed. */
	spin_lock_bh(&dest->dst_lock);
	upper = READ_ONCE(dest->u_threshold);
	lower = lvsx_dest_lower(dest);
	conns = lvsx_dest_conns(dest);
	do {
		/* On some kernels "available" is there, too, whose writers do not lock. */
		old = dest->flags;
		new = old & ~IP_VS_DEST_F_OVERLOAD;
		if (upper && conns >= (more ? lower : upper))
			new |= IP_VS_DEST_F_OVERLOAD;
	} while (new != old && cmpxchg(&dest->flags, old, new) != old);
	spin_unlock_bh(&dest->dst_lock);
}

static void account_check_overload(struct ip_vs_dest *dest, bool more)
{
	u32 upper = READ_ONCE(dest->u_threshold);
	bool over = dest->flags & IP_VS_DEST_F_OVERLOAD;

	if (likely(!upper && !over))
		return;
	if (more ? upper && !over && lvsx_dest_conns(dest) >= upper :
		   over && (!upper || lvsx_dest_conns(dest) < lvsx_dest_lower(dest)))
		account_set_overload(dest, more);
}

/*
 * Before the destination itself is counted at, because a threshold or a scheduler looks at it: add
 * what was counted per CPU until a moment ago, so that a new threshold sees all.
 */
static void account_catch_up(struct lvsx_ipvs *li, struct lvsx_real *real)
{
	if (unlikely(READ_ONCE(real->unfolded)))
		lvsx_real_fold(li, real);
}

LVSX_COLD void lvsx_ipvs_conn_begin_now(struct lvsx_ipvs *li, struct lvsx_real *real, bool active)
{
	account_catch_up(li, real);
	lvsx_dest_begin(real->dest);
	if (active)
		lvsx_dest_active(real->dest, true);
	account_check_overload(real->dest, true);
}

void lvsx_ipvs_conn_end(struct lvsx_net *ln, u32 number, u32 shadow, bool active)
{
	struct lvsx_real *real = lvsx_real_at(&ln->ipvs, number);

	if (shadow) {
		lvsx_shadow_end(&ln->ipvs, shadow);
	} else if (likely(lvsx_real_late(real))) {
		lvsx_real_count(real, -1, -active);
	} else {
		account_catch_up(&ln->ipvs, real);
		lvsx_dest_end(real->dest, active);
		account_check_overload(real->dest, false);
	}
	lvsx_real_put(real);
}

void lvsx_ipvs_conn_active(struct lvsx_net *ln, u32 number, bool active)
{
	struct lvsx_real *real = lvsx_real_at(&ln->ipvs, number);

	if (unlikely(!real))
		return;		/* the flow ended meanwhile on its own CPU */
	if (likely(lvsx_real_late(real)))
		lvsx_real_count(real, 0, active ? 1 : -1);
	else
		lvsx_dest_active(real->dest, active);
}

static __always_inline void account_add(struct ip_vs_cpu_stats __percpu *stats, bool rev, u32 bytes)
{
	struct ip_vs_cpu_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	if (rev) {
		u64_stats_inc(&s->cnt.outpkts);
		u64_stats_add(&s->cnt.outbytes, bytes);
	} else {
		u64_stats_inc(&s->cnt.inpkts);
		u64_stats_add(&s->cnt.inbytes, bytes);
	}
	u64_stats_update_end(&s->syncp);
}

bool lvsx_ipvs_expires(const struct net *net)
{
	return sysctl_expire_nodest_conn(net->ipvs);
}

bool lvsx_ipvs_leaves(const struct lvsx_net *ln, u32 number)
{
	const struct lvsx_real *real;

	if (likely(!lvsx_ipvs_expires(ln->net)))
		return false;
	real = lvsx_real_at(&ln->ipvs, number);
	return real && !atomic_read(&real->dest->weight);
}

static __always_inline bool account_packet(struct lvsx_net *ln, u32 number, bool rev, u32 bytes)
{
	const struct lvsx_real *real = lvsx_real_of_flow(&ln->ipvs, number);
	const struct ip_vs_service *svc;

	if (unlikely(!real))
		return true;
	if (unlikely(!lvsx_dest_available(real->dest)))
		return rev && !lvsx_ipvs_expires(ln->net);
	svc = rcu_dereference(real->dest->svc);
	account_add(real->stats, rev, bytes);
	account_add(svc->stats.cpustats, rev, bytes);
	account_add(ln->ipvs.total, rev, bytes);
	return true;
}

bool lvsx_ipvs_count(struct lvsx_net *ln, u32 real, bool rev, u32 bytes)
{
	return account_packet(ln, real, rev, bytes);
}

int lvsx_host_account(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	struct lvsx_net *ln = pkt->instance;
	bool expires;

	if (likely(account_packet(ln, half->real, half->flags & LVSX_HALF_REV, pkt->total)))
		return 0;
	expires = lvsx_ipvs_expires(ln->net);
	if (pkt->flags & LVSX_PKT_ICMP_ERROR && !expires)
		return 0;
	return -(int)(expires ? LVSX_REASON_FLOW_NODEST : LVSX_REASON_REAL_GONE);
}
