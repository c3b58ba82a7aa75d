// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding out how replies arrive. See rss_state.h.
 *
 * As there is one port map, one card at a time is followed: the first that a reply was seen from,
 * until none has come from it for a while and some from another. What the card says is checked
 * against the queues that replies came from; if they disagree the card is not used.
 */
#include <linux/moduleparam.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "core/pkt/tuple.h"
#include "rss_state.h"
#include "netns/cpu.h"

#define ROUND HZ
#define UNSEEN (30 * HZ)	/* without replies, after which another card is followed */
#define PROOF 16		/* replies that prove a card wrong */
#define MEMORY 1024		/* about how many replies are remembered */

static bool enabled = true;
module_param_named(rss, enabled, bool, 0644);
MODULE_PARM_DESC(rss, "assign local ports so that the network card brings replies to the CPU of their flow (default: on)");

static const char unseen[] = "no reply has come from a card that tells its hash yet";

struct lvsx_rss_state *lvsx_rss_state_new(void)
{
	struct lvsx_rss_state *rss = kvzalloc(sizeof(*rss), GFP_KERNEL);

	if (rss) {
		rss->next = jiffies + ROUND;
		rss->why = unseen;
		lvsx_rxqueues_init(&rss->queues);
	}
	return rss;
}

static struct net_device *rss_card(struct lvsx_net *ln, int ifindex, u32 napi)
{
	struct net_device *dev = __dev_get_by_index(ln->net, ifindex);

	return dev ? lvsx_nic_below(dev, napi) : NULL;
}

/* The card that is followed; NULL: there is none, or it is gone. */
static struct net_device *rss_current_card(struct lvsx_net *ln)
{
	struct lvsx_rss_state *rss = ln->rss;
	struct net_device *card = rss->card ? rss_card(ln, rss->ifindex, rss->napi) : NULL;

	return card == rss->card ? card : NULL;
}

static void rss_follow_card(struct lvsx_rss_state *rss, struct net_device *card,
			    const struct lvsx_rx_sample *s)
{
	rss->card = card;
	rss->ifindex = s->ifindex;
	rss->napi = s->napi;
	rss->seen = jiffies;
	rss->right = 0;
	rss->wrong = 0;
	memset(&rss->nic, 0, sizeof(rss->nic));
	lvsx_rxqueues_init(&rss->queues);
}

/* Did it come from the queue that the card's hash says? */
static void rss_check_sample(struct lvsx_rss_state *rss, const struct lvsx_rx_sample *s)
{
	const struct lvsx_nic *nic = &rss->nic;

	if (!nic->indir_size || !(s->tuple.proto == LVSX_TCP ? nic->tcp : nic->udp))
		return;
	if (nic->indir[lvsx_portmap_toeplitz(nic->key, &s->tuple) & (nic->indir_size - 1)] ==
	    s->queue)
		rss->right++;
	else
		rss->wrong++;
	if (rss->right + rss->wrong > MEMORY) {
		rss->right /= 2;
		rss->wrong /= 2;
	}
}

/*
 * Read the CPUs' samples. Returns the card that is followed, or one to follow from now on, whose
 * replies are sampled again soon.
 */
static struct net_device *rss_read_samples(struct lvsx_net *ln, bool trust)
{
	struct lvsx_rss_state *rss = ln->rss;
	struct net_device *now = NULL, *other = NULL;
	struct lvsx_rx_sample another = {};
	int c, i;

	for_each_possible_cpu(c) {
		struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

		for (i = 0; i < LVSX_RX_SAMPLES; i++) {
			struct lvsx_rx_sample *s = &cpu->rx_sample[i];
			struct net_device *card;

			/* Pairs with the release in lvsx_rx_sample_note(). */
			if (!smp_load_acquire(&s->fresh))
				continue;
			card = rss_card(ln, s->ifindex, s->napi);
			if (card && card == rss->card) {
				now = card;
				rss->seen = jiffies;
				rss->ifindex = s->ifindex;
				rss->napi = s->napi;
				lvsx_rxqueues_sample(&rss->queues, s->queue, c);
				if (trust)
					rss_check_sample(rss, s);
			} else if (card) {
				other = card;
				another = *s;
			}
			/* The CPU may write it again. */
			smp_store_release(&s->fresh, false);
		}
	}
	if (!now)
		now = rss_current_card(ln);
	if (other && (!now || time_after(jiffies, rss->seen + UNSEEN))) {
		rss_follow_card(rss, other, &another);
		now = other;
	}
	return now;
}

/* NULL, or why the card cannot be used. */
static const char *rss_read_card(struct lvsx_rss_state *rss, struct net_device *card, bool *changed)
{
	const char *why;

	strscpy(rss->name, card->name, sizeof(rss->name));
	why = lvsx_nic_read(card, &rss->read);
	if (why || !memcmp(&rss->nic, &rss->read, sizeof(rss->nic)))
		return why;
	rss->nic = rss->read;
	rss->right = 0;
	rss->wrong = 0;
	*changed = true;
	return NULL;
}

static const char *rss_update_card(struct lvsx_net *ln, bool *changed)
{
	struct lvsx_rss_state *rss = ln->rss;
	struct net_device *card = rss_current_card(ln), *now;
	const char *why = NULL;

	if (card)
		why = rss_read_card(rss, card, changed);
	/* Samples from before the card changed say nothing of how it is now. */
	now = rss_read_samples(ln, card && !*changed);
	if (now && now != card)
		why = rss_read_card(rss, now, changed);
	if (!rss->card)
		return unseen;
	return now ? why : "it has gone";
}

static bool rss_any_queue_known(const struct lvsx_rss_state *rss)
{
	u32 i;

	for (i = 0; i < rss->nic.indir_size; i++)
		if (lvsx_rxqueues_cpu(&rss->queues, rss->nic.indir[i]) != LVSX_NO_CPU)
			return true;
	return false;
}

static const char *rss_objection(const struct lvsx_rss_state *rss)
{
	if (!rss_any_queue_known(rss))
		return "it is not known yet on which CPUs its queues arrive";
	if (rss->wrong > rss->right && rss->wrong >= PROOF)
		return "its replies do not come from the queues that its hash says";
	return NULL;
}

bool lvsx_rss_state_update(struct lvsx_net *ln)
{
	struct lvsx_rss_state *rss = ln->rss;
	bool changed = false, used = rss->use;
	const char *why;

	lockdep_assert_held(&ln->mutex);
	if (!rtnl_trylock())
		return false;
	rss->next = jiffies + ROUND;
	why = rss_update_card(ln, &changed);
	rtnl_unlock();
	changed |= lvsx_rxqueues_settle(&rss->queues);
	if (!READ_ONCE(enabled))
		why = "it is switched off (module parameter rss)";
	rss->why = why ?: rss_objection(rss);
	rss->use = !rss->why;
	return rss->use != used || (rss->use && changed);
}

static const char no_udp[] = ", but not UDP's: of UDP it hashes addresses only";
static const char no_tcp[] = ", but not TCP's: of TCP it hashes addresses only";

void lvsx_rss_state_text(const struct lvsx_rss_state *rss, char *text, size_t size)
{
	if (!rss)
		strscpy(text, "nothing is configured yet", size);
	else if (!rss->use)
		scnprintf(text, size, "local ports are assigned to CPUs round-robin%s%s: %s",
			  *rss->name ? ", not by " : "", rss->name, rss->why);
	else
		scnprintf(text, size,
			  "replies are brought to the CPU of their flow by the hash of %s%s",
			  rss->name,
			  rss->nic.tcp && rss->nic.udp ? "" : rss->nic.tcp ? no_udp : no_tcp);
}
