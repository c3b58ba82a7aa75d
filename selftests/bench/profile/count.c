// SPDX-License-Identifier: GPL-2.0-only
/*
 * QEMU plugin: counts how often each block of kernel code was executed between the two marks of the
 * injector (selftests/bench/inject), and how many instructions and atomics each block has. At the
 * emulator's end it writes a line a block, "ADDRESS INSTRUCTIONS ATOMICS TIMES", to out=FILE.
 *
 * Since only what is between the marks counts, one run is enough; boot, idle and other processes
 * are not in it. One CPU only. For the plugin interface of QEMU 7.2, whose header Debian does not
 * ship.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint64_t plugin_id;
enum { ADD_U64 };	/* of enum qemu_plugin_op */
enum { NO_REGISTERS };	/* of enum qemu_plugin_cb_flags */

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
					   void (*cb)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op, void *ptr,
					      uint64_t imm);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*cb)(unsigned int, void *), int flags,
					    void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*cb)(plugin_id, void *), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);

int qemu_plugin_version = 1;

/* Code may be translated more than once; the same address with the same length is one block. */
struct block {
	struct block *next, *chain;	/* of all blocks; of those with the same hash */
	uint64_t address, insns, atomics;
	uint64_t executed;	/* since boot; the emulator adds to it */
	uint64_t at_begin;	/* what it was at the last first mark */
	uint64_t counted;	/* between marks */
};

#define HASH 65536
static struct block *hashed[HASH], *blocks;
static bool counting;
static const char *file = "profile.out";

static void begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	for (struct block *b = blocks; b; b = b->next)
		b->at_begin = b->executed;
	counting = true;
}

static void end(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	if (!counting)
		return;
	for (struct block *b = blocks; b; b = b->next)
		b->counted += b->executed - b->at_begin;
	counting = false;
}

static bool is_mark(const unsigned char *code, size_t size, unsigned char which)
{
	return size == 3 && code[0] == 0x66 && code[1] == 0x87 && code[2] == which;
}

/*
 * LOCK, also as 3e, which the kernel puts in its place when there is one CPU (3e ff and 3e 70-7f
 * are jumps), or XCHG with memory.
 */
static bool is_atomic(const unsigned char *code, size_t size)
{
	if (size > 2 && (code[0] == 0xf0 || code[0] == 0x3e))
		return code[1] != 0xff && (code[1] & 0xf0) != 0x70;
	if (size > 2 && (code[0] & 0xf0) == 0x40) {
		code++;
		size--;
	}
	return size > 1 && (code[0] == 0x86 || code[0] == 0x87) && code[1] < 0xc0;
}

static struct block *find(uint64_t address, uint64_t insns, bool *made)
{
	struct block **head = &hashed[(address ^ address >> 16) % HASH], *b;

	for (b = *head; b; b = b->chain)
		if (b->address == address && b->insns == insns)
			break;
	*made = !b;
	if (b)
		return b;
	b = calloc(1, sizeof(*b));
	if (!b) {
		fprintf(stderr, "profile: out of memory\n");
		exit(1);
	}
	b->address = address;
	b->insns = insns;
	b->chain = *head;
	b->next = blocks;
	return *head = blocks = b;
}

static void translated(plugin_id id, struct qemu_plugin_tb *tb)
{
	uint64_t address = qemu_plugin_tb_vaddr(tb);
	size_t n = qemu_plugin_tb_n_insns(tb);
	struct block *b;
	bool made;

	(void)id;
	if (!(address >> 63))	/* user space */
		return;
	b = find(address, n, &made);
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		const unsigned char *code = qemu_plugin_insn_data(insn);
		size_t size = qemu_plugin_insn_size(insn);

		if (is_mark(code, size, 0xdb))	/* xchg %bx,%bx */
			qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, NO_REGISTERS, NULL);
		if (is_mark(code, size, 0xc9))	/* xchg %cx,%cx */
			qemu_plugin_register_vcpu_insn_exec_cb(insn, end, NO_REGISTERS, NULL);
		if (made)
			b->atomics += is_atomic(code, size);
	}
	qemu_plugin_register_vcpu_tb_exec_inline(tb, ADD_U64, &b->executed, 1);
}

static void finish(plugin_id id, void *data)
{
	FILE *out = fopen(file, "w");

	(void)id;
	(void)data;
	if (!out) {
		perror(file);
		return;
	}
	for (struct block *b = blocks; b; b = b->next)
		if (b->counted)
			fprintf(out, "%" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
				b->address, b->insns, b->atomics, b->counted);
	fclose(out);
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		if (!strncmp(argv[i], "out=", 4))
			file = strdup(argv[i] + 4);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finish, NULL);
	return 0;
}
