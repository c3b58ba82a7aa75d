/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Notifying peers of a connection that no longer exists, as a host would. At most one small packet
 * to the sender of one that came, at a limited rate per CPU, and only to sources that the host
 * itself would accept a packet from. Softirq or softirqs off, RCU.
 */
#ifndef LVSX_NOTIFY_H
#define LVSX_NOTIFY_H

#include "core/pkt/packet.h"
#include "netns/cpu.h"

/*
 * Drop a TCP packet that belongs to no flow, and answer it with an RST as a host would. @local: a
 * local address of its service; 0: it has none.
 */
int lvsx_notify_no_flow(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt, __be32 local);

/*
 * Reset the real server of a connection that stock IPVS had: send it an RST in the place of @pkt,
 * whose tuple there is @seen, and a probe, as it may have received more, or less. To be called
 * after lvsx_notify_no_flow() has answered @pkt.
 */
void lvsx_notify_real(struct lvsx_net *ln, const struct lvsx_pkt *pkt,
		      const struct lvsx_tuple *seen);

/* Refuse a first packet, so that its sender does not try again. */
void lvsx_notify_refused(struct lvsx_cpu *cpu, struct lvsx_pkt *pkt, __be32 local);

/*
 * Probe both ends of a TCP connection whose flow has left the table. False: neither could be
 * probed. @cpu: the owner.
 */
bool lvsx_notify_ends(struct lvsx_cpu *cpu, const struct lvsx_half *fwd,
		      const struct lvsx_half *rev);

/* Does the limit allow it now? */
bool lvsx_notify_may(struct lvsx_cpu *cpu);

#endif
