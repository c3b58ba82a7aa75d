/* SPDX-License-Identifier: GPL-2.0-only */
/* Options of a TCP header, all of which parse.c has made readable. */
#ifndef LVSX_TCPOPT_H
#define LVSX_TCPOPT_H

#include "wire.h"

/**
 * lvsx_tcpopt_timestamp() - the sender's timestamp (RFC 7323 §3.2, TSval)
 * @tcp: the header
 * @value: set to the timestamp, host order
 *
 * Return: false if there is none, or the options are malformed.
 */
bool lvsx_tcpopt_timestamp(const struct lvsx_tcp *tcp, u32 *value);

/**
 * lvsx_tcpopt_echo() - the peer's timestamp that the sender echoes (TSecr)
 * @tcp: the header
 * @value: set to the timestamp, host order
 *
 * Return: false if there is none, or the options are malformed.
 */
bool lvsx_tcpopt_echo(const struct lvsx_tcp *tcp, u32 *value);

#endif
