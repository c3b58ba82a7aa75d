/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets from a description, with all checksums computed from scratch. */
#ifndef LVSX_TESTS_MAKE_H
#define LVSX_TESTS_MAKE_H

#include "core/pkt/packet.h"

struct make {
	u8 family;
	u8 proto;
	const __be32 *saddr;
	const __be32 *daddr;
	u16 sport;		/* host order, as the rest */
	u16 dport;
	u8 tcp_flags;
	u8 hops;		/* 0: 64 */
	u32 seq;
	u32 ack;		/* 0: any number */
	bool stamped;		/* TCP with @timestamp and @echo */
	u32 timestamp;
	u32 echo;
	u32 payload;		/* bytes, an arbitrary pattern */
	bool partial;		/* checksum as LVSX_PKT_PARTIAL has it */
};

/* Returns the size of the packet; @bytes must have room for headers of 92 bytes and the payload. */
u32 make_packet(u8 *bytes, const struct make *m);

/*
 * The ICMP error that a host at @from sends to @quoted's sender, with the first @quote bytes of it.
 * Returns its size.
 */
u32 make_error(u8 *bytes, const struct make *quoted, u32 quote, const __be32 *from);

#endif
