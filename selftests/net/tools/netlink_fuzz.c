// SPDX-License-Identifier: GPL-2.0-only
/*
 * netlink_fuzz SECONDS [SEED]: throws messages at the kernel's lvsx family: well-formed ones, ones
 * with attributes left out, doubled, cut short or of a wrong type, and noise. The kernel may refuse
 * what it likes; it must stay alive, and every refusal of a whole message must come with an error.
 * Prints how many messages were accepted and refused; exits 1 when either never happened.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "../../../kmod/uapi/linux/lvsx.h"

#define ROOM 4096

static unsigned char buf[ROOM];
static size_t used;
static unsigned long long rng;

static unsigned int rnd(unsigned int below)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (unsigned int)(rng >> 20) % below;
}

static void put(int type, const void *data, size_t len)
{
	struct nlattr *a = (void *)(buf + used);

	if (used + NLA_HDRLEN + len + NLA_ALIGNTO > ROOM)
		return;
	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	memcpy(buf + used + NLA_HDRLEN, data, len);
	used += NLA_ALIGN(a->nla_len);
}

/* An attribute's payload: of the wished length, or now and then of another. */
static void put_some(int type, size_t wish, unsigned int value)
{
	unsigned char data[64] = { 0 };
	size_t len = rnd(12) ? wish : rnd(sizeof(data));

	if (!rnd(10))
		return;
	memcpy(data, &value, sizeof(value));
	if (!rnd(20))
		type = rnd(24);
	put(type, data, len);
	if (!rnd(30))
		put(type, data, len);
}

static size_t nest(int type)
{
	size_t at = used;

	put(type | (rnd(10) ? NLA_F_NESTED : 0), NULL, 0);
	return at;
}

static void close_nest(size_t at)
{
	struct nlattr *a = (void *)(buf + at);

	a->nla_len = used - at;
	if (!rnd(40))
		a->nla_len = rnd(a->nla_len + 8);
}

static unsigned int address(void)
{
	return htonl(rnd(4) ? 0x0a4d0001 + rnd(2000) : rnd(0xffffffff));
}

static void put_service(void)
{
	size_t at = nest(LVSX_A_SERVICE);

	put_some(LVSX_SVC_A_FAMILY, 2, rnd(6) ? AF_INET : rnd(20));
	if (rnd(5)) {
		put_some(LVSX_SVC_A_PROTOCOL, 2, rnd(6) ? (rnd(2) ? IPPROTO_TCP : IPPROTO_UDP) : rnd(300));
		put_some(LVSX_SVC_A_ADDRESS, 4, address());
		put_some(LVSX_SVC_A_PORT, 2, htons(rnd(10)));
	} else {
		put_some(LVSX_SVC_A_FWMARK, 4, rnd(5));
	}
	put_some(LVSX_SVC_A_FULLNAT, 1, rnd(3));
	if (!rnd(4))
		put_some(LVSX_SVC_A_TIMEOUT, 4, rnd(2) ? rnd(100) : rnd(-1));
	if (!rnd(4))
		put_some(LVSX_SVC_A_DRAIN, 1, 2 * rnd(2));
	close_nest(at);
}

static void put_local(void)
{
	size_t at = nest(LVSX_A_LOCAL);
	unsigned int first = address();

	put_some(LVSX_LOCAL_A_FIRST, 4, first);
	if (rnd(2))
		put_some(LVSX_LOCAL_A_LAST, 4, rnd(4) ? htonl(ntohl(first) + rnd(1200)) : address());
	close_nest(at);
}

static void put_access(void)
{
	static const char *const names[] = { "", "some", "a-name-of-more-than-thirty-one-bytes" };
	size_t at = nest(LVSX_A_ACCESS);
	unsigned int first = address();

	put_some(LVSX_ACCESS_A_LIST, 1, rnd(3));
	if (rnd(4)) {
		put_some(LVSX_ACCESS_A_FIRST, 4, first);
		if (rnd(2))
			put_some(LVSX_ACCESS_A_LAST, 4, htonl(ntohl(first) + rnd(1200)));
	} else {
		const char *name = names[rnd(3)];

		put(LVSX_ACCESS_A_SET, name, strlen(name) + rnd(2));
	}
	close_nest(at);
}

static void make(int family, unsigned int seq)
{
	struct nlmsghdr *nl = (void *)buf;
	struct genlmsghdr *g = (void *)(buf + NLMSG_HDRLEN);
	size_t at, i;

	memset(buf, 0, NLMSG_HDRLEN + GENL_HDRLEN);
	used = NLMSG_HDRLEN + GENL_HDRLEN;
	g->cmd = rnd(LVSX_CMD_MAX + 2);
	g->version = LVSX_GENL_VERSION;
	if (rnd(5))
		put_service();
	if (rnd(3))
		put_local();
	if (!rnd(3))
		put_access();
	if (!rnd(4)) {
		at = nest(LVSX_A_SETTING);
		put_some(LVSX_SET_A_DEFAULT_ON, 1, rnd(3));
		put_some(LVSX_SET_A_RESET, 1, rnd(3));
		put_some(LVSX_SET_A_DRAIN, 1, 2 * rnd(2));	/* not on: it is to serve afterwards */
		close_nest(at);
	}
	if (!rnd(6))
		for (i = 0; i < 4; i++)
			buf[NLMSG_HDRLEN + GENL_HDRLEN + rnd(used - NLMSG_HDRLEN - GENL_HDRLEN + 1)] = rnd(256);
	nl->nlmsg_len = used;
	nl->nlmsg_type = family;
	nl->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | (rnd(2) ? NLM_F_DUMP : 0);
	nl->nlmsg_seq = seq;
}

/* Read until the answer to @seq ends; its error, 0 for success. */
static int answer(int s, unsigned int seq)
{
	static unsigned char in[65536];

	for (;;) {
		ssize_t n = recv(s, in, sizeof(in), 0);
		struct nlmsghdr *h = (void *)in;

		if (n <= 0)
			return n ? -errno : -EPIPE;
		for (; NLMSG_OK(h, n); h = NLMSG_NEXT(h, n)) {
			if (h->nlmsg_seq != seq)
				continue;
			if (h->nlmsg_type == NLMSG_DONE)
				return 0;
			if (h->nlmsg_type == NLMSG_ERROR)
				return ((struct nlmsgerr *)NLMSG_DATA(h))->error;
		}
	}
}

static int family_id(int s)
{
	struct nlmsghdr *h = (void *)buf;
	struct genlmsghdr *g = (void *)(buf + NLMSG_HDRLEN);
	struct nlattr *a;
	ssize_t n;

	memset(buf, 0, sizeof(buf));
	used = NLMSG_HDRLEN + GENL_HDRLEN;
	put(CTRL_ATTR_FAMILY_NAME, LVSX_GENL_NAME, sizeof(LVSX_GENL_NAME));
	*h = (struct nlmsghdr){ .nlmsg_len = used, .nlmsg_type = GENL_ID_CTRL,
				.nlmsg_flags = NLM_F_REQUEST };
	g->cmd = CTRL_CMD_GETFAMILY;
	if (send(s, buf, used, 0) < 0)
		return -1;
	n = recv(s, buf, sizeof(buf), 0);
	if (n < (ssize_t)(NLMSG_HDRLEN + GENL_HDRLEN) || h->nlmsg_type == NLMSG_ERROR)
		return -1;
	for (a = (void *)(buf + NLMSG_HDRLEN + GENL_HDRLEN); (unsigned char *)a < buf + n;
	     a = (void *)((unsigned char *)a + NLA_ALIGN(a->nla_len)))
		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(unsigned short *)((unsigned char *)a + NLA_HDRLEN);
	return -1;
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 60);
	unsigned int seq = 0, yes = 0, no = 0;
	struct timeval patience = { .tv_sec = 10 };
	int s = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), family, err;

	rng = argc > 2 ? strtoull(argv[2], NULL, 0) : (unsigned long long)time(NULL) * 2654435761u | 1;
	fprintf(stderr, "netlink_fuzz: seed %#llx\n", rng);
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	family = family_id(s);
	if (s < 0 || family < 0) {
		fprintf(stderr, "netlink_fuzz: the kernel has no lvsx family: load lvsx.ko first\n");
		return 1;
	}
	while (time(NULL) < end) {
		make(family, ++seq);
		if (send(s, buf, used, 0) < 0) {
			perror("netlink_fuzz: send");
			return 1;
		}
		err = answer(s, seq);
		if (err == -EAGAIN) {
			fprintf(stderr, "netlink_fuzz: message %u was never answered\n", seq);
			return 1;
		}
		*(err ? &no : &yes) += 1;
	}
	printf("%u messages, %u accepted, %u refused\n", seq, yes, no);
	return !(yes && no);
}
