/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a network card says of its receive-side scaling, as `ethtool -x` shows it. Process context,
 * under rtnl.
 */
#ifndef LVSX_NIC_H
#define LVSX_NIC_H

#include <linux/netdevice.h>
#include "core/port/portmap.h"

struct lvsx_nic {
	u32 indir_size;
	u16 indir[LVSX_PORT_CLASSES];	/* entry → queue */
	u8 key[LVSX_RSS_KEY_LEN];
	bool tcp, udp;			/* ports are hashed, too */
};

/*
 * The card below @dev (a VLAN, a bond, a bridge, the card itself) that a packet of the poll context
 * @napi (0: not known) came from. NULL: there is none that tells its hash, or several, and it is
 * not known which.
 */
struct net_device *lvsx_nic_below(struct net_device *dev, u32 napi);

/* NULL: @nic is set. Else why not: the end of a sentence. */
const char *lvsx_nic_read(struct net_device *dev, struct lvsx_nic *nic);

#endif
