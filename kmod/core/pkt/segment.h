/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP segments of our own, without data: the RST of a host that has no such connection, and the
 * keep-alive that asks an end whether it still has one. Pure functions; the host sends.
 */
#ifndef LVSX_SEGMENT_H
#define LVSX_SEGMENT_H

#include "packet.h"

/**
 * struct lvsx_segment - a TCP segment to be written
 * @tuple: as it will be on the wire
 * @seq: sequence number, host order
 * @ack: acknowledgment number, host order
 * @flags: enum lvsx_tcp_flag
 * @hops: TTL or hop limit
 * @traffic: type of service or traffic class
 */
struct lvsx_segment {
	struct lvsx_tuple tuple;
	u32 seq;
	u32 ack;
	u8 flags;
	u8 hops;
	u8 traffic;
};

#define LVSX_SEGMENT_MAX (sizeof(struct lvsx_ip6) + sizeof(struct lvsx_tcp))

/**
 * lvsx_segment_reset() - the RST that answers a segment without a connection (RFC 9293 §3.5.2)
 * @s: the answer; @traffic and @hops are left to the caller
 * @pkt: the packet, parsed TCP
 *
 * Return: false if there is none, as @pkt is an RST itself.
 */
bool lvsx_segment_reset(struct lvsx_segment *s, const struct lvsx_pkt *pkt);

/**
 * lvsx_segment_abort() - an RST to the receiver of a packet, in the packet's place
 * @s: the RST
 * @pkt: the packet, parsed TCP
 * @seen: its tuple as the receiver would have seen it
 *
 * The receiver accepts it (RFC 5961) if it has received all data before @pkt and none of it.
 */
void lvsx_segment_abort(struct lvsx_segment *s, const struct lvsx_pkt *pkt,
			const struct lvsx_tuple *seen);

/**
 * lvsx_segment_probe() - a keep-alive (RFC 9293 §3.8.4), as if from the other end
 * @s: the keep-alive
 * @wire: the tuple that it is sent with
 * @seq: a sequence number that its apparent sender has used
 * @ack: one that its receiver has used
 *
 * A host that still has the connection acknowledges how far it has come; for that any old sequence
 * number will do (RFC 9293 §3.10.7.4). One that has not answers with an RST. One that has a newer
 * connection with the same ports comes to no harm.
 */
void lvsx_segment_probe(struct lvsx_segment *s, const struct lvsx_tuple *wire, u32 seq, u32 ack);

/**
 * lvsx_segment_write() - write a segment as an IP packet, checksums included
 * @s: the segment
 * @out: room for LVSX_SEGMENT_MAX bytes
 *
 * Return: The number of bytes written.
 */
u32 lvsx_segment_write(const struct lvsx_segment *s, u8 *out);

#endif
