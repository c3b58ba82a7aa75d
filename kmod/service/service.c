// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registry of the services that lvsx handles. See service.h.
 */
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include "access.h"
#include "service.h"
#include "core/pkt/packet.h"
#include "netns/cpu.h"

/* The operator chooses the keys; a client can at most look for ones that are not there. */
static __always_inline u32 service_hash_key(const void *data, u32 len, u32 seed)
{
	const struct lvsx_service_key *key = data;
	u32 addr = (__force u32)(key->addr[0] ^ key->addr[1] ^ key->addr[2] ^ key->addr[3]);
	u32 rest = (key->proto << 16 | (__force u16)key->port) ^ key->fwmark;
	u64 both = ((u64)addr << 32 | rest) + seed;

	/* Folded, as a product's low bits depend only on low bits of its factors. */
	return hash_64(both ^ both >> 32, 32);
}

static __always_inline int service_compare_key(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct lvsx_service_key *a = arg->key, *b = &((const struct lvsx_service *)obj)->key;

	return (a->fwmark ^ b->fwmark) | (a->family ^ b->family) | (a->proto ^ b->proto) |
	       (__force u16)(a->port ^ b->port) | (__force u32)(a->addr[0] ^ b->addr[0]) |
	       (__force u32)(a->addr[1] ^ b->addr[1]) | (__force u32)(a->addr[2] ^ b->addr[2]) |
	       (__force u32)(a->addr[3] ^ b->addr[3]);
}

/* With inline functions, as first packets look up here. */
static const struct rhashtable_params params = {
	.head_offset = offsetof(struct lvsx_service, node),
	.key_offset = offsetof(struct lvsx_service, key),
	.key_len = sizeof(struct lvsx_service_key),
	.hashfn = service_hash_key,
	.obj_cmpfn = service_compare_key,
	.automatic_shrinking = true,
};

static void service_put_address(struct lvsx_addresses *set, __be32 addr)
{
	u32 i = lvsx_addresses_slot(set, addr);

	while (set->slot[i] && set->slot[i] != addr)
		i = (i + 1) & ((1U << set->bits) - 1);
	set->slot[i] = addr;
}

static struct lvsx_service *service_look_up(struct lvsx_net *ln, const struct lvsx_service_key *key)
{
	return rhashtable_lookup(&ln->services.table, key, params);
}

bool lvsx_service_ours(struct lvsx_net *ln, __be32 daddr, u32 mark)
{
	const struct lvsx_service_key key = { .family = AF_INET, .fwmark = mark };

	return lvsx_service_known(&ln->services, daddr) || (mark && service_look_up(ln, &key));
}

struct lvsx_service *lvsx_service_find(struct lvsx_net *ln, const struct lvsx_pkt *pkt)
{
	struct lvsx_service_key key = { .family = pkt->tuple.family == LVSX_IPV4 ? AF_INET :
										   AF_INET6 };
	struct lvsx_service *svc;

	if (pkt->mark && READ_ONCE(ln->services.fwmarks)) {
		key.fwmark = pkt->mark;
		svc = service_look_up(ln, &key);
		if (svc)
			return svc;
		key.fwmark = 0;
	}
	key.proto = pkt->tuple.proto;
	key.port = pkt->tuple.dport;
	memcpy(key.addr, pkt->tuple.daddr, lvsx_addr_len(pkt->tuple.family));
	svc = service_look_up(ln, &key);
	if (svc)
		return svc;
	key.port = 0;
	return service_look_up(ln, &key);
}

struct lvsx_service *lvsx_service_get(struct lvsx_net *ln, const struct lvsx_service_key *key)
{
	return rhashtable_lookup_fast(&ln->services.table, key, params);
}

/*
 * Invalidate what CPUs have cached of services. Pairs with the acquire in conn_find_service(): who
 * sees the new generation does not find a service that was removed before. Who does not is in an
 * RCU section that began before the service is freed.
 */
static void service_next_generation(struct lvsx_net *ln)
{
	smp_store_release(&ln->services.generation, ln->services.generation + 1);
}

unsigned long lvsx_service_grace(const struct lvsx_net *ln)
{
	u32 most = 0, i;

	for (i = 0; i < LVSX_STATE_MAX; i++)
		most = max(most, READ_ONCE(ln->timeouts.ms[i]));
	return jiffies + msecs_to_jiffies(most);
}

struct lvsx_service *lvsx_service_add(struct lvsx_net *ln, const struct lvsx_service_key *key)
{
	struct lvsx_service *svc = kzalloc(sizeof(*svc), GFP_ATOMIC | __GFP_NOWARN);

	lockdep_assert_held(&ln->mutex);
	if (!svc)
		return NULL;
	svc->key = *key;
	svc->grace = lvsx_service_grace(ln);
	svc->drain = ln->services.drain ? LVSX_DRAIN_ALL : 0;
	if (rhashtable_insert_fast(&ln->services.table, &svc->node, params)) {
		kfree(svc);
		return NULL;
	}
	WRITE_ONCE(ln->services.fwmarks, ln->services.fwmarks + !!key->fwmark);
	service_next_generation(ln);
	return svc;
}

static void service_free(struct lvsx_service *svc)
{
	lvsx_snapshot_drop(&svc->cache);
	kfree(rcu_dereference_raw(svc->locals));
	kfree(svc);
}

static void service_free_rcu(struct rcu_head *head)
{
	service_free(container_of(head, struct lvsx_service, rcu));
}

void lvsx_service_del(struct lvsx_net *ln, struct lvsx_service *svc)
{
	lockdep_assert_held(&ln->mutex);
	rhashtable_remove_fast(&ln->services.table, &svc->node, params);
	WRITE_ONCE(ln->services.fwmarks, ln->services.fwmarks - !!svc->key.fwmark);
	service_next_generation(ln);
	call_rcu(&svc->rcu, service_free_rcu);
}

void lvsx_service_each(struct lvsx_net *ln,
		       void (*each)(struct lvsx_net *ln, struct lvsx_service *))
{
	struct rhashtable_iter iter;
	struct lvsx_service *svc;

	rhashtable_walk_enter(&ln->services.table, &iter);
	rhashtable_walk_start(&iter);
	while ((svc = rhashtable_walk_next(&iter)))
		if (!IS_ERR(svc))
			each(ln, svc);
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

/* Under the mutex, or in the RCU section of a walk. */
#define locked(ln, p) rcu_dereference_check(p, lockdep_is_held(&(ln)->mutex))

static u32 service_nr_locals(const struct lvsx_locals *l)
{
	return l ? l->nr : 0;
}

static void service_put_locals(struct lvsx_addresses *set, const struct lvsx_locals *l)
{
	u32 i;

	for (i = 0; i < service_nr_locals(l); i++)
		service_put_address(set, l->addr[i][0]);
}

static bool service_locals_have(const struct lvsx_locals *l, __be32 addr)
{
	u32 i;

	for (i = 0; i < service_nr_locals(l); i++)
		if (l->addr[i][0] == addr)
			return true;
	return false;
}

static bool service_vip_in(struct lvsx_net *ln, const struct lvsx_service *svc, u32 first, u32 last)
{
	u32 vip = ntohl(svc->key.addr[0]);

	return svc->key.family == AF_INET && !svc->key.fwmark && vip >= first && vip <= last;
}

static bool service_local_is(struct lvsx_net *ln, const struct lvsx_service *svc, u32 addr,
			     u32 same)
{
	return service_locals_have(locked(ln, svc->locals), htonl(addr));
}

static bool service_any(struct lvsx_net *ln, u32 first, u32 last,
			bool (*is)(struct lvsx_net *, const struct lvsx_service *, u32 first,
				   u32 last))
{
	struct rhashtable_iter iter;
	struct lvsx_service *svc;
	bool found = false;

	rhashtable_walk_enter(&ln->services.table, &iter);
	rhashtable_walk_start(&iter);
	while (!found && (svc = rhashtable_walk_next(&iter)))
		found = !IS_ERR(svc) && is(ln, svc, first, last);
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return found;
}

bool lvsx_service_vip_within(struct lvsx_net *ln, u32 first, u32 last)
{
	return service_any(ln, first, last, service_vip_in);
}

bool lvsx_service_pooled(struct lvsx_net *ln, __be32 addr)
{
	return service_locals_have(locked(ln, ln->services.pool), addr);
}

bool lvsx_service_has_local(struct lvsx_net *ln, __be32 addr)
{
	return lvsx_service_pooled(ln, addr) ||
	       service_any(ln, ntohl(addr), ntohl(addr), service_local_is);
}

static void service_count_addresses(struct lvsx_net *ln, struct lvsx_service *svc)
{
	ln->services.addresses += 1 + service_nr_locals(locked(ln, svc->locals));
}

static void service_put_addresses(struct lvsx_net *ln, struct lvsx_service *svc)
{
	struct lvsx_addresses *set = ln->services.next;

	if (svc->key.family == AF_INET && !svc->key.fwmark)
		service_put_address(set, svc->key.addr[0]);
	service_put_locals(set, locked(ln, svc->locals));
}

void lvsx_service_refresh_ours(struct lvsx_net *ln)
{
	struct lvsx_addresses *old = locked(ln, ln->services.ours), *set;
	struct lvsx_locals *pool = locked(ln, ln->services.pool);
	u32 kept = old && lvsx_cpus_flows(ln) ? 1U << old->bits : 0, bits, i, n;

	lockdep_assert_held(&ln->mutex);
	ln->services.addresses = service_nr_locals(pool);
	lvsx_service_each(ln, service_count_addresses);
	for (i = n = 0; i < kept; i++)
		n += !!old->slot[i];
	bits = max(ilog2(ln->services.addresses + n + 1) + 3, 6);
	set = kvzalloc(struct_size(set, slot, 1UL << bits), GFP_KERNEL);
	ln->services.ours_retry = !set;
	if (!set)
		return;
	set->bits = bits;
	for (i = 0; i < kept; i++)
		if (old->slot[i])
			service_put_address(set, old->slot[i]);
	service_put_locals(set, pool);
	ln->services.next = set;
	lvsx_service_each(ln, service_put_addresses);
	ln->services.next = NULL;
	ln->services.ours_kept = n;
	rcu_assign_pointer(ln->services.ours, set);
	if (old)
		kvfree_rcu(old, rcu);
}

void lvsx_service_prune_ours(struct lvsx_net *ln)
{
	if (ln->services.ours_retry || (ln->services.ours_kept && !lvsx_cpus_flows(ln)))
		lvsx_service_refresh_ours(ln);
}

int lvsx_services_init(struct lvsx_net *ln)
{
	ln->services.generation = 1;
	return rhashtable_init(&ln->services.table, &params);
}

static void service_free_entry(void *entry, void *ln)
{
	struct lvsx_service *svc = entry;

	lvsx_access_free(ln, rcu_dereference_raw(svc->access));
	service_free(svc);
}

void lvsx_services_exit(struct lvsx_net *ln)
{
	/* Services that were deleted before release IPVS's destinations in RCU call-backs. */
	if (rcu_access_pointer(ln->services.ours))
		rcu_barrier();
	rhashtable_free_and_destroy(&ln->services.table, service_free_entry, ln);
	kfree(rcu_dereference_raw(ln->services.pool));
	kvfree(rcu_dereference_raw(ln->services.ours));
}
