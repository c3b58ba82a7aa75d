/* SPDX-License-Identifier: GPL-2.0-only */
/* Set-up and removal of each network namespace's instance. Process context. */
#ifndef LVSX_NET_H
#define LVSX_NET_H

/*
 * Before the module is removed: for a moment, end flows in all namespaces while packets still come
 * here, so that the ends of open connections can be notified. The rest ends later, unnotified.
 */
void lvsx_net_reset(void);

int lvsx_net_init(void);
void lvsx_net_exit(void);

#endif
