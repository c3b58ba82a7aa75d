/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core needs of the compiler and the CPU: types, byte order, prefetches, barriers,
 * atomics. In the kernel these come from its headers, elsewhere from the definitions below.
 *
 * The core is plain C that runs in the kernel module, in the DPDK program and in unit tests. It
 * takes no lock, allocates nothing, reads no clock and draws no random number: time, CPU and keys
 * come in with the packet (pkt/packet.h), memory is given to it in blocks (table/arena.h). What
 * else it needs of its environment is in host.h and, for each kind of frame, in pkt/io.h.
 *
 * "Owner's CPU" in a Context line means: the CPU that the table belongs to, in softirq or with
 * softirqs off. "Softirq" means: for one packet, on pkt->cpu, in the kernel inside an RCU read-side
 * critical section. A function without a Context line works on its arguments alone and may be
 * called anywhere.
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

/* Out of line: not on the path that most packets take. */
#define LVSX_COLD __attribute__((__noinline__))

/*
 * A variable whose fields are all set one by one. Many kernels (INIT_STACK_ALL_ZERO) would zero it
 * first, for every packet.
 */
#if __has_attribute(__uninitialized__)
#define LVSX_UNINIT __attribute__((__uninitialized__))
#else
#define LVSX_UNINIT
#endif

/**
 * lvsx_bits() - atomically change bits of a byte that several CPUs write
 * @byte: the byte
 * @clear: bits to clear
 * @set: bits to set
 *
 * A full barrier.
 *
 * Context: Any.
 * Return: The byte as it was before.
 */
static inline u8 lvsx_bits(u8 *byte, u8 clear, u8 set)
{
	u8 old = READ_ONCE(*byte);

	while (!try_cmpxchg(byte, &old, (u8)((old & ~clear) | set)))
		;
	return old;
}

#endif
