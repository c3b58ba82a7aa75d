/* SPDX-License-Identifier: GPL-2.0-only */
/* Since WQ_PERCPU exists (probed), a queue that wants its items on a named CPU has to say so. */
#ifndef LVSX_COMPAT_WORKQUEUE_H
#define LVSX_COMPAT_WORKQUEUE_H

#include <linux/workqueue.h>

#ifdef LVSX_HAVE_WQ_PERCPU
#define LVSX_WQ_PERCPU WQ_PERCPU
#else
#define LVSX_WQ_PERCPU 0
#endif

#endif
