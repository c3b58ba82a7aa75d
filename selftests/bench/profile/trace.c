// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU plugin: writes down each access to memory that a CPU makes between the two marks of
 * selftests/bench/inject/frame.h, to out=FILE; sharing.py reads it. Any number of CPUs, one thread of
 * the emulator. For the plugin interface of QEMU 7.2, whose header Debian does not ship.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t plugin_id;
typedef uint32_t mem_info;
enum { NO_REGISTERS };			/* of enum qemu_plugin_cb_flags */
enum { READS_AND_WRITES = 3 };		/* of enum qemu_plugin_mem_rw */

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
					   void (*cb)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  void (*cb)(unsigned int, void *), int flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*cb)(unsigned int, void *), int flags,
					    void *data);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn,
				      void (*cb)(unsigned int, mem_info, uint64_t, void *),
				      int flags, int rw, void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*cb)(plugin_id, void *), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
unsigned int qemu_plugin_mem_size_shift(mem_info info);
bool qemu_plugin_mem_is_store(mem_info info);
int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

int qemu_plugin_version = 1;

/* What a record tells. */
enum kind { LOAD, STORE, LOCKED_LOAD, LOCKED_STORE, BEGIN, END, INTERRUPTED };

struct record {
	uint64_t address;
	uint32_t insns;		/* that the CPU had executed since its mark, to a block's length */
	uint8_t cpu, kind, size, unused;
};

#define CPUS 64
static struct {
	bool tracing;
	uint32_t insns;
} cpus[CPUS];
static FILE *out;

static void put(unsigned int cpu, enum kind kind, uint64_t address, unsigned int size)
{
	struct record r = { address, cpus[cpu].insns, (uint8_t)cpu, (uint8_t)kind, (uint8_t)size, 0 };

	if (fwrite(&r, sizeof(r), 1, out) != 1) {
		perror("trace");
		exit(1);
	}
}

static void begin(unsigned int cpu, void *data)
{
	(void)data;
	cpus[cpu].tracing = true;
	cpus[cpu].insns = 0;
	put(cpu, BEGIN, 0, 0);
}

static void end(unsigned int cpu, void *data)
{
	(void)data;
	if (cpus[cpu].tracing)
		put(cpu, END, 0, 0);
	cpus[cpu].tracing = false;
}

static void returned(unsigned int cpu, void *data)
{
	(void)data;
	if (cpus[cpu].tracing)
		put(cpu, INTERRUPTED, 0, 0);
}

static void executed(unsigned int cpu, void *data)
{
	cpus[cpu].insns += (uint32_t)(uintptr_t)data;
}

static void accessed(unsigned int cpu, mem_info info, uint64_t address, void *locked)
{
	enum kind kind = qemu_plugin_mem_is_store(info) ? STORE : LOAD;

	if (cpus[cpu].tracing)
		put(cpu, locked ? kind + LOCKED_LOAD : kind, address,
		    1u << qemu_plugin_mem_size_shift(info));
}

static bool is_mark(const unsigned char *code, size_t size, unsigned char which)
{
	return size == 3 && code[0] == 0x66 && code[1] == 0x87 && code[2] == which;
}

/* LOCK, or XCHG with memory. */
static bool is_locked(const unsigned char *code, size_t size)
{
	if (size > 2 && code[0] == 0xf0)
		return true;
	if (size > 2 && (code[0] & 0xf0) == 0x40) {
		code++;
		size--;
	}
	return size > 1 && (code[0] == 0x86 || code[0] == 0x87) && code[1] < 0xc0;
}

/* The end of an interrupt's handler. */
static bool is_iret(const unsigned char *code, size_t size)
{
	return size == 2 && code[0] == 0x48 && code[1] == 0xcf;
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	if (!(qemu_plugin_tb_vaddr(tb) >> 63))	/* user space */
		return;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, executed, NO_REGISTERS, (void *)(uintptr_t)n);
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const unsigned char *code = qemu_plugin_insn_data(insn);
		size_t size = qemu_plugin_insn_size(insn);

		if (is_mark(code, size, 0xdb))	/* xchg %bx,%bx */
			qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, NO_REGISTERS, NULL);
		else if (is_mark(code, size, 0xc9))	/* xchg %cx,%cx */
			qemu_plugin_register_vcpu_insn_exec_cb(insn, end, NO_REGISTERS, NULL);
		else if (is_iret(code, size))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, returned, NO_REGISTERS, NULL);
		qemu_plugin_register_vcpu_mem_cb(insn, accessed, NO_REGISTERS, READS_AND_WRITES,
						 is_locked(code, size) ? &cpus : NULL);
	}
}

static void finish(plugin_id id, void *data)
{
	(void)id;
	(void)data;
	if (fclose(out))
		perror("trace");
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	const char *file = "trace.out";

	(void)info;
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			file = argv[i] + 4;
	out = fopen(file, "wb");
	if (!out) {
		perror(file);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
