/* SPDX-License-Identifier: GPL-2.0-only */
/* GSO moved to a header of its own in 6.5; before, linux/skbuff.h and linux/netdevice.h have it. */
#ifndef LVSX_COMPAT_NET_GSO_H
#define LVSX_COMPAT_NET_GSO_H

#if __has_include_next(<net/gso.h>)
#include_next <net/gso.h>
#else
#include <linux/skbuff.h>
#include <linux/netdevice.h>
#endif

#endif
