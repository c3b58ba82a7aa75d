/* SPDX-License-Identifier: GPL-2.0-only */
/* Every suite of this folder, each in <name>_kunit.c. */
#ifndef LVSX_KTEST_SUITES_H
#define LVSX_KTEST_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite lvsx_skb_suite;
extern struct kunit_suite lvsx_decode_suite;
extern struct kunit_suite lvsx_control_suite;
extern struct kunit_suite lvsx_access_suite;
extern struct kunit_suite lvsx_ipvs_suite;
extern struct kunit_suite lvsx_scheduler_suite;
extern struct kunit_suite lvsx_rx_sample_suite;

#endif
