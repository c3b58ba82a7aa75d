// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers for destinations. See real.h.
 *
 * Packets look up and count flows without a lock or a shared write. Making, folding and freeing
 * take li->lock. A real server that is to be freed is removed from the hash first; a grace period
 * later no packet can begin a flow with it, and the sum of its flows is final.
 *
 * Freed memory waits for RCU, the reference to the destination does not: IPVS keeps a destination
 * that nobody references for a minute or more in its trash.
 */
#include <linux/hash.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include "real.h"
#include "netns/net.h"

#define NUMBERS (LVSX_REAL_PAGES * LVSX_REAL_PAGE)

static __always_inline u32 real_hash_dest(const void *data, u32 len, u32 seed)
{
	return hash_ptr(*(void *const *)data, 32) ^ seed;
}

static __always_inline int real_compare_dest(struct rhashtable_compare_arg *arg, const void *obj)
{
	return *(struct ip_vs_dest *const *)arg->key != ((const struct lvsx_real *)obj)->dest;
}

/* With inline functions: what is not chosen from a snapshot is looked up here. */
static const struct rhashtable_params params = {
	.head_offset = offsetof(struct lvsx_real, node),
	.key_offset = offsetof(struct lvsx_real, dest),
	.key_len = sizeof(struct ip_vs_dest *),
	.hashfn = real_hash_dest,
	.obj_cmpfn = real_compare_dest,
	.automatic_shrinking = true,
};

/* The place of number @n. Pages are never freed before the end. */
static struct lvsx_real **real_slot(struct lvsx_ipvs *li, u32 n)
{
	return &li->page[n >> LVSX_REAL_PAGE_SHIFT]->real[n & (LVSX_REAL_PAGE - 1)];
}

/*
 * An unused number, 0: no memory, or none left. All numbers are used in turn before one is used
 * again, so that a stale one finds nothing rather than another real server.
 */
static u32 real_take_number(struct lvsx_ipvs *li)
{
	u32 tries, n = li->next_real;

	for (tries = 0; tries < NUMBERS; tries++, n = (n + 1) % NUMBERS) {
		struct lvsx_real_page *page = li->page[n >> LVSX_REAL_PAGE_SHIFT];

		if (!n)
			continue;	/* means none */
		if (!page) {
			page = kzalloc(sizeof(*page), GFP_ATOMIC | __GFP_NOWARN);
			if (!page)
				return 0;
			/* Pairs with the dependent load in lvsx_real_at(). */
			smp_store_release(&li->page[n >> LVSX_REAL_PAGE_SHIFT], page);
		}
		if (*real_slot(li, n))
			continue;
		li->next_real = (n + 1) % NUMBERS;
		return n;
	}
	return 0;
}

/* Where each CPU counts for number @n. Its last user left with no flow. */
static struct lvsx_real_cpu *real_counts(struct lvsx_ipvs *li, u32 n)
{
	struct lvsx_real_page *page = li->page[n >> LVSX_REAL_PAGE_SHIFT];
	struct lvsx_real_cpu **line =
		&page->counts[(n & (LVSX_REAL_PAGE - 1)) / LVSX_REAL_LINE];

	if (!*line)
		*line = kcalloc(nr_cpu_ids, LVSX_REAL_LINE * sizeof(**line),
				GFP_ATOMIC | __GFP_NOWARN);
	return *line ? *line + n % LVSX_REAL_LINE : NULL;
}

/* All that was counted for it so far: connections, and active ones. */
static void real_sum_counts(const struct lvsx_real *real, u32 *conns, u32 *active)
{
	int c;

	*conns = 0;
	*active = 0;
	for_each_possible_cpu(c) {
		const struct lvsx_real_cpu *here = lvsx_real_on(real, c);

		*conns += READ_ONCE(here->conns);
		*active += READ_ONCE(here->active);
	}
}

static struct lvsx_real *real_make(struct lvsx_ipvs *li, struct ip_vs_dest *dest)
{
	struct lvsx_real *real = kzalloc(sizeof(*real), GFP_ATOMIC | __GFP_NOWARN);

	if (!real)
		return NULL;
	real->dest = dest;
	real->stats = dest->stats.cpustats;
	real->number = real_take_number(li);
	real->here = real->number ? real_counts(li, real->number) : NULL;
	if (!real->here || rhashtable_insert_fast(&li->reals, &real->node, params)) {
		kfree(real);
		return NULL;
	}
	real_sum_counts(real, &real->folded_conns, &real->folded_active);
	ip_vs_dest_hold(dest);
	/* Pairs with the dependent load in lvsx_real_at(). */
	smp_store_release(real_slot(li, real->number), real);
	return real;
}

struct lvsx_real *lvsx_real_get(struct lvsx_ipvs *li, struct ip_vs_dest *dest)
{
	struct lvsx_real *real = rhashtable_lookup(&li->reals, &dest, params);

	if (unlikely(!real)) {
		spin_lock_bh(&li->lock);
		real = rhashtable_lookup(&li->reals, &dest, params) ?: real_make(li, dest);
		spin_unlock_bh(&li->lock);
		if (!real)
			return NULL;
	}
	lvsx_real_use(real);
	return real;
}

static u32 real_flows(const struct lvsx_real *real)
{
	u32 n = 0;
	int c;

	for_each_possible_cpu(c)
		n += READ_ONCE(lvsx_real_on(real, c)->flows);
	return n;
}

struct lvsx_real *lvsx_real_find(struct lvsx_ipvs *li, struct ip_vs_dest *dest)
{
	return rhashtable_lookup(&li->reals, &dest, params);
}

u32 lvsx_real_flows(struct lvsx_ipvs *li, struct ip_vs_dest *dest)
{
	const struct lvsx_real *real = lvsx_real_find(li, dest);

	return real ? real_flows(real) : 0;
}

/* Under li->lock. */
static void real_fold(struct lvsx_real *real)
{
	u32 conns, active;

	real_sum_counts(real, &conns, &active);
	if (conns == real->folded_conns && active == real->folded_active)
		return;
	lvsx_dest_add(real->dest, conns - real->folded_conns, active - real->folded_active);
	real->folded_conns = conns;
	real->folded_active = active;
}

void lvsx_real_fold(struct lvsx_ipvs *li, struct lvsx_real *real)
{
	spin_lock_bh(&li->lock);
	real_fold(real);
	spin_unlock_bh(&li->lock);
}

/*
 * Once a tick. A packet that counts while the mark is cleared may still see it set and not set it
 * again; so the sums are read once more a tick later, by when its CPU has written everything.
 */
static void real_fold_if_due(struct lvsx_ipvs *li, struct lvsx_real *real)
{
	bool marked = READ_ONCE(real->unfolded);

	if (likely(!marked && !real->lingers))
		return;
	WRITE_ONCE(real->unfolded, false);
	lvsx_real_fold(li, real);
	real->lingers = marked;
}

static void real_hide(struct lvsx_ipvs *li, struct lvsx_real *real)
{
	if (!real->hidden)
		rhashtable_remove_fast(&li->reals, &real->node, params);
	real->hidden = true;
}

static void real_free(struct lvsx_ipvs *li, struct lvsx_real *real)
{
	real_hide(li, real);
	real_fold(real);
	WRITE_ONCE(*real_slot(li, real->number), NULL);
	ip_vs_dest_put(real->dest);
	kfree_rcu(real, rcu);
}

static bool real_is_unused(const struct lvsx_real *real)
{
	return !atomic_read(&real->snapshots) && !real_flows(real);
}

/* Once it is out of service and has no flows it is hidden first, and freed by a later tick. */
static void real_release(struct lvsx_ipvs *li, struct lvsx_real *real)
{
	if (likely(!real->hidden && lvsx_dest_available(real->dest)))
		return;
	if (!real_is_unused(real) || (real->hidden && !poll_state_synchronize_rcu(real->grace)))
		return;
	spin_lock_bh(&li->lock);
	if (real->hidden) {
		real_free(li, real);
	} else {
		real_hide(li, real);
		real->grace = start_poll_synchronize_rcu();
	}
	spin_unlock_bh(&li->lock);
}

void lvsx_ipvs_avoid(struct lvsx_net *ln, u32 number)
{
	struct lvsx_real *real = lvsx_real_at(&ln->ipvs, number);

	if (!real)
		return;
	WRITE_ONCE(real->avoid, (jiffies + LVSX_REAL_AVOID) | 1);	/* not 0 */
	WRITE_ONCE(ln->ipvs.avoiding, true);
}

/* Is it to be avoided still? */
static bool real_is_avoided(struct lvsx_real *real)
{
	if (likely(!READ_ONCE(real->avoid)))
		return false;
	if (lvsx_real_avoided(real))
		return true;
	WRITE_ONCE(real->avoid, 0);
	return false;
}

/* True: one of them is to be avoided. */
static bool real_sweep_page(struct lvsx_ipvs *li, struct lvsx_real_page *page)
{
	bool avoiding = false;
	u32 i;

	for (i = 0; i < LVSX_REAL_PAGE; i++) {
		/* Nobody else frees, so this stays valid without RCU. */
		struct lvsx_real *real = READ_ONCE(page->real[i]);

		if (!real)
			continue;
		real_fold_if_due(li, real);
		avoiding |= real_is_avoided(real);
		real_release(li, real);
	}
	return avoiding;
}

void lvsx_ipvs_sweep(struct lvsx_net *ln)
{
	bool avoiding = false;
	u32 p;

	for (p = 0; p < LVSX_REAL_PAGES; p++) {
		struct lvsx_real_page *page = READ_ONCE(ln->ipvs.page[p]);

		if (page)
			avoiding |= real_sweep_page(&ln->ipvs, page);
		cond_resched();
	}
	/* If one was marked meanwhile, its next packet sets this again. */
	WRITE_ONCE(ln->ipvs.avoiding, avoiding);
}

int lvsx_reals_init(struct lvsx_ipvs *li)
{
	spin_lock_init(&li->lock);
	spin_lock_init(&li->snapshot_lock);
	return rhashtable_init(&li->reals, &params);
}

static void real_free_page(struct lvsx_ipvs *li, struct lvsx_real_page *page)
{
	u32 i;

	for (i = 0; i < LVSX_REAL_PAGE; i++) {
		if (!page->real[i])
			continue;
		WARN_ON_ONCE(!real_is_unused(page->real[i]));
		real_free(li, page->real[i]);
	}
	for (i = 0; i < ARRAY_SIZE(page->counts); i++)
		kfree(page->counts[i]);
	kfree(page);
}

void lvsx_reals_exit(struct lvsx_ipvs *li)
{
	u32 p;

	for (p = 0; p < LVSX_REAL_PAGES; p++)
		if (li->page[p])
			real_free_page(li, li->page[p]);
	rhashtable_destroy(&li->reals);
}
