// SPDX-License-Identifier: GPL-2.0-only
/*
 * Learning how replies arrive. See learn.h.
 *
 * One card at a time is followed, for there is one class table: the first that a reply was seen
 * from, until none has come from it for a while and some from another. A card's word is checked
 * against the queues that replies did come from; one that does otherwise is not believed.
 */
#include <linux/moduleparam.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include "core/pkt/tuple.h"
#include "learn.h"
#include "netns/cpu.h"

#define ROUND HZ
#define UNSEEN (30 * HZ)	/* after which another card is followed */
#define PROOF 16		/* replies that prove a card wrong */
#define MEMORY 1024		/* of about so many replies */

static bool enabled = true;
module_param_named(rss, enabled, bool, 0644);
MODULE_PARM_DESC(rss, "deal local ports so that the network card brings replies home (default: on)");

static const char unseen[] = "no reply has come from a card that tells its hash yet";

struct lvsx_learn *lvsx_learn_new(void)
{
	struct lvsx_learn *l = kvzalloc(sizeof(*l), GFP_KERNEL);

	if (l) {
		l->next = jiffies + ROUND;
		l->why = unseen;
		lvsx_rxqueues_init(&l->queues);
	}
	return l;
}

static struct net_device *card_of(struct lvsx_net *ln, int ifindex, u32 napi)
{
	struct net_device *dev = __dev_get_by_index(ln->net, ifindex);

	return dev ? lvsx_nic_below(dev, napi) : NULL;
}

/* The card that is followed; NULL: there is none, or it has gone. */
static struct net_device *followed(struct lvsx_net *ln)
{
	struct lvsx_learn *l = ln->learn;
	struct net_device *card = l->card ? card_of(ln, l->ifindex, l->napi) : NULL;

	return card == l->card ? card : NULL;
}

static void adopt(struct lvsx_learn *l, struct net_device *card, const struct lvsx_rx_sample *s)
{
	l->card = card;
	l->ifindex = s->ifindex;
	l->napi = s->napi;
	l->seen = jiffies;
	l->right = 0;
	l->wrong = 0;
	memset(&l->nic, 0, sizeof(l->nic));
	lvsx_rxqueues_init(&l->queues);
}

/* Did it come from the queue that the card's hash says? */
static void judge(struct lvsx_learn *l, const struct lvsx_rx_sample *s)
{
	const struct lvsx_nic *nic = &l->nic;

	if (!nic->indir_size || !(s->tuple.proto == LVSX_TCP ? nic->tcp : nic->udp))
		return;
	if (nic->indir[lvsx_portmap_toeplitz(nic->key, &s->tuple) & (nic->indir_size - 1)] ==
	    s->queue)
		l->right++;
	else
		l->wrong++;
	if (l->right + l->wrong > MEMORY) {
		l->right /= 2;
		l->wrong /= 2;
	}
}

/*
 * Go through what the CPUs noted. Returns the card that is followed, or one to follow from now on,
 * whose replies are noted again soon.
 */
static struct net_device *look_around(struct lvsx_net *ln, bool trust)
{
	struct lvsx_learn *l = ln->learn;
	struct net_device *now = NULL, *other = NULL;
	struct lvsx_rx_sample another = {};
	int c, i;

	for_each_possible_cpu(c) {
		struct lvsx_cpu *cpu = per_cpu_ptr(ln->cpu, c);

		for (i = 0; i < LVSX_RX_SAMPLES; i++) {
			struct lvsx_rx_sample *s = &cpu->rx_sample[i];
			struct net_device *card;

			/* Pairs with the release in rx_sample.c. */
			if (!smp_load_acquire(&s->fresh))
				continue;
			card = card_of(ln, s->ifindex, s->napi);
			if (card && card == l->card) {
				now = card;
				l->seen = jiffies;
				l->ifindex = s->ifindex;
				l->napi = s->napi;
				lvsx_rxqueues_sample(&l->queues, s->queue, c);
				if (trust)
					judge(l, s);
			} else if (card) {
				other = card;
				another = *s;
			}
			/* The CPU writes it anew when it sees this. */
			smp_store_release(&s->fresh, false);
		}
	}
	if (!now)
		now = followed(ln);
	if (other && (!now || time_after(jiffies, l->seen + UNSEEN))) {
		adopt(l, other, &another);
		now = other;
	}
	return now;
}

/* Read the card; NULL, or why it is of no use. */
static const char *read(struct lvsx_learn *l, struct net_device *card, bool *changed)
{
	const char *why;

	strscpy(l->name, card->name, sizeof(l->name));
	why = lvsx_nic_read(card, &l->read);
	if (why || !memcmp(&l->nic, &l->read, sizeof(l->nic)))
		return why;
	l->nic = l->read;
	l->right = 0;
	l->wrong = 0;
	*changed = true;
	return NULL;
}

static const char *read_and_look(struct lvsx_net *ln, bool *changed)
{
	struct lvsx_learn *l = ln->learn;
	struct net_device *card = followed(ln), *now;
	const char *why = NULL;

	if (card)
		why = read(l, card, changed);
	/* What was noted before the card changed is of no use for judging it. */
	now = look_around(ln, card && !*changed);
	if (now && now != card)
		why = read(l, now, changed);
	if (!l->card)
		return unseen;
	return now ? why : "it has gone";
}

static bool known(const struct lvsx_learn *l)
{
	u32 i;

	for (i = 0; i < l->nic.indir_size; i++)
		if (lvsx_rxqueues_cpu(&l->queues, l->nic.indir[i]) != LVSX_NO_CPU)
			return true;
	return false;
}

static const char *objection(const struct lvsx_learn *l)
{
	if (!known(l))
		return "it is not known yet on which CPUs its queues arrive";
	if (l->wrong > l->right && l->wrong >= PROOF)
		return "its replies do not come from the queues that its hash says";
	return NULL;
}

bool lvsx_learn_round(struct lvsx_net *ln)
{
	struct lvsx_learn *l = ln->learn;
	bool changed = false, used = l->use;
	const char *why;

	lockdep_assert_held(&ln->mutex);
	if (!rtnl_trylock())
		return false;
	l->next = jiffies + ROUND;
	why = read_and_look(ln, &changed);
	rtnl_unlock();
	changed |= lvsx_rxqueues_settle(&l->queues);
	if (!READ_ONCE(enabled))
		why = "it is switched off (module parameter rss)";
	l->why = why ?: objection(l);
	l->use = !l->why;
	return l->use != used || (l->use && changed);
}

static const char no_udp[] = ", but not UDP's: of UDP it hashes addresses only";
static const char no_tcp[] = ", but not TCP's: of TCP it hashes addresses only";

void lvsx_learn_say(const struct lvsx_learn *l, char *text, size_t size)
{
	if (!l)
		strscpy(text, "nothing is configured yet", size);
	else if (!l->use)
		scnprintf(text, size, "local ports are dealt plainly%s%s: %s",
			  *l->name ? ", not by " : "", l->name, l->why);
	else
		scnprintf(text, size, "replies are brought home by the hash of %s%s", l->name,
			  l->nic.tcp && l->nic.udp ? "" : l->nic.tcp ? no_udp : no_tcp);
}
