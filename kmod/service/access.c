// SPDX-License-Identifier: GPL-2.0-only
/* Deny and allow lists. See access.h. */
#include <linux/netlink.h>
#include <linux/slab.h>
#include "access.h"
#include "ipset.h"
#include "core/pkt/packet.h"
#include "netns/net.h"

#define mine(ln, p) rcu_dereference_protected(p, lockdep_is_held(&(ln)->mutex))

/* Ranges may overlap, and one that begins earlier may reach further. */
static bool access_ranges_have(const struct lvsx_access_list *l, u32 addr)
{
	u32 low = 0, high = l->ranges;

	while (low < high) {	/* find how many begin at or below the address */
		u32 mid = (low + high) / 2;

		if (l->range[mid].first <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low && l->range[low - 1].reach >= addr;
}

static bool access_has(const struct lvsx_access_list *l, const struct lvsx_pkt *pkt)
{
	const struct lvsx_net *ln = pkt->instance;
	u32 i;

	if (access_ranges_have(l, ntohl(pkt->tuple.saddr[0])))
		return true;
	for (i = 0; i < l->sets; i++)
		if (lvsx_ipset_has(ln->net, l->set[i], pkt->frame))
			return true;
	return false;
}

static bool access_list_empty(const struct lvsx_access_list *l)
{
	return !l->ranges && !l->sets;
}

int lvsx_access_ask(struct lvsx_pkt *pkt, const struct lvsx_access *access)
{
	const struct lvsx_access_list *allow = &access->list[LVSX_LIST_ALLOW];

	if (access_has(&access->list[LVSX_LIST_DENY], pkt))
		return lvsx_drop(pkt, LVSX_REASON_DENIED);
	if (!access_list_empty(allow) && !access_has(allow, pkt))
		return lvsx_drop(pkt, LVSX_REASON_NOT_ALLOWED);
	return LVSX_NEXT;
}

void lvsx_access_free(struct lvsx_net *ln, struct lvsx_access *access)
{
	u32 i, s;

	for (i = 0; access && i <= LVSX_LIST_MAX; i++)
		for (s = 0; s < access->list[i].sets; s++)
			lvsx_ipset_put(ln->net, access->list[i].set[s]);
	kvfree(access);
}

/* A reader may still use the sets; without any there is only memory to free. */
static void access_swap(struct lvsx_net *ln, struct lvsx_service *svc, struct lvsx_access *new)
{
	struct lvsx_access *old = mine(ln, svc->access);
	u32 i, sets = 0;

	rcu_assign_pointer(svc->access, new);
	for (i = 0; old && i <= LVSX_LIST_MAX; i++)
		sets += old->list[i].sets;
	if (sets) {
		synchronize_rcu();
		lvsx_access_free(ln, old);
	} else if (old) {
		kvfree_rcu(old, rcu);
	}
}

void lvsx_access_clear(struct lvsx_net *ln, struct lvsx_service *svc)
{
	if (mine(ln, svc->access))
		access_swap(ln, svc, NULL);
}

static void access_append_range(struct lvsx_access_list *l, u32 first, u32 last)
{
	u32 reach = l->ranges ? max(l->range[l->ranges - 1].reach, last) : last;

	l->range[l->ranges++] = (struct lvsx_access_range){ first, last, reach };
}

static bool access_same_range(const struct lvsx_access_range *r, const struct lvsx_access_entry *e)
{
	return r->first == e->first && r->last == e->last;
}

/* @old's list @i into @new's: without @entry (its set's number is @set), and, @add, with it. */
static void access_copy_list(struct lvsx_net *ln, struct lvsx_access *new,
			     const struct lvsx_access *old, u32 i,
			     const struct lvsx_access_entry *entry, u16 set, bool add)
{
	const struct lvsx_access_list none = {}, *from = old ? &old->list[i] : &none;
	struct lvsx_access_list *to = &new->list[i];
	bool here = entry->list == i, range = here && !entry->set, wait = range && add;
	u32 n;

	for (n = 0; n < from->ranges; n++) {
		const struct lvsx_access_range *r = &from->range[n];

		if (range && access_same_range(r, entry))
			continue;
		if (wait && (r->first > entry->first ||
			     (r->first == entry->first && r->last > entry->last))) {
			access_append_range(to, entry->first, entry->last);
			wait = false;
		}
		access_append_range(to, r->first, r->last);
	}
	if (wait)
		access_append_range(to, entry->first, entry->last);
	for (n = 0; n < from->sets; n++)
		if (!(here && entry->set && from->set[n] == set)) {
			lvsx_ipset_hold(ln->net, from->set[n]);
			to->set[to->sets++] = from->set[n];
		}
	if (here && entry->set && add) {
		lvsx_ipset_hold(ln->net, set);
		to->set[to->sets++] = set;
	}
}

static struct lvsx_access *access_rebuild(struct lvsx_net *ln, const struct lvsx_access *old,
					  const struct lvsx_access_entry *entry, u16 set, bool add)
{
	size_t size = sizeof(struct lvsx_access), ranges = 0, sets = 0;
	struct lvsx_access *new;
	u32 i;

	for (i = 0; old && i <= LVSX_LIST_MAX; i++) {
		ranges += old->list[i].ranges;
		sets += old->list[i].sets;
	}
	ranges++;	/* one more of either kind */
	sets++;
	new = kvzalloc(size + ranges * sizeof(struct lvsx_access_range) + sets * sizeof(u16),
		       GFP_KERNEL);
	if (!new)
		return NULL;
	for (i = 0; i <= LVSX_LIST_MAX; i++) {
		struct lvsx_access_list *l = &new->list[i];

		l->range = i ? new->list[i - 1].range + new->list[i - 1].ranges : (void *)(new + 1);
		l->set = i ? new->list[i - 1].set + new->list[i - 1].sets :
			     (void *)(l->range + ranges);
		access_copy_list(ln, new, old, i, entry, set, add);
	}
	return new;
}

static bool access_listed(const struct lvsx_access *access, const struct lvsx_access_entry *entry,
			  u16 set)
{
	const struct lvsx_access_list *l;
	u32 i;

	if (!access)
		return false;
	l = &access->list[entry->list];
	if (entry->set) {
		for (i = 0; i < l->sets; i++)
			if (l->set[i] == set)
				return true;
		return false;
	}
	for (i = 0; i < l->ranges; i++)
		if (access_same_range(&l->range[i], entry))
			return true;
	return false;
}

static bool access_everyone(const struct lvsx_access *access)
{
	return access_list_empty(&access->list[LVSX_LIST_DENY]) &&
	       access_list_empty(&access->list[LVSX_LIST_ALLOW]);
}

static int access_update_list(struct lvsx_net *ln, struct lvsx_service *svc,
			      const struct lvsx_access_entry *entry, u16 set, bool add,
			      struct netlink_ext_ack *extack)
{
	const struct lvsx_access *old = mine(ln, svc->access);
	struct lvsx_access *new;

	if (access_listed(old, entry, set) == add) {
		if (add)
			NL_SET_ERR_MSG(extack, "it is on this list already");
		else
			NL_SET_ERR_MSG(extack, "it is not on this list: give an entry as it was added");
		return add ? -EEXIST : -ENOENT;
	}
	if (add && old &&
	    old->list[entry->list].ranges + old->list[entry->list].sets >= LVSX_ACCESS_MAX) {
		NL_SET_ERR_MSG(extack, "the list has 1024 entries, the most there can be: use an ipset");
		return -E2BIG;
	}
	new = access_rebuild(ln, old, entry, set, add);
	if (!new) {
		NL_SET_ERR_MSG(extack, "not enough memory for the list");
		return -ENOMEM;
	}
	if (access_everyone(new)) {
		lvsx_access_free(ln, new);
		new = NULL;
	}
	access_swap(ln, svc, new);
	return 0;
}

static int access_update(struct lvsx_net *ln, struct lvsx_service *svc,
			 const struct lvsx_access_entry *entry, bool add,
			 struct netlink_ext_ack *extack)
{
	u16 set = 0;
	int err;

	if (!svc) {
		NL_SET_ERR_MSG(extack, "lvsx does not handle this service: see lvsxadm -L --lvsx");
		return -ENOENT;
	}
	if (!entry->set && entry->last < entry->first) {
		NL_SET_ERR_MSG(extack, "the range's last address is below its first: swap them");
		return -EINVAL;
	}
	if (entry->set) {
		err = lvsx_ipset_get(ln->net, entry->set, &set, extack);
		if (err)
			return err;
	}
	err = access_update_list(ln, svc, entry, set, add, extack);
	if (entry->set)
		lvsx_ipset_put(ln->net, set);
	return err;
}

int lvsx_access_add(struct lvsx_net *ln, struct lvsx_service *svc,
		    const struct lvsx_access_entry *entry, struct netlink_ext_ack *extack)
{
	return access_update(ln, svc, entry, true, extack);
}

int lvsx_access_del(struct lvsx_net *ln, struct lvsx_service *svc,
		    const struct lvsx_access_entry *entry, struct netlink_ext_ack *extack)
{
	return access_update(ln, svc, entry, false, extack);
}
