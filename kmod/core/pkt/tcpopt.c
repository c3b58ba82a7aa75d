// SPDX-License-Identifier: GPL-2.0-only
/* Walking the options of a TCP header, see tcpopt.h. */
#include "tcpopt.h"

enum {
	OPT_END = 0,
	OPT_NOP = 1,
	OPT_TIMESTAMP = 8,
	TIMESTAMP_LEN = 10,
};

struct tcpopt_option {
	u8 kind;
	u8 len;
	__be32 value;
	__be32 echo;
} LVSX_PACKED;

static const struct tcpopt_option *tcpopt_find_timestamp(const struct lvsx_tcp *tcp)
{
	const u8 *at = (const u8 *)(tcp + 1), *end = (const u8 *)tcp + (tcp->doff >> 4) * 4;

	while (end - at >= 2) {
		const struct tcpopt_option *opt = (const struct tcpopt_option *)at;

		if (opt->kind == OPT_END)
			return NULL;
		if (opt->kind == OPT_NOP) {
			at++;
			continue;
		}
		if (opt->len < 2 || opt->len > end - at)
			return NULL;
		if (opt->kind == OPT_TIMESTAMP && opt->len == TIMESTAMP_LEN)
			return opt;
		at += opt->len;
	}
	return NULL;
}

bool lvsx_tcpopt_timestamp(const struct lvsx_tcp *tcp, u32 *value)
{
	const struct tcpopt_option *opt = tcpopt_find_timestamp(tcp);

	if (opt)
		*value = ntohl(opt->value);
	return opt;
}

bool lvsx_tcpopt_echo(const struct lvsx_tcp *tcp, u32 *value)
{
	const struct tcpopt_option *opt = tcpopt_find_timestamp(tcp);

	if (opt)
		*value = ntohl(opt->echo);
	return opt;
}
