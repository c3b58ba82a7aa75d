/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Headers as they are on the wire, packed, for packet bytes of any alignment; nowhere else do bytes
 * get names. All fields are in network byte order.
 */
#ifndef LVSX_WIRE_H
#define LVSX_WIRE_H

#include "core/env.h"

#define LVSX_PACKED __attribute__((packed))

enum lvsx_wire_proto {
	LVSX_ICMP = 1,
	LVSX_TCP = 6,
	LVSX_UDP = 17,
	LVSX_ICMP6 = 58,
	/* RFC 8200 §4: extension headers that may come before one of these */
	LVSX_IP6_HOP_BY_HOP = 0,
	LVSX_IP6_ROUTING = 43,
	LVSX_IP6_FRAGMENT = 44,
	LVSX_IP6_DESTINATION = 60,
};

/**
 * struct lvsx_ip4 - IPv4 header, RFC 791 §3.1
 * @version_ihl: version in the upper half; header length in 32-bit words
 * @tos: type of service
 * @tot_len: bytes of header and payload
 * @id: identification
 * @frag: LVSX_IP4_DF, LVSX_IP4_MF, and the offset in units of 8 bytes
 * @ttl: time to live
 * @proto: enum lvsx_wire_proto
 * @check: header checksum
 * @saddr: source
 * @daddr: destination
 */
struct lvsx_ip4 {
	u8 version_ihl;
	u8 tos;
	__be16 tot_len;
	__be16 id;
	__be16 frag;
	u8 ttl;
	u8 proto;
	__sum16 check;
	__be32 saddr;
	__be32 daddr;
} LVSX_PACKED;

#define LVSX_IP4_DF 0x4000
#define LVSX_IP4_MF 0x2000
#define LVSX_IP4_OFFSET 0x1fff

/**
 * struct lvsx_ip6 - IPv6 header, RFC 8200 §3
 * @version_flow: version, traffic class and flow label
 * @payload_len: bytes behind this header
 * @next: enum lvsx_wire_proto
 * @hop_limit: hop limit
 * @saddr: source
 * @daddr: destination
 */
struct lvsx_ip6 {
	__be32 version_flow;
	__be16 payload_len;
	u8 next;
	u8 hop_limit;
	__be32 saddr[4];
	__be32 daddr[4];
} LVSX_PACKED;

/**
 * struct lvsx_ip6_ext - the common start of IPv6 extension headers, RFC 8200 §4.2
 * @next: enum lvsx_wire_proto
 * @len: length in units of 8 bytes, the first not counted
 * @type: routing header: its type
 * @left: routing header: segments left
 * @rest: other data
 */
struct lvsx_ip6_ext {
	u8 next;
	u8 len;
	u8 type;
	u8 left;
	__be32 rest;
} LVSX_PACKED;

/**
 * struct lvsx_ip6_frag - IPv6 fragment header, RFC 8200 §4.5
 * @next: enum lvsx_wire_proto
 * @reserved: reserved
 * @offset: LVSX_IP6_OFFSET: offset in bytes; LVSX_IP6_MF
 * @id: identification
 */
struct lvsx_ip6_frag {
	u8 next;
	u8 reserved;
	__be16 offset;
	__be32 id;
} LVSX_PACKED;

#define LVSX_IP6_MF 0x0001
#define LVSX_IP6_OFFSET 0xfff8

/**
 * struct lvsx_tcp - TCP header, RFC 9293 §3.1
 * @sport: source port
 * @dport: destination port
 * @seq: sequence number
 * @ack: acknowledgment number
 * @doff: upper half: header length in 32-bit words
 * @flags: enum lvsx_tcp_flag
 * @window: window
 * @check: checksum
 * @urgent: urgent pointer
 */
struct lvsx_tcp {
	__be16 sport;
	__be16 dport;
	__be32 seq;
	__be32 ack;
	u8 doff;
	u8 flags;
	__be16 window;
	__sum16 check;
	__be16 urgent;
} LVSX_PACKED;

enum lvsx_tcp_flag {
	LVSX_TCP_FIN = 0x01,
	LVSX_TCP_SYN = 0x02,
	LVSX_TCP_RST = 0x04,
	LVSX_TCP_ACK = 0x10,
};

/**
 * struct lvsx_udp - UDP header, RFC 768
 * @sport: source port
 * @dport: destination port
 * @len: bytes of header and payload
 * @check: checksum, 0: none
 */
struct lvsx_udp {
	__be16 sport;
	__be16 dport;
	__be16 len;
	__sum16 check;
} LVSX_PACKED;

/**
 * struct lvsx_icmp - start of an ICMP error, before the quoted packet, RFC 792 and RFC 4443
 * @type: enum lvsx_icmp_type
 * @code: code
 * @check: checksum
 * @rest: depends on @type
 */
struct lvsx_icmp {
	u8 type;
	u8 code;
	__sum16 check;
	__be32 rest;
} LVSX_PACKED;

enum lvsx_icmp_type {
	LVSX_ICMP_UNREACH = 3,
	LVSX_ICMP_TIME_EXCEEDED = 11,
	LVSX_ICMP_PARAMETER = 12,
	LVSX_ICMP6_UNREACH = 1,
	LVSX_ICMP6_TOO_BIG = 2,
	LVSX_ICMP6_TIME_EXCEEDED = 3,
	LVSX_ICMP6_PARAMETER = 4,
};

static_assert(sizeof(struct lvsx_ip4) == 20, "RFC 791");
static_assert(sizeof(struct lvsx_ip6) == 40, "RFC 8200");
static_assert(sizeof(struct lvsx_ip6_ext) == 8, "RFC 8200");
static_assert(sizeof(struct lvsx_ip6_frag) == 8, "RFC 8200");
static_assert(sizeof(struct lvsx_tcp) == 20, "RFC 9293");
static_assert(sizeof(struct lvsx_udp) == 8, "RFC 768");
static_assert(sizeof(struct lvsx_icmp) == 8, "RFC 792");

#endif
