// SPDX-License-Identifier: GPL-2.0-only
/*
 * The runner behind include/kunit/test.h where a kernel has no KUnit, and for programs. A failed
 * assertion ends its case only: in the kernel each case is a thread of its own, in a program it is
 * left by longjmp(). The suite's exit() runs in any case.
 */
#include <kunit/test.h>

#ifdef LVSX_COMPAT_KUNIT

struct kunit_memory {
	struct kunit_memory *next;
	void *what;
};

#ifdef __KERNEL__
#include <linux/completion.h>
#include <linux/kthread.h>

#define say(format, ...) printk(KERN_INFO format, ##__VA_ARGS__)
#define get_memory(size) kzalloc(size, GFP_KERNEL)
#define put_memory(memory) kfree(memory)

struct run {
	struct kunit *test;
	void (*fn)(struct kunit *test);
	struct completion done;
};

static int run_thread(void *arg)
{
	struct run *run = arg;

	run->fn(run->test);
	kthread_complete_and_exit(&run->done, 0);
}

/* Calls @fn such that leave_case() gets out of it. */
static void run_case_body(struct kunit *test, void (*fn)(struct kunit *test))
{
	struct run run = { .test = test, .fn = fn };
	struct task_struct *task;

	init_completion(&run.done);
	test->context = &run.done;
	task = kthread_run(run_thread, &run, "kunit_case");
	if (IS_ERR(task))
		kunit_fail(test, false, __FILE__, __LINE__, "no thread: %ld", PTR_ERR(task));
	else
		wait_for_completion(&run.done);
}

static void __noreturn leave_case(struct kunit *test)
{
	kthread_complete_and_exit(test->context, 0);
}
#else
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define say(format, ...) (printf(format, ##__VA_ARGS__), fflush(stdout))
#define put_memory(memory) free(memory)

/* As kmalloc() does for powers of two, aligned to a line. */
static void *get_memory(size_t size)
{
	size_t whole = (size + 63) & ~(size_t)63;
	void *memory = aligned_alloc(64, whole);

	return memory ? memset(memory, 0, whole) : NULL;
}

static void run_case_body(struct kunit *test, void (*fn)(struct kunit *test))
{
	jmp_buf out;

	test->context = &out;
	if (!setjmp(out))
		fn(test);
}

__attribute__((__noreturn__)) static void leave_case(struct kunit *test)
{
	longjmp(*(jmp_buf *)test->context, 1);
}

int main(int argc, char **argv)
{
	return kunit_run_all((const char * const *)argv + 1, argc - 1) > 0;
}
#endif

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	struct kunit_memory *m = get_memory(sizeof(*m));

	(void)gfp;
	if (!m)
		return NULL;
	m->what = get_memory(size);
	if (!m->what) {
		put_memory(m);
		return NULL;
	}
	m->next = test->memory;
	test->memory = m;
	return m->what;
}

void kunit_kfree(struct kunit *test, const void *memory)
{
	struct kunit_memory **at;

	for (at = &test->memory; *at; at = &(*at)->next) {
		struct kunit_memory *m = *at;

		if (m->what != memory)
			continue;
		*at = m->next;
		put_memory(m->what);
		put_memory(m);
		return;
	}
}

static void free_all(struct kunit *test)
{
	while (test->memory)
		kunit_kfree(test, test->memory->what);
}

__attribute__((__format__(__printf__, 2, 0)))
static void say_formatted(const char *prefix, const char *format, va_list args)
{
	char text[256];

	vsnprintf(text, sizeof(text), format, args);
	say("    # %s: %s\n", prefix, text);
}

void kunit_info(struct kunit *test, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_formatted(test->name, format, args);
	va_end(args);
}

void kunit_skip(struct kunit *test, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(test->skip, sizeof(test->skip), format, args);
	va_end(args);
	leave_case(test);
}

void kunit_fail(struct kunit *test, bool assertion, const char *file, int line,
		const char *format, ...)
{
	const char *name = strrchr(file, '/');
	va_list args;

	test->failed = true;
	say("    # %s: %s at %s:%d\n", test->name,
	    assertion ? "ASSERTION FAILED" : "EXPECTATION FAILED", name ? name + 1 : file, line);
	va_start(args, format);
	say_formatted(test->name, format, args);
	va_end(args);
	if (assertion)
		leave_case(test);
}

struct tally {
	int passed, failed, skipped;
};

static void run_case(const struct kunit_suite *suite, const struct kunit_case *c, int nr,
		     struct tally *tally)
{
	struct kunit test = { .name = c->name };
	int err = suite->init ? suite->init(&test) : 0;

	if (err)
		kunit_fail(&test, false, __FILE__, __LINE__, "the suite's init() says %d", err);
	else
		run_case_body(&test, c->run_case);
	if (suite->exit)
		suite->exit(&test);
	free_all(&test);

	if (test.failed) {
		tally->failed++;
		say("    not ok %d %s\n", nr, c->name);
	} else if (test.skip[0]) {
		tally->skipped++;
		say("    ok %d %s # SKIP %s\n", nr, c->name, test.skip);
	} else {
		tally->passed++;
		say("    ok %d %s\n", nr, c->name);
	}
}

/* True: passed. */
static bool run_suite(const struct kunit_suite *suite, int nr, struct tally *tally)
{
	int cases = 0, failed = tally->failed, i;

	while (suite->test_cases[cases].run_case)
		cases++;
	say("    KTAP version 1\n");
	say("    # Subtest: %s\n", suite->name);
	say("    1..%d\n", cases);
	for (i = 0; i < cases; i++)
		run_case(suite, &suite->test_cases[i], i + 1, tally);
	failed = tally->failed - failed;
	say("%sok %d %s\n", failed ? "not " : "", nr, suite->name);
	return !failed;
}

static bool is_wanted(const struct kunit_suite *suite, const char * const *only, int nr_only)
{
	int i;

	for (i = 0; i < nr_only; i++)
		if (strstr(suite->name, only[i]))
			return true;
	return !nr_only;
}

/* Runs the suites whose names contain one of @only, or all. Returns how many cases failed. */
int kunit_run_all(const char * const *only, int nr_only)
{
	struct tally tally = { 0 };
	int nr = 0, i;

	for (i = 0; kunit_suite_list[i]; i++)
		nr += is_wanted(kunit_suite_list[i], only, nr_only);
	say("KTAP version 1\n");
	say("1..%d\n", nr);
	for (i = 0, nr = 0; kunit_suite_list[i]; i++)
		if (is_wanted(kunit_suite_list[i], only, nr_only))
			run_suite(kunit_suite_list[i], ++nr, &tally);
	say("# Totals: pass:%d fail:%d skip:%d total:%d\n", tally.passed, tally.failed,
	    tally.skipped, tally.passed + tally.failed + tally.skipped);
#ifdef __KERNEL__
	return 0;	/* like KUnit: a module that found failures is loaded nevertheless */
#else
	return tally.failed;
#endif
}

#endif
