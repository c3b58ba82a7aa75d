/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KUnit where there is none. In a kernel with CONFIG_KUNIT this is the real header; in any other
 * kernel, and in a program, it is the subset of KUnit that the suites use, run by compat/kunit.c
 * when the module is loaded or the program is started. Results are KTAP in all three.
 */
#ifndef LVSX_COMPAT_KUNIT_TEST_H
#define LVSX_COMPAT_KUNIT_TEST_H

#if defined(CONFIG_KUNIT) || defined(CONFIG_KUNIT_MODULE)
#include_next <kunit/test.h>

#ifndef KUNIT_EXPECT_MEMEQ	/* since 6.2 */
#define KUNIT_EXPECT_MEMEQ(test, left, right, size) \
	KUNIT_EXPECT_EQ(test, memcmp(left, right, size), 0)
#endif

#else
#define LVSX_COMPAT_KUNIT

#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#else
#include <stddef.h>
#include <stdbool.h>
#include <string.h>
typedef unsigned int gfp_t;
#define GFP_KERNEL 0
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MODULE_LICENSE(text)
#define MODULE_DESCRIPTION(text)
#endif

struct kunit_memory;

struct kunit {
	void *priv;
	const char *name;
	bool failed;
	char skip[128];			/* reason, empty: not skipped */
	struct kunit_memory *memory;	/* freed when the case ends */
	void *context;			/* of compat/kunit.c */
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
};

struct kunit_suite {
	const char name[64];
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};

/* All suites of the module or program, in one list; NULL ends it. */
extern struct kunit_suite * const kunit_suite_list[];

#define KUNIT_CASE(fn) { .run_case = fn, .name = #fn }

int kunit_run_all(const char * const *only, int nr_only);

#ifdef __KERNEL__
#define kunit_test_suites(...)							\
	struct kunit_suite * const kunit_suite_list[] = { __VA_ARGS__, NULL };	\
	static int __init kunit_load(void)					\
	{									\
		return kunit_run_all(NULL, 0);					\
	}									\
	module_init(kunit_load);						\
	static void __exit kunit_unload(void)					\
	{									\
	}									\
	module_exit(kunit_unload)
#else
#define kunit_test_suites(...)							\
	struct kunit_suite * const kunit_suite_list[] = { __VA_ARGS__, NULL }
#endif

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp);
void kunit_kfree(struct kunit *test, const void *memory);

__attribute__((__format__(__printf__, 2, 3)))
void kunit_info(struct kunit *test, const char *format, ...);

/* Ends the case. */
__attribute__((__format__(__printf__, 2, 3), __noreturn__))
void kunit_skip(struct kunit *test, const char *format, ...);

/* Counts and tells a failure; ends the case when it was an assertion. */
__attribute__((__format__(__printf__, 5, 6)))
void kunit_fail(struct kunit *test, bool assertion, const char *file, int line,
		const char *format, ...);

#define KUNIT_CHECK(test, assertion, ok, format, ...)					\
	do {										\
		if (!(ok))								\
			kunit_fail(test, assertion, __FILE__, __LINE__, format, ##__VA_ARGS__);	\
	} while (0)

/* Expressions are told as arguments: they may contain a %. */
#define KUNIT_BINARY(test, assertion, left, op, right, format, ...)			\
	do {										\
		__typeof__(left) left_ = (left);					\
		__typeof__(right) right_ = (right);					\
		KUNIT_CHECK(test, assertion, left_ op right_,				\
			    "Expected %s %s %s, but %lld, %lld. " format, #left, #op, #right, \
			    (long long)left_, (long long)right_, ##__VA_ARGS__);	\
	} while (0)

#define KUNIT_POINTERS(test, assertion, left, op, right)				\
	do {										\
		const void *left_ = (left);						\
		const void *right_ = (right);						\
		KUNIT_CHECK(test, assertion, left_ op right_,				\
			    "Expected %s %s %s, but %p, %p", #left, #op, #right, left_, right_); \
	} while (0)

#define KUNIT_BOOL(test, assertion, is, want, format, ...)				\
	KUNIT_CHECK(test, assertion, (want) == (bool)(is),				\
		    "Expected %s to be %s. " format, #is, (want) ? "true" : "false", ##__VA_ARGS__)

#define KUNIT_FAIL(test, format, ...) KUNIT_CHECK(test, false, false, format, ##__VA_ARGS__)

#define KUNIT_EXPECT_EQ(test, left, right) KUNIT_BINARY(test, false, left, ==, right, "")
#define KUNIT_EXPECT_NE(test, left, right) KUNIT_BINARY(test, false, left, !=, right, "")
#define KUNIT_EXPECT_LT(test, left, right) KUNIT_BINARY(test, false, left, <, right, "")
#define KUNIT_EXPECT_LE(test, left, right) KUNIT_BINARY(test, false, left, <=, right, "")
#define KUNIT_EXPECT_GT(test, left, right) KUNIT_BINARY(test, false, left, >, right, "")
#define KUNIT_EXPECT_GE(test, left, right) KUNIT_BINARY(test, false, left, >=, right, "")
#define KUNIT_EXPECT_TRUE(test, is) \
	KUNIT_BOOL(test, false, is, true, "")
#define KUNIT_EXPECT_FALSE(test, is) \
	KUNIT_BOOL(test, false, is, false, "")
#define KUNIT_EXPECT_NULL(test, p) KUNIT_POINTERS(test, false, p, ==, NULL)
#define KUNIT_EXPECT_NOT_NULL(test, p) KUNIT_POINTERS(test, false, p, !=, NULL)
#define KUNIT_EXPECT_PTR_EQ(test, left, right) KUNIT_POINTERS(test, false, left, ==, right)
#define KUNIT_EXPECT_PTR_NE(test, left, right) KUNIT_POINTERS(test, false, left, !=, right)
#define KUNIT_EXPECT_STREQ(test, left, right) \
	KUNIT_CHECK(test, false, !strcmp(left, right), "Expected \"%s\", but \"%s\"", right, left)
#define KUNIT_EXPECT_MEMEQ(test, left, right, size) \
	KUNIT_CHECK(test, false, !memcmp(left, right, size),				\
		    "Expected %s to equal %s", #left, #right)

#define KUNIT_EXPECT_EQ_MSG(test, left, right, format, ...) \
	KUNIT_BINARY(test, false, left, ==, right, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_TRUE_MSG(test, is, format, ...) \
	KUNIT_BOOL(test, false, is, true, format, ##__VA_ARGS__)
#define KUNIT_EXPECT_FALSE_MSG(test, is, format, ...) \
	KUNIT_BOOL(test, false, is, false, format, ##__VA_ARGS__)

#define KUNIT_ASSERT_EQ(test, left, right) KUNIT_BINARY(test, true, left, ==, right, "")
#define KUNIT_ASSERT_NE(test, left, right) KUNIT_BINARY(test, true, left, !=, right, "")
#define KUNIT_ASSERT_LT(test, left, right) KUNIT_BINARY(test, true, left, <, right, "")
#define KUNIT_ASSERT_LE(test, left, right) KUNIT_BINARY(test, true, left, <=, right, "")
#define KUNIT_ASSERT_GT(test, left, right) KUNIT_BINARY(test, true, left, >, right, "")
#define KUNIT_ASSERT_GE(test, left, right) KUNIT_BINARY(test, true, left, >=, right, "")
#define KUNIT_ASSERT_TRUE(test, is) \
	KUNIT_BOOL(test, true, is, true, "")
#define KUNIT_ASSERT_FALSE(test, is) \
	KUNIT_BOOL(test, true, is, false, "")
#define KUNIT_ASSERT_NULL(test, p) KUNIT_POINTERS(test, true, p, ==, NULL)
#define KUNIT_ASSERT_NOT_NULL(test, p) KUNIT_POINTERS(test, true, p, !=, NULL)
#define KUNIT_ASSERT_PTR_EQ(test, left, right) KUNIT_POINTERS(test, true, left, ==, right)
#define KUNIT_ASSERT_EQ_MSG(test, left, right, format, ...) \
	KUNIT_BINARY(test, true, left, ==, right, format, ##__VA_ARGS__)
#define KUNIT_ASSERT_TRUE_MSG(test, is, format, ...) \
	KUNIT_BOOL(test, true, is, true, format, ##__VA_ARGS__)

#endif
#endif
