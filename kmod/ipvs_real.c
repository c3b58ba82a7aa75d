// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers for destinations. See ipvs_real.h.
 *
 * Packets look up without a lock. Making and freeing take li->lock, so that whoever finds a real
 * server in the hash under the lock knows that it is alive.
 *
 * Freed memory waits for RCU, the reference to the destination does not: IPVS keeps a destination
 * that nobody references for a minute or more in its trash.
 */
#include <linux/hash.h>
#include <linux/slab.h>
#include "ipvs_real.h"
#include "net.h"

#define NUMBERS (LVSX_REAL_PAGES * LVSX_REAL_PAGE)

static u32 hash_dest(const void *data, u32 len, u32 seed)
{
	return hash_ptr(*(void *const *)data, 32) ^ seed;
}

static int compare_dest(struct rhashtable_compare_arg *arg, const void *obj)
{
	return *(struct ip_vs_dest *const *)arg->key != ((const struct lvsx_real *)obj)->dest;
}

/* Functions that are compiled in line: every first packet looks here. */
static const struct rhashtable_params params = {
	.head_offset = offsetof(struct lvsx_real, node),
	.key_offset = offsetof(struct lvsx_real, dest),
	.key_len = sizeof(struct ip_vs_dest *),
	.hashfn = hash_dest,
	.obj_cmpfn = compare_dest,
	.automatic_shrinking = true,
};

/*
 * The slot of an unused number. Numbers go round before they are used again, so that a stale one
 * finds nothing rather than somebody else.
 */
static struct lvsx_real **take_number(struct lvsx_ipvs *li, u32 *number)
{
	u32 tries, n = li->next_real;

	for (tries = 0; tries < NUMBERS; tries++, n = (n + 1) % NUMBERS) {
		struct lvsx_real **page = li->page[n >> LVSX_REAL_PAGE_SHIFT];

		if (!n)
			continue;	/* 0 means none */
		if (!page) {
			page = kcalloc(LVSX_REAL_PAGE, sizeof(*page), GFP_ATOMIC | __GFP_NOWARN);
			if (!page)
				return NULL;
			/* Pairs with the dependent load in lvsx_real_at(). */
			smp_store_release(&li->page[n >> LVSX_REAL_PAGE_SHIFT], page);
		}
		if (page[n & (LVSX_REAL_PAGE - 1)])
			continue;
		*number = n;
		li->next_real = (n + 1) % NUMBERS;
		return &page[n & (LVSX_REAL_PAGE - 1)];
	}
	return NULL;
}

static struct lvsx_real *make(struct lvsx_ipvs *li, struct ip_vs_dest *dest)
{
	struct lvsx_real *real = kzalloc(sizeof(*real), GFP_ATOMIC | __GFP_NOWARN);
	struct lvsx_real **slot;

	if (!real)
		return NULL;
	real->dest = dest;
	real->stats = dest->stats.cpustats;
	refcount_set(&real->uses, 1 + 1);
	slot = take_number(li, &real->number);
	if (!slot || rhashtable_insert_fast(&li->reals, &real->node, params)) {
		kfree(real);
		return NULL;
	}
	ip_vs_dest_hold(dest);
	/* Pairs with the dependent load in lvsx_real_at(). */
	smp_store_release(slot, real);
	return real;
}

struct lvsx_real *lvsx_real_get(struct lvsx_ipvs *li, struct ip_vs_dest *dest)
{
	struct lvsx_real *real = rhashtable_lookup(&li->reals, &dest, params);

	if (likely(real && refcount_inc_not_zero(&real->uses)))
		return real;

	spin_lock_bh(&li->lock);
	real = rhashtable_lookup(&li->reals, &dest, params);
	if (real)
		refcount_inc(&real->uses);
	else
		real = make(li, dest);
	spin_unlock_bh(&li->lock);
	return real;
}

u32 lvsx_real_flows(struct lvsx_ipvs *li, struct ip_vs_dest *dest)
{
	const struct lvsx_real *real = rhashtable_lookup(&li->reals, &dest, params);

	return real ? refcount_read(&real->uses) - 1 : 0;
}

static void drop(struct lvsx_ipvs *li, struct lvsx_real *real, struct lvsx_real **slot)
{
	rhashtable_remove_fast(&li->reals, &real->node, params);
	WRITE_ONCE(*slot, NULL);
	ip_vs_dest_put(real->dest);
	kfree_rcu(real, rcu);
}

static void sweep_page(struct lvsx_ipvs *li, struct lvsx_real **page)
{
	u32 i;

	for (i = 0; i < LVSX_REAL_PAGE; i++) {
		/* Nobody else frees, so this stays valid without RCU. */
		struct lvsx_real *real = READ_ONCE(page[i]);

		if (!real || lvsx_dest_available(real->dest) || refcount_read(&real->uses) > 1)
			continue;
		spin_lock_bh(&li->lock);
		if (refcount_dec_if_one(&real->uses))
			drop(li, real, &page[i]);
		spin_unlock_bh(&li->lock);
	}
}

void lvsx_ipvs_sweep(struct lvsx_net *ln)
{
	u32 p;

	for (p = 0; p < LVSX_REAL_PAGES; p++) {
		struct lvsx_real **page = READ_ONCE(ln->ipvs.page[p]);

		if (page)
			sweep_page(&ln->ipvs, page);
		cond_resched();
	}
}

int lvsx_reals_init(struct lvsx_ipvs *li)
{
	spin_lock_init(&li->lock);
	return rhashtable_init(&li->reals, &params);
}

void lvsx_reals_exit(struct lvsx_ipvs *li)
{
	u32 p, i;

	for (p = 0; p < LVSX_REAL_PAGES; p++) {
		struct lvsx_real **page = li->page[p];

		for (i = 0; page && i < LVSX_REAL_PAGE; i++) {
			if (!page[i])
				continue;
			WARN_ON_ONCE(refcount_read(&page[i]->uses) != 1);
			drop(li, page[i], &page[i]);
		}
		kfree(page);
	}
	rhashtable_destroy(&li->reals);
}
