/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The host of the benchmark: one table full of flows that come, are looked at and expire as they
 * would in a balancer with this many, in a time of its own. One thread. What does not work ends the
 * program.
 */
#ifndef LVSX_BENCH_FLOWS_H
#define LVSX_BENCH_FLOWS_H

#include "core/path/burst.h"
#include "core/path/expire.h"

#define LIFE_MS 60000
#define REALS 256

/* Headers of a packet, in a line of their own as in a NIC's buffers. */
struct frame {
	struct lvsx_ip4 ip;
	struct lvsx_tcp tcp;
} LVSX_LINE_ALIGNED;

extern struct lvsx_table table;
extern const struct lvsx_plane plane;
extern u64 counters[LVSX_REASON_MAX];
extern u32 now;

/* Of this thread on a CPU: what else runs on the machine is not measured, except by the cache. */
double seconds(void);

void flows_start(void);
void flows_stop(void);

/*
 * Make @n flows, numbered from *@next, while @ms pass and flows age. Returns the seconds that it
 * took, without what the kernel took to find memory.
 */
double flows_pass(u32 *next, u32 n, u32 ms);

/* What flow @id's client sends, and the real server that it has. */
void flows_client(u32 id, struct lvsx_tuple *t);
__be32 flows_real(u32 id);

/* The fast path of an I/O whose packets may all leave. */

static __always_inline bool flows_ready(struct lvsx_pkt *pkt, const struct lvsx_half *half)
{
	(void)half;
	return ((const struct lvsx_ip4 *)pkt->data)->ttl > 1;
}

static __always_inline bool flows_writable(struct lvsx_pkt *pkt, u32 len)
{
	(void)pkt;
	(void)len;
	return true;
}

static __always_inline bool flows_account(struct lvsx_pkt *pkt, const struct lvsx_half *half, bool rev)
{
	(void)pkt;
	(void)half;
	(void)rev;
	return true;
}

static __always_inline void flows_send(struct lvsx_pkt *pkt, bool rev)
{
	(void)pkt;
	(void)rev;
}

static const struct lvsx_fast_io flows_io = { flows_ready, flows_writable, flows_account,
					      flows_send };

/* A packet of flow @id's client, and what the I/O would say of it. */
void flows_frame(u32 id, u8 flags, struct frame *f);
void flows_packet(struct lvsx_pkt *pkt, struct frame *f);

void die(const char *why);

#endif
