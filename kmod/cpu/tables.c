// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU flow tables: birth, memory, ageing, death; and the world's answers to env.h that concern
 * flows. See tables.h.
 */
#include <linux/cpuhotplug.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <linux/random.h>
#include "core/path/expire.h"
#include "memory.h"
#include "route/nexthop.h"
#include "rss/remap.h"
#include "tables.h"
#include "route/notify.h"

#define AGE_STRETCH 512		/* looks at flows, or their places, with softirqs off in one go */
#define RESET_STRETCH (AGE_STRETCH / LVSX_IDLED_LOOKS)	/* where each may send packets */
#define GIVE_AT_ONCE 64		/* blocks that one run may add */

static enum cpuhp_state preparing, state;

static void free_table(struct lvsx_table *t)
{
	u32 i;

	if (!t)
		return;
	for (i = 0; i < t->arena.given; i++)
		lvsx_memory_put(t->arena.block[i], t->arena.shift);
	kvfree(t->arena.block);
	kvfree(t->bucket_block);
	kvfree(t);
}

static struct lvsx_table *make_table(struct lvsx_cpu *cpu, u8 words, const struct lvsx_key *key)
{
	struct lvsx_table *t = kvzalloc_node(sizeof(*t), GFP_KERNEL, cpu_to_node(cpu->id));
	u8 shift = lvsx_memory_shift();
	u32 max = lvsx_memory_blocks(shift);
	void **directory;
	void **buckets;

	directory = kvcalloc(max, sizeof(*directory), GFP_KERNEL);
	buckets = kvcalloc(max, sizeof(*buckets), GFP_KERNEL);
	if (!t || !directory || !buckets) {
		kvfree(buckets);
		kvfree(directory);
		kvfree(t);
		return NULL;
	}
	lvsx_flow_init(t, words, cpu->id, key, directory, buckets, max, shift, lvsx_now_ms());
	t->world = cpu;
	while (lvsx_arena_wants(&t->arena)) {
		void *block = lvsx_memory_take(shift, cpu->id, true);

		if (!block || !lvsx_arena_give(&t->arena, block)) {
			lvsx_memory_put(block, shift);
			break;
		}
	}
	if (!lvsx_flow_start(t)) {
		free_table(t);
		return NULL;
	}
	return t;
}

/* Give what the table wants, softirqs on while memory is sought. False: there was not enough. */
static bool feed(struct lvsx_table *t)
{
	u32 left = GIVE_AT_ONCE;

	while (left-- && lvsx_arena_wants(&t->arena)) {
		void *block = lvsx_memory_take(t->arena.shift, t->cpu, false);
		bool given = false;

		if (block) {
			local_bh_disable();
			given = lvsx_arena_give(&t->arena, block);
			local_bh_enable();
		}
		if (!given) {
			lvsx_memory_put(block, t->arena.shift);
			return false;
		}
	}
	return true;
}

/* Flows removed since the last batch are used again only when every reader of then has gone. */
static void release_dead(struct lvsx_cpu *cpu, struct lvsx_table *t)
{
	if (cpu->waiting && poll_state_synchronize_rcu(cpu->grace)) {
		lvsx_flow_reclaim(t);
		cpu->waiting = false;
	}
	if (!cpu->waiting && lvsx_flow_retire(t)) {
		cpu->grace = start_poll_synchronize_rcu();
		cpu->waiting = true;
	}
}

static void age(struct lvsx_cpu *cpu, struct lvsx_table *t)
{
	u32 left;

	do {
		local_bh_disable();
		left = lvsx_age_run(t, lvsx_now_ms(), &cpu->ln->timeouts, AGE_STRETCH,
				    cpu->counters);
		release_dead(cpu, t);
		local_bh_enable();
		cond_resched();
	} while (!left && !READ_ONCE(cpu->ln->stopping));
}

/*
 * End some of the flows, from where the last one was on, and tell the ends of those that are open.
 * False: no more for now.
 */
static bool reset_some(struct lvsx_cpu *cpu, struct lvsx_table *t)
{
	u32 left = RESET_STRETCH;

	while (lvsx_tell_may(cpu)) {
		struct lvsx_half *fwd = lvsx_flow_walk(t, &cpu->reset_at, &left);
		bool open;

		if (!fwd && !left)
			return true;
		if (!fwd) {
			cpu->reset_at = 0;	/* some may have come meanwhile */
			return false;
		}
		open = lvsx_state_open(READ_ONCE(fwd->state));
		lvsx_age_end(t, fwd);
		if (open)
			lvsx_tell_ends(cpu, fwd, lvsx_flow_rev(t, fwd));
	}
	return false;
}

static void reset(struct lvsx_cpu *cpu, struct lvsx_table *t)
{
	bool more;

	do {
		local_bh_disable();
		more = reset_some(cpu, t);
		local_bh_enable();
		cond_resched();
	} while (more);
}

/*
 * On the CPU that owns the table: queued there, and cancelled when that CPU goes. While it is off
 * its table has no other user of its own, so that any CPU may do what its owner would.
 */
static void tick(struct work_struct *work)
{
	struct lvsx_cpu *cpu = container_of(to_delayed_work(work), struct lvsx_cpu, tick);
	bool adopted = READ_ONCE(cpu->adopted);

	if (raw_smp_processor_id() != cpu->id && !adopted)
		return;
	age(cpu, cpu->table[0]);
	if (unlikely(READ_ONCE(cpu->ln->resetting)) && READ_ONCE(cpu->table[0]->stats.flows))
		reset(cpu, cpu->table[0]);
	if (!adopted)	/* else it gets no new flows, and its node may be off, too */
		WRITE_ONCE(cpu->starved, !feed(cpu->table[0]));
	if (READ_ONCE(cpu->ln->stopping))
		return;
	if (adopted)
		queue_delayed_work(lvsx_wq, &cpu->tick, msecs_to_jiffies(LVSX_TICK_MS));
	else
		queue_delayed_work_on(cpu->id, lvsx_wq, &cpu->tick,
				      msecs_to_jiffies(LVSX_TICK_MS));
}

void lvsx_table_feed(struct lvsx_cpu *cpu)
{
	if (unlikely(lvsx_arena_wants(&cpu->table[0]->arena)) && !READ_ONCE(cpu->starved) &&
	    !READ_ONCE(cpu->ln->stopping) && !READ_ONCE(cpu->leaving))
		mod_delayed_work_on(cpu->id, lvsx_wq, &cpu->tick, 0);
}

/* Its table is looked after wherever there is a CPU, while its own is off. */
static void adopt(struct lvsx_cpu *cpu)
{
	WRITE_ONCE(cpu->adopted, true);
	queue_delayed_work(lvsx_wq, &cpu->tick, 0);
}

/* Ports are dealt by this. */
static void set_here(struct lvsx_cpu *cpu, bool here)
{
	WRITE_ONCE(cpu->here, here);
	/* Pairs with the barrier in swap_in(): who takes the mark back sees what it is for. */
	smp_mb();
	WRITE_ONCE(cpu->ln->cpus_changed, true);
}

/*
 * A CPU is about to come: it gets a table, or has the one back that it left, and its share of the
 * ports, before it sees a packet. Runs on another.
 */
static int cpu_prepare(unsigned int c, struct hlist_node *node)
{
	struct lvsx_net *ln = hlist_entry(node, struct lvsx_net, prepared);
	struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

	cancel_delayed_work_sync(&cpu->tick);
	WRITE_ONCE(cpu->adopted, false);
	WRITE_ONCE(cpu->leaving, true);
	if (!cpu->table[0]) {
		struct lvsx_hops *hops = lvsx_hops_new();
		struct lvsx_table *t = hops ? make_table(cpu, 1, &ln->key) : NULL;

		if (!t) {
			kvfree(hops);
			return -ENOMEM;
		}
		cpu->hops = hops;
		/* Pairs with the dependent loads of whoever looks into other CPUs' tables. */
		smp_store_release(&cpu->table[0], t);
	}
	set_here(cpu, true);
	if (READ_ONCE(ln->hooked))
		lvsx_steer_hurry(ln);
	return 0;
}

/* It has gone, or could not come: its flows stay, found by the others, and age. Runs on another. */
static int cpu_dead(unsigned int c, struct hlist_node *node)
{
	struct lvsx_net *ln = hlist_entry(node, struct lvsx_net, prepared);
	struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

	set_here(cpu, false);
	if (READ_ONCE(ln->hooked))
		adopt(cpu);
	return 0;
}

static int cpu_up(unsigned int c, struct hlist_node *node)
{
	struct lvsx_net *ln = hlist_entry(node, struct lvsx_net, online);
	struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

	WRITE_ONCE(cpu->leaving, false);
	queue_delayed_work_on(c, lvsx_wq, &cpu->tick, msecs_to_jiffies(LVSX_TICK_MS));
	return 0;
}

/* It is going, and still sees packets. Runs on that CPU, so that these see the mark. */
static int cpu_down(unsigned int c, struct hlist_node *node)
{
	struct lvsx_net *ln = hlist_entry(node, struct lvsx_net, online);
	struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

	WRITE_ONCE(cpu->leaving, true);
	cancel_delayed_work_sync(&cpu->tick);
	return 0;
}

static void free_cpus(struct lvsx_net *ln)
{
	struct lvsx_cpu __percpu *cpus = ln->cpu;
	int c;

	WRITE_ONCE(ln->cpu, NULL);
	synchronize_rcu();	/* dumps hold on to it in RCU sections */
	for_each_possible_cpu(c) {
		struct lvsx_cpu *cpu = per_cpu_ptr(cpus, c);

		free_table(cpu->table[0]);
		kvfree(cpu->hops);
	}
	free_percpu(cpus);
}

int lvsx_tables_start(struct lvsx_net *ln)
{
	struct lvsx_cpu __percpu *cpus = alloc_percpu(struct lvsx_cpu);
	int c, err;

	if (!cpus)
		return -ENOMEM;
	get_random_bytes(&ln->key, sizeof(ln->key));
	for_each_possible_cpu(c) {
		struct lvsx_cpu *cpu = per_cpu_ptr(cpus, c);

		cpu->id = c;
		cpu->ln = ln;
		INIT_DELAYED_WORK(&cpu->tick, tick);
	}
	WRITE_ONCE(ln->cpu, cpus);
	err = cpuhp_state_add_instance(preparing, &ln->prepared);
	if (err)
		goto err_cpus;
	err = cpuhp_state_add_instance(state, &ln->online);
	if (err)
		goto err_prepared;
	return 0;

err_prepared:
	cpuhp_state_remove_instance_nocalls(preparing, &ln->prepared);
err_cpus:
	free_cpus(ln);
	return err;
}

static void flush(struct lvsx_table *t)
{
	u32 cursor = 0;
	bool more;

	do {
		local_bh_disable();
		more = lvsx_age_flush(t, &cursor, AGE_STRETCH);
		local_bh_enable();
		cond_resched();
	} while (more);
}

void lvsx_tables_stop(struct lvsx_net *ln)
{
	struct lvsx_cpu *cpu;
	int c;

	if (!ln->cpu)
		return;
	cpuhp_state_remove_instance(state, &ln->online);
	cpuhp_state_remove_instance_nocalls(preparing, &ln->prepared);
	for_each_possible_cpu(c) {
		cpu = per_cpu_ptr(ln->cpu, c);
		cancel_delayed_work_sync(&cpu->tick);	/* of one that is off */
		if (!cpu->table[0])
			continue;
		flush(cpu->table[0]);
		lvsx_hops_put(cpu->hops);
	}
	free_cpus(ln);
}

int lvsx_tables_init(void)
{
	int got = cpuhp_setup_state_multi(CPUHP_BP_PREPARE_DYN, "net/lvsx:prepare", cpu_prepare,
					  cpu_dead);

	if (got < 0)
		return got;
	preparing = got;
	got = cpuhp_setup_state_multi(CPUHP_AP_ONLINE_DYN, "net/lvsx:online", cpu_up, cpu_down);
	if (got < 0) {
		cpuhp_remove_multi_state(preparing);
		return got;
	}
	state = got;
	return 0;
}

void lvsx_tables_exit(void)
{
	cpuhp_remove_multi_state(state);
	cpuhp_remove_multi_state(preparing);
}

u64 lvsx_tables_of_era(struct lvsx_net *ln, u8 era)
{
	u64 n = 0;
	int c;

	for_each_possible_cpu(c) {
		const struct lvsx_table *t = lvsx_table_of(ln, c);

		n += t ? READ_ONCE(t->of_era[era]) : 0;
	}
	return n;
}

u64 lvsx_tables_flows(struct lvsx_net *ln)
{
	u64 n = 0;
	int c;

	for_each_possible_cpu(c) {
		const struct lvsx_table *t = lvsx_table_of(ln, c);

		n += t ? READ_ONCE(t->stats.flows) : 0;
	}
	return n;
}

/* Another CPU's table, if it has the flow. */
static struct lvsx_half *look(struct lvsx_net *ln, u32 c, const struct lvsx_pkt *pkt,
			      struct lvsx_table **owner)
{
	struct lvsx_table *t = NULL;
	struct lvsx_half *half;

	if (pkt->tuple.words == 1 && c < nr_cpu_ids && cpu_possible(c))
		t = lvsx_table_of(ln, c);
	if (!t)
		return NULL;
	half = lvsx_flow_find_remote(t, &pkt->tuple, pkt->hash);
	if (half)
		*owner = t;
	return half;
}

/* The owners by earlier class tables, in case @pkt is a reply. */
static struct lvsx_half *look_before(struct lvsx_net *ln, const struct lvsx_rss *rss,
				     const struct lvsx_pkt *pkt, struct lvsx_table **owner)
{
	u32 i;

	for (i = 0; i < LVSX_ERAS; i++) {
		const struct lvsx_rss *b = READ_ONCE(rss->before[i]);
		u16 c = b ? lvsx_rss_cpu(b, &pkt->tuple) : LVSX_RSS_NO_CPU;
		struct lvsx_half *half = c != pkt->cpu ? look(ln, c, pkt, owner) : NULL;

		if (half && half->flags & LVSX_HALF_REV)
			return half;
	}
	return NULL;
}

/*
 * A reply's port tells its owner, so that is where to look first; only when the class table has
 * changed under live flows is it elsewhere, where the earlier tables say. A client's packet is
 * normally brought to its owner by RSS; where it is not (no RSS, RPS, a changed NIC) all others are
 * asked, and SYNs too for a minute after the last such stray, as a repeated SYN must find the flow
 * of the first.
 */
static LVSX_COLD struct lvsx_half *find_remote(struct lvsx_net *ln, struct lvsx_pkt *pkt,
					       struct lvsx_table **owner)
{
	const struct lvsx_rss *rss = rcu_dereference(ln->rss);
	struct lvsx_half *half;
	u16 home;
	int c;

	if (!lvsx_service_maybe(&ln->services, pkt->tuple.daddr[0]))
		return NULL;
	home = lvsx_rss_cpu(rss, &pkt->tuple);
	if (home != pkt->cpu) {
		half = look(ln, home, pkt, owner);
		if (half && half->flags & LVSX_HALF_REV)
			return half;
		if (half)
			goto stray;
	}
	if (unlikely(READ_ONCE(rss->moved))) {
		half = look_before(ln, rss, pkt, owner);
		if (half)
			return half;
	}
	for_each_possible_cpu(c) {
		if (c == pkt->cpu || c == home)
			continue;
		half = look(ln, c, pkt, owner);
		if (half)
			goto stray;
	}
	return NULL;

stray:
	if (time_after(jiffies + 59 * HZ, READ_ONCE(ln->stray_until)))
		WRITE_ONCE(ln->stray_until, jiffies + 60 * HZ);
	return half;
}

struct lvsx_half *lvsx_env_find_remote(struct lvsx_pkt *pkt, struct lvsx_table **owner)
{
	struct lvsx_net *ln = pkt->instance;

	if (pkt->tuple.proto == LVSX_TCP &&
	    (pkt->tcp_flags & (LVSX_TCP_SYN | LVSX_TCP_ACK)) == LVSX_TCP_SYN &&
	    time_after(jiffies, READ_ONCE(ln->stray_until)))
		return NULL;
	return find_remote(ln, pkt, owner);
}

const struct lvsx_table *lvsx_env_table(const struct lvsx_pkt *pkt, u16 cpu)
{
	if (pkt->words != 1 || cpu >= nr_cpu_ids || !cpu_possible(cpu))
		return NULL;
	return lvsx_table_of(pkt->instance, cpu);
}

const struct lvsx_rss *lvsx_env_rss(const struct lvsx_pkt *pkt)
{
	const struct lvsx_net *ln = pkt->instance;

	return rcu_dereference(ln->rss);
}

bool lvsx_env_leaves(const struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	return lvsx_ipvs_leaves(pkt->instance, half->real);
}

void lvsx_env_active(struct lvsx_table *t, struct lvsx_half *fwd, bool active)
{
	struct lvsx_cpu *cpu = t->world;

	if (likely(!fwd->shadow))	/* else lvsx_env_shadow() counts it with its state */
		lvsx_ipvs_conn_active(cpu->ln, fwd->real, active);
}

void lvsx_env_shadow(struct lvsx_table *t, struct lvsx_half *fwd)
{
	struct lvsx_cpu *cpu = t->world;
	u8 state = READ_ONCE(fwd->state);

	lvsx_ipvs_conn_state(cpu->ln, fwd->shadow, state, lvsx_state_active(state));
}

void lvsx_env_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev)
{
	struct lvsx_cpu *cpu = t->world;

	lvsx_ipvs_conn_end(cpu->ln, fwd->real, fwd->shadow, fwd->flags & LVSX_HALF_ACTIVE);
}
