/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IP options, which the host would have handled before stock IPVS saw the packet: malformed ones
 * are answered by ICMP, source routes refused unless accept_source_route is set, and this host's
 * address recorded where an option asks for it.
 */
#ifndef LVSX_OPTIONS_H
#define LVSX_OPTIONS_H

#include "core/reason.h"

struct sk_buff;

/* An IP header as it came. */
struct lvsx_options {
	u8 head[60];
};

enum lvsx_options_verdict {
	LVSX_OPTIONS_GOOD,
	LVSX_OPTIONS_HOST,	/* a source route goes on: not ours; the skb is unchanged */
	LVSX_OPTIONS_BAD,
};

/* Handle the options of an skb at PRE_ROUTING. @reason: if bad. Softirq, RCU. */
enum lvsx_options_verdict lvsx_options_take(struct sk_buff *skb, struct lvsx_options *was,
					    enum lvsx_reason *reason);

/* In a translated answer, record this host by the VIP, as the client knows it. */
void lvsx_options_answer(struct sk_buff *skb);

/* The packet goes to the host after all, which handles the options itself. */
void lvsx_options_put_back(struct sk_buff *skb, const struct lvsx_options *was);

#endif
