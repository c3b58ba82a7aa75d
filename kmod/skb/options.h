/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IP options, which the host would have looked at before stock IPVS saw the packet: those that
 * are malformed are answered by ICMP, source routes refused unless accept_source_route is set, and
 * this host entered where it is asked to.
 */
#ifndef LVSX_OPTIONS_H
#define LVSX_OPTIONS_H

#include "core/reason.h"

struct sk_buff;

/* A header as it came. */
struct lvsx_options {
	u8 head[60];
};

enum lvsx_options_verdict {
	LVSX_OPTIONS_GOOD,
	LVSX_OPTIONS_HOST,	/* a source route leads on: not ours; the skb is as it was */
	LVSX_OPTIONS_BAD,
};

/* What the host would do about an skb at PRE_ROUTING. @reason: if bad. Softirq, RCU. */
enum lvsx_options_verdict lvsx_options_take(struct sk_buff *skb, struct lvsx_options *was,
					    enum lvsx_reason *reason);

/* An answer, translated: this host is entered as its client knows it, by the VIP. */
void lvsx_options_answer(struct sk_buff *skb);

/* It goes to the host after all, which will look for itself. */
void lvsx_options_put_back(struct sk_buff *skb, const struct lvsx_options *was);

#endif
