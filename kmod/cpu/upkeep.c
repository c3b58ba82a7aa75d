// SPDX-License-Identifier: GPL-2.0-only
/* The upkeep of a CPU's table. See upkeep.h. */
#include <linux/workqueue.h>
#include "core/host.h"
#include "core/path/end.h"
#include "core/path/expire.h"
#include "memory.h"
#include "core/table/table.h"
#include "route/notify.h"
#include "upkeep.h"

#define EXPIRE_STRETCH 512	/* looks at flows in one go, softirqs off */
#define RESET_STRETCH (EXPIRE_STRETCH / LVSX_IDLED_COST)	/* where each may send packets */
#define GIVE_AT_ONCE 64		/* blocks that one run may add */

/* Softirqs are on while memory is allocated. False: there was not enough. */
static bool upkeep_refill(struct lvsx_table *t)
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

/* Removed flows are reused a batch at a time, when a grace period has passed since. */
static void upkeep_reclaim(struct lvsx_cpu *cpu, struct lvsx_table *t)
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

static void upkeep_expire(struct lvsx_cpu *cpu, struct lvsx_table *t)
{
	u32 left;

	do {
		local_bh_disable();
		left = lvsx_expire_run(t, lvsx_now_ms(), &cpu->ln->timeouts, EXPIRE_STRETCH,
				       cpu->counters);
		upkeep_reclaim(cpu, t);
		local_bh_enable();
		cond_resched();
	} while (!left && !READ_ONCE(cpu->ln->stopping));
}

/*
 * End some of the flows, from where the last call stopped, and notify the ends of those that are
 * open. False: enough for now.
 */
static bool upkeep_reset_some(struct lvsx_cpu *cpu, struct lvsx_table *t)
{
	u32 left = RESET_STRETCH;

	while (lvsx_notify_may(cpu)) {
		struct lvsx_half *fwd = lvsx_flow_walk(t, &cpu->reset_at, &left);
		bool open;

		if (!fwd && !left)
			return true;
		if (!fwd) {
			cpu->reset_at = 0;	/* new ones may be there meanwhile */
			return false;
		}
		open = lvsx_state_open(READ_ONCE(fwd->state));
		lvsx_flow_end(t, fwd);
		if (open)
			lvsx_notify_ends(cpu, fwd, lvsx_flow_rev(fwd));
	}
	return false;
}

static void upkeep_reset(struct lvsx_cpu *cpu, struct lvsx_table *t)
{
	bool more;

	do {
		local_bh_disable();
		more = upkeep_reset_some(cpu, t);
		local_bh_enable();
		cond_resched();
	} while (more);
}

/*
 * On the CPU that owns the table: queued there, and cancelled when that CPU goes down. While it is
 * offline nobody else writes its table, so any CPU may do the owner's work.
 */
static void upkeep_tick(struct work_struct *work)
{
	struct lvsx_cpu *cpu = container_of(to_delayed_work(work), struct lvsx_cpu, tick);
	bool adopted = READ_ONCE(cpu->adopted);

	if (raw_smp_processor_id() != cpu->id && !adopted)
		return;
	upkeep_expire(cpu, cpu->table);
	if (unlikely(READ_ONCE(cpu->ln->resetting)) && READ_ONCE(cpu->table->stats.flows))
		upkeep_reset(cpu, cpu->table);
	if (!adopted)	/* else it gets no new flows, and its node may be offline, too */
		WRITE_ONCE(cpu->starved, !upkeep_refill(cpu->table));
	if (READ_ONCE(cpu->ln->stopping))
		return;
	if (adopted)
		queue_delayed_work(lvsx_wq, &cpu->tick, msecs_to_jiffies(LVSX_TICK_MS));
	else
		queue_delayed_work_on(cpu->id, lvsx_wq, &cpu->tick,
				      msecs_to_jiffies(LVSX_TICK_MS));
}

void lvsx_host_want_memory(struct lvsx_table *t)
{
	struct lvsx_cpu *cpu = t->priv;

	if (unlikely(lvsx_arena_wants(&t->arena)) && !READ_ONCE(cpu->starved) &&
	    !READ_ONCE(cpu->ln->stopping) && !READ_ONCE(cpu->leaving))
		mod_delayed_work_on(cpu->id, lvsx_wq, &cpu->tick, 0);
}

void lvsx_upkeep_init(struct lvsx_cpu *cpu)
{
	INIT_DELAYED_WORK(&cpu->tick, upkeep_tick);
}

void lvsx_upkeep_adopt(struct lvsx_cpu *cpu)
{
	WRITE_ONCE(cpu->adopted, true);
	queue_delayed_work(lvsx_wq, &cpu->tick, 0);
}
