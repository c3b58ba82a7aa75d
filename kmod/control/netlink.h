/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generic netlink: decode → control → encode; no policy of its own. The language is documented
 * at the head of uapi/linux/lvsx.h. A message finds its command in netlink.c, which takes the
 * namespace's mutex for those that change something; commands and dumps are in cmd_<noun>.c, what
 * they share in decode.h, dump.h and message.h.
 */
#ifndef LVSX_NETLINK_H
#define LVSX_NETLINK_H

int lvsx_netlink_init(void);
void lvsx_netlink_exit(void);

#endif
