/* SPDX-License-Identifier: GPL-2.0-only */
/* Birth and death of the instance of each network namespace. Process context. */
#ifndef LVSX_NET_H
#define LVSX_NET_H

/*
 * The module is to go: for a moment, end flows in all namespaces while packets still come here,
 * so that the ends of open connections can be notified. The rest ends later, in silence.
 */
void lvsx_net_reset(void);

int lvsx_net_init(void);
void lvsx_net_exit(void);

#endif
