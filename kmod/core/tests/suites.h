/* SPDX-License-Identifier: GPL-2.0-only */
/* Every suite of this folder, each in <name>_kunit.c. */
#ifndef LVSX_TESTS_SUITES_H
#define LVSX_TESTS_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite lvsx_tuple_suite;
extern struct kunit_suite lvsx_csum_suite;
extern struct kunit_suite lvsx_parse_suite;
extern struct kunit_suite lvsx_track_suite;
extern struct kunit_suite lvsx_xlate_suite;
extern struct kunit_suite lvsx_golden_suite;
extern struct kunit_suite lvsx_path_suite;
extern struct kunit_suite lvsx_gone_suite;
extern struct kunit_suite lvsx_fastpath_suite;
extern struct kunit_suite lvsx_burst_suite;
extern struct kunit_suite lvsx_arena_suite;
extern struct kunit_suite lvsx_flow_suite;
extern struct kunit_suite lvsx_expire_suite;
extern struct kunit_suite lvsx_ports_suite;
extern struct kunit_suite lvsx_portmap_suite;
extern struct kunit_suite lvsx_rxqueue_suite;
extern struct kunit_suite lvsx_segment_suite;

#endif
