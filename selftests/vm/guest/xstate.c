// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preloaded into a user-mode kernel by `run`. Such a kernel of 6.1 keeps 2696 bytes of a process's
 * extended registers, which is all that AVX-512 needs; a host whose CPUs have more (AMX: 11008) only takes
 * all of them at once, and the guest's init would die by the first context switch. What the kernel does
 * not keep is left as the process has it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

#define LARGEST 65536

typedef long ptrace_function(int request, pid_t pid, void *addr, void *data);

/* One thread does all of it. */
static long set_part(ptrace_function *real, pid_t pid, const struct iovec *part)
{
	static char all[LARGEST];
	struct iovec iov = { .iov_base = all, .iov_len = sizeof(all) };

	if (real(PTRACE_GETREGSET, pid, (void *)NT_X86_XSTATE, &iov))
		return -1;
	if (iov.iov_len < part->iov_len) {
		errno = EFAULT;
		return -1;
	}
	memcpy(all, part->iov_base, part->iov_len);
	return real(PTRACE_SETREGSET, pid, (void *)NT_X86_XSTATE, &iov);
}

long ptrace(enum __ptrace_request request, ...)
{
	static ptrace_function *real;
	va_list args;
	pid_t pid;
	void *addr, *data;
	long ret;

	if (!real)
		real = (ptrace_function *)dlsym(RTLD_NEXT, "ptrace");
	va_start(args, request);
	pid = va_arg(args, pid_t);
	addr = va_arg(args, void *);
	data = va_arg(args, void *);
	va_end(args);
	ret = real(request, pid, addr, data);
	if (ret == -1 && errno == EFAULT && request == PTRACE_SETREGSET && addr == (void *)NT_X86_XSTATE)
		return set_part(real, pid, data);
	return ret;
}
