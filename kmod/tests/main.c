// SPDX-License-Identifier: GPL-2.0-only
/* lvsx_ktest.ko: the suites of what needs a real kernel, with a copy of the module's objects. */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/workqueue.h>
#include "suites.h"

struct workqueue_struct *lvsx_wq;

kunit_test_suites(&lvsx_skb_suite, &lvsx_decode_suite, &lvsx_control_suite, &lvsx_access_suite,
		  &lvsx_ipvs_suite, &lvsx_scheduler_suite, &lvsx_rx_sample_suite);

MODULE_DESCRIPTION("Tests of lvsx that need a kernel");
MODULE_LICENSE("GPL");
