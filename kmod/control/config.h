/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All changes of a namespace's configuration, under ln->mutex. Each call does all that it is asked
 * for, or nothing and says why in one sentence (extack). Process context.
 */
#ifndef LVSX_CONFIG_H
#define LVSX_CONFIG_H

#include "netns/net.h"

struct netlink_ext_ack;

/* Local addresses @first … @last (IPv4) of a service, or, @key NULL, of the default pool. */
int lvsx_control_local_add(struct lvsx_net *ln, const struct lvsx_service_key *key, __be32 first,
			   __be32 last, struct netlink_ext_ack *extack);
int lvsx_control_local_del(struct lvsx_net *ln, const struct lvsx_service_key *key, __be32 first,
			   __be32 last, struct netlink_ext_ack *extack);

/*
 * Mark a service as FullNAT, or remove the mark. @now: stock IPVS's connections of it are taken
 * over, or ended.
 */
int lvsx_control_service_set(struct lvsx_net *ln, const struct lvsx_service_key *key, bool fullnat,
			     bool now, struct netlink_ext_ack *extack);

/* How long flows that are made from now on may idle once established; 0: as IPVS says. */
int lvsx_control_service_timeout(struct lvsx_net *ln, const struct lvsx_service_key *key,
				 u32 seconds, struct netlink_ext_ack *extack);

/* Refuse new connections of this service, or, @key NULL, of all; or accept them again. */
int lvsx_control_drain(struct lvsx_net *ln, const struct lvsx_service_key *key, bool on,
		       struct netlink_ext_ack *extack);

/* Forget mark, timeout, local addresses and access lists. */
int lvsx_control_service_del(struct lvsx_net *ln, const struct lvsx_service_key *key,
			     struct netlink_ext_ack *extack);

/* Zero the counters, and the conflicts of local addresses. */
void lvsx_control_zero(struct lvsx_net *ln);

/* Every masquerading service is FullNAT, with the default pool; or not so any more. */
int lvsx_control_default_on(struct lvsx_net *ln, bool on, struct netlink_ext_ack *extack);

/* Follow IPVS's changes, see sync.c. Once a tick. */
void lvsx_control_follow(struct lvsx_net *ln);

#endif
