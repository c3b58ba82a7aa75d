/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that the core asks of a world, on one page.
 *
 * The core is plain C that runs in the kernel module, in the DPDK program and in unit tests. It
 * takes no lock, allocates nothing, reads no clock and draws no random number: time, CPU and keys
 * come in with the packet (packet.h), memory is given to it in blocks (arena.h). The primitives in
 * the first half come from the kernel's headers or from the lines below; the functions in the
 * second half are written once by each world and bound by the linker.
 */
#ifndef LVSX_ENV_H
#define LVSX_ENV_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/build_bug.h>
#include <linux/prefetch.h>
#include <linux/string.h>
#include <linux/atomic.h>
#include <asm/barrier.h>
#include <asm/byteorder.h>
#define LVSX_LINE_ALIGNED __aligned(64)
#else
#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <endian.h>
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))
#ifndef likely
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#endif
#define prefetch(p) __builtin_prefetch(p)
#define prefetchw(p) __builtin_prefetch(p, 1)
#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v) __atomic_store_n(&(x), v, __ATOMIC_RELAXED)
#define data_race(x) (x)	/* for the kernel's sanitizer only */
#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define try_cmpxchg(p, old, new_) \
	__atomic_compare_exchange_n(p, old, new_, false, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)
#define htons(x) htobe16(x)
#define ntohs(x) be16toh(x)
#define htonl(x) htobe32(x)
#define ntohl(x) be32toh(x)
#ifndef __cplusplus
#define static_assert _Static_assert
#endif
#define LVSX_LINE_ALIGNED __attribute__((aligned(64)))
#define __force
#endif

/* Off the road that most packets take. */
#define LVSX_COLD __attribute__((__noinline__))

/*
 * A variable that is filled field by field: many kernels (INIT_STACK_ALL_ZERO) set all of the stack
 * to zero otherwise, for every packet.
 */
#if __has_attribute(__uninitialized__)
#define LVSX_UNINIT __attribute__((__uninitialized__))
#else
#define LVSX_UNINIT
#endif

/* Change bits of a byte that several CPUs write; returns the byte as it was. A full barrier. */
static inline u8 lvsx_bits(u8 *byte, u8 clear, u8 set)
{
	u8 old = READ_ONCE(*byte);

	while (!try_cmpxchg(byte, &old, (u8)((old & ~clear) | set)))
		;
	return old;
}

/*
 * Compiled once for each width of vectors; the CPU that runs it chooses, before a thread sanitizer
 * is ready for it.
 */
#if !defined(__KERNEL__) && defined(__x86_64__) && defined(__GLIBC__) && \
	!defined(__clang__) && !defined(__SANITIZE_THREAD__)
#define LVSX_WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define LVSX_WIDE
#endif

struct lvsx_pkt;
struct lvsx_table;
struct lvsx_half;
struct lvsx_admit;
struct lvsx_rss;

/*
 * The functions of a world. All are called from lvsx_path() and its steps: in the kernel that is
 * softirq, inside an RCU read section, on pkt->cpu.
 */

/* Make the first @len bytes of the packet readable in one piece; updates pkt->data and pkt->len. */
bool lvsx_env_pull(struct lvsx_pkt *pkt, u32 len);

/* Make the first @len bytes (already pulled) writable; may move pkt->data. */
bool lvsx_env_writable(struct lvsx_pkt *pkt, u32 len);

/* Is the destination address a VIP or a local address that lvsx answers for? Ports play no part. */
bool lvsx_env_ours(const struct lvsx_pkt *pkt);

/* Look for the packet's flow in the tables of other CPUs. Read-only. */
struct lvsx_half *lvsx_env_find_remote(struct lvsx_pkt *pkt, struct lvsx_table **owner);

/* The table of @cpu for packets like this one; NULL: it has none. */
const struct lvsx_table *lvsx_env_table(const struct lvsx_pkt *pkt, u16 cpu);

/* The class table that is in force now. */
const struct lvsx_rss *lvsx_env_rss(const struct lvsx_pkt *pkt);

/*
 * A first packet. May lvsx serve it, and with which real server? LVSX_NEXT: yes, @adm is filled and
 * holds one use of the real server, handed back by lvsx_env_flow_gone(); without a shadow it counts
 * as active there, if @adm->state does. Any other verdict ends the road, its reason counted.
 */
int lvsx_env_admit(struct lvsx_pkt *pkt, struct lvsx_admit *adm);

/* Does the checksum of an ICMP error hold? */
bool lvsx_env_icmp_sum(struct lvsx_pkt *pkt);

/* Would the host take this packet's source? Asked about ICMP errors that have a flow. */
bool lvsx_env_source(struct lvsx_pkt *pkt);

/* No port was free at this candidate for the local address, adm->local[which]. */
void lvsx_env_conflict(const struct lvsx_admit *adm, u32 which);

/* The flow of this forward half began or ceased to count as active at its real server. Any CPU. */
void lvsx_env_active(struct lvsx_table *t, struct lvsx_half *fwd, bool active);

/* A flow with a shadow has a new state: show it there. Any CPU; even after lvsx_env_flow_gone(). */
void lvsx_env_shadow(struct lvsx_table *t, struct lvsx_half *fwd);

/* A flow has left the table: release its real server and its cached next hops. */
void lvsx_env_flow_gone(struct lvsx_table *t, struct lvsx_half *fwd, struct lvsx_half *rev);

/*
 * An open TCP connection was idle for too long: its flow has left the table, and its two ends may
 * be told. Owner's CPU.
 */
void lvsx_env_idled(struct lvsx_table *t, const struct lvsx_half *fwd, const struct lvsx_half *rev);

/* The first packet did not become a flow after all: hand the real server back. */
void lvsx_env_unadmit(struct lvsx_pkt *pkt, const struct lvsx_admit *adm);

/* Does IPVS want a SYN of this open flow to get another real server? */
bool lvsx_env_leaves(const struct lvsx_pkt *pkt, const struct lvsx_half *half);

/*
 * Ready the way out for pkt->half: a next hop, checked against the size and the TTL of the packet,
 * which is still untranslated. LVSX_NEXT, or LVSX_DROP with the reason counted: TOO_BIG, TTL (the
 * sender has been told by ICMP), NO_ROUTE, POLICY, LRO, REAL_GONE, or FLOW_NODEST (the caller ends
 * the flow).
 */
int lvsx_env_route(struct lvsx_pkt *pkt);

#endif
