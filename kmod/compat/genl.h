/* SPDX-License-Identifier: GPL-2.0-only */
/* What a generic netlink family's pre_doit() is handed as its operation (probed). */
#ifndef LVSX_COMPAT_GENL_H
#define LVSX_COMPAT_GENL_H

#include <net/genetlink.h>

#ifdef LVSX_HAVE_GENL_SPLIT_OPS
#define LVSX_GENL_OPS genl_split_ops
#else
#define LVSX_GENL_OPS genl_ops
#endif

#endif
