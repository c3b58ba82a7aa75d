/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Notifying peers of what a host would tell them, where silence would leave them with a connection
 * that is no more. Never more than one small packet to the sender of one that came, so many a
 * second and CPU, and only to sources that the host itself would take a packet from. Softirq or
 * softirqs off, RCU.
 */
#ifndef LVSX_NOTIFY_H
#define LVSX_NOTIFY_H

#include "core/pkt/packet.h"
#include "netns/cpu.h"

/*
 * A TCP packet that belongs to no flow: drop it, and answer with RST what is to be answered.
 * @local: a local address of its service, 0: it has none.
 */
int lvsx_notify_no_flow(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt, __be32 local);

/*
 * The real server of a connection that stock IPVS had, told too: RST, as if @pkt, which it would
 * have taken for @seen, had been one; and asked, for it may have heard more already, or less. After
 * lvsx_notify_no_flow() has answered @pkt.
 */
void lvsx_notify_real(struct lvsx_net *ln, const struct lvsx_pkt *pkt,
		      const struct lvsx_tuple *seen);

/* A first packet that is not to become a flow: its sender need not try again. */
void lvsx_notify_refused(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt, __be32 local);

/*
 * The ends of a TCP connection whose flow has left the table: ask them whether they still have it.
 * False: neither could be. @cpu: the owner.
 */
bool lvsx_notify_ends(struct lvsx_cpu *cpu, const struct lvsx_half *fwd,
		      const struct lvsx_half *rev);

/* Would it be too much now? */
bool lvsx_notify_may(struct lvsx_cpu *cpu);

#endif
