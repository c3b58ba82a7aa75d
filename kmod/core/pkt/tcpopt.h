/* SPDX-License-Identifier: GPL-2.0-only */
/* Options of a TCP header whose whole length parse.c has made readable. */
#ifndef LVSX_TCPOPT_H
#define LVSX_TCPOPT_H

#include "wire.h"

/* The sender's timestamp (RFC 7323 §3.2, TSval). False: it carries none, or options are broken. */
bool lvsx_tcpopt_timestamp(const struct lvsx_tcp *tcp, u32 *value);

/* The latest timestamp that the sender has of its peer (TSecr). False: as above. */
bool lvsx_tcpopt_echo(const struct lvsx_tcp *tcp, u32 *value);

#endif
