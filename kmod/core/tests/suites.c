// SPDX-License-Identifier: GPL-2.0-only
/* The list of suites: of the module lvsx_test, and of the program that selftests/unit builds. */
#include "suites.h"

kunit_test_suites(&lvsx_tuple_suite, &lvsx_csum_suite, &lvsx_parse_suite, &lvsx_track_suite,
		  &lvsx_xlate_suite, &lvsx_golden_suite, &lvsx_path_suite, &lvsx_gone_suite,
		  &lvsx_fastpath_suite, &lvsx_burst_suite, &lvsx_arena_suite, &lvsx_flow_suite,
		  &lvsx_expire_suite, &lvsx_ports_suite, &lvsx_portmap_suite, &lvsx_rxqueue_suite,
		  &lvsx_segment_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit suites of lvsx");
