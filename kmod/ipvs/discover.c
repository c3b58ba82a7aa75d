// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lvsx reads from IPVS outside of any connection: is it in use, its timeouts, its services.
 * See ipvs.h.
 */
#include <linux/jiffies.h>
#include "real.h"
#include "shadow.h"
#include "netns/net.h"
#include "uapi/linux/lvsx.h"

int lvsx_ipvs_init(struct lvsx_net *ln)
{
	lvsx_shadows_init(&ln->ipvs);
	ln->ipvs.total = lvsx_total_stats(net_ipvs(ln->net));
	return lvsx_reals_init(&ln->ipvs);
}

void lvsx_ipvs_exit(struct lvsx_net *ln)
{
	lvsx_shadows_exit(&ln->ipvs);
	lvsx_reals_exit(&ln->ipvs);
}

bool lvsx_ipvs_paused(const struct net *net)
{
	return sysctl_backup_only(READ_ONCE(net->ipvs));
}

u32 lvsx_ipvs_mark(const struct lvsx_net *ln, u32 real)
{
	const struct lvsx_real *r = lvsx_real_at(&ln->ipvs, real);

	return r ? r->dest->vfwmark : 0;
}

/* Capped, as IPVS takes timeouts of years. */
static u32 discover_timeout_ms(int timeout)
{
	return min_t(u64, jiffies64_to_msecs(timeout), LVSX_TIMEOUT_MAX * (u64)MSEC_PER_SEC);
}

void lvsx_ipvs_timeouts(struct lvsx_net *ln, struct lvsx_timeouts *to)
{
	struct netns_ipvs *ipvs = net_ipvs(ln->net);
	const struct ip_vs_proto_data *tcp = ip_vs_proto_data_get(ipvs, IPPROTO_TCP);
	const struct ip_vs_proto_data *udp = ip_vs_proto_data_get(ipvs, IPPROTO_UDP);
	const struct ip_vs_proto_data *pd;
	int s;

	for (s = 0; s < LVSX_STATE_MAX; s++) {
		pd = s == LVSX_STATE_UDP ? udp : tcp;
		if (pd)
			WRITE_ONCE(to->ms[s],
				   discover_timeout_ms(pd->timeout_table[lvsx_stock_state[s]]));
	}
}

int lvsx_ipvs_services(const struct net *net)
{
	return lvsx_num_services(net->ipvs);
}

static bool discover_key(const struct ip_vs_service *svc, struct lvsx_service_key *key)
{
	*key = (struct lvsx_service_key){ .fwmark = svc->fwmark, .family = svc->af };
	if (svc->fwmark)
		return true;
	if (svc->protocol != IPPROTO_TCP && svc->protocol != IPPROTO_UDP)
		return false;
	key->proto = svc->protocol;
	key->port = svc->port;
	memcpy(key->addr, svc->addr.all, svc->af == AF_INET6 ? sizeof(key->addr) : sizeof(__be32));
	return true;
}

void lvsx_ipvs_discover(struct lvsx_net *ln,
			void (*found)(struct lvsx_net *ln, const struct lvsx_service_key *key,
				      bool flag))
{
	struct netns_ipvs *ipvs = net_ipvs(ln->net);
	const struct ip_vs_service *svc;
	const struct ip_vs_dest *dest;
	struct lvsx_service_key key;
	u32 row;

	for (row = 0; row < IP_VS_RTAB_SIZE; row++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(dest, &ipvs->rs_table[row], d_list) {
			if (IP_VS_DFWD_METHOD(dest) != IP_VS_CONN_F_MASQ)
				continue;
			svc = rcu_dereference(dest->svc);
			if (svc && svc->flags & IP_VS_SVC_F_HASHED && discover_key(svc, &key))
				found(ln, &key, svc->flags & IP_VS_SVC_F_SCHED3);
		}
		rcu_read_unlock();
		cond_resched();
	}
}
