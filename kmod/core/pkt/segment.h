/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP segments of our own, without data: the RST that a host without a connection answers with, and
 * the keep-alive that asks an end whether it still has one. Pure functions; the host sends.
 */
#ifndef LVSX_SEGMENT_H
#define LVSX_SEGMENT_H

#include "packet.h"

struct lvsx_segment {
	struct lvsx_tuple tuple;	/* as it will be on the wire */
	u32 seq;
	u32 ack;
	u8 flags;
	u8 hops;		/* TTL or hop limit */
	u8 traffic;		/* type of service or traffic class */
};

#define LVSX_SEGMENT_MAX (sizeof(struct lvsx_ip6) + sizeof(struct lvsx_tcp))

/*
 * What a host answers to @pkt, a TCP segment without a connection (RFC 9293 §3.5.2). False:
 * nothing, for it is an RST. @traffic and @hops are left to the caller.
 */
bool lvsx_segment_reset(struct lvsx_segment *s, const struct lvsx_pkt *pkt);

/*
 * RST to the receiver of @pkt, who takes it for @seen, as if @pkt had been one. It is taken if the
 * receiver has heard all up to @pkt, and nothing of it (RFC 5961).
 */
void lvsx_segment_abort(struct lvsx_segment *s, const struct lvsx_pkt *pkt,
			const struct lvsx_tuple *seen);

/*
 * A keep-alive (RFC 9293 §3.8.4) to the receiver of @wire, as if from the other end of its
 * connection. A host that still has the connection says how far it has come; the sequence number
 * need only be an old one for that (RFC 9293 §3.10.7.4). One that has not sends an RST, and one
 * that has a younger connection of the same ports is not harmed.
 */
void lvsx_segment_probe(struct lvsx_segment *s, const struct lvsx_tuple *wire, u32 seq, u32 ack);

/* Its bytes, checksums included. @out: LVSX_SEGMENT_MAX bytes. Returns how many they are. */
u32 lvsx_segment_write(const struct lvsx_segment *s, u8 *out);

#endif
