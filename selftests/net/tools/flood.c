// SPDX-License-Identifier: GPL-2.0-only
/*
 * flood syn|fin|udp SOURCE DESTINATION PORT FIRST COUNT [TTL]
 *
 * COUNT packets, each of a flow of its own: number FIRST + i has the source address
 * SOURCE + number / 50000 and the source port 10000 + number % 50000. One raw socket, so all of them
 * enter the network on the CPU that this runs on. Prints how many the kernel took.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BATCH = 64 };

struct packet {
	struct iphdr ip;
	union {
		struct tcphdr tcp;
		struct udphdr udp;
	};
} __attribute__((packed));

static uint32_t sum(const void *data, size_t len, uint32_t s)
{
	const uint8_t *p = data;

	for (size_t i = 0; i < len; i += 2)
		s += p[i] << 8 | p[i + 1];
	return s;
}

static uint16_t fold(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return htons(~s);
}

static size_t make(struct packet *p, const char *what, uint32_t src, uint32_t dst, int port, uint32_t n, int ttl)
{
	int udp = !strcmp(what, "udp");
	size_t l4 = udp ? sizeof(p->udp) : sizeof(p->tcp);
	uint32_t pseudo;

	memset(p, 0, sizeof(*p));
	p->ip = (struct iphdr){
		.version = 4, .ihl = 5, .ttl = ttl, .protocol = udp ? IPPROTO_UDP : IPPROTO_TCP,
		.saddr = htonl(src + n / 50000), .daddr = dst, .tot_len = htons(sizeof(p->ip) + l4),
		.id = htons(n),
	};
	pseudo = sum(&p->ip.saddr, 8, p->ip.protocol + l4);
	if (udp) {
		p->udp = (struct udphdr){ .source = htons(10000 + n % 50000), .dest = htons(port),
					  .len = htons(l4) };
		p->udp.check = fold(sum(&p->udp, l4, pseudo));
	} else {
		p->tcp = (struct tcphdr){ .source = htons(10000 + n % 50000), .dest = htons(port),
					  .seq = htonl(n), .doff = 5, .window = htons(8192) };
		p->tcp.syn = *what == 's';
		p->tcp.fin = *what == 'f';
		/* Spread over the numbers, as those of so many clients are. */
		p->tcp.seq = htonl(n * 2654435761u + p->tcp.fin);
		p->tcp.check = fold(sum(&p->tcp, l4, pseudo));
	}
	return sizeof(p->ip) + l4;
}

int main(int argc, char **argv)
{
	static struct packet packets[BATCH];
	static struct mmsghdr msgs[BATCH];
	static struct iovec iovs[BATCH];
	struct sockaddr_in to = { .sin_family = AF_INET };
	uint32_t src, first, count, done = 0;
	int fd, ttl;

	if (argc < 7 || !strchr("sfu", *argv[1])) {
		fprintf(stderr, "usage: flood syn|fin|udp SOURCE DESTINATION PORT FIRST COUNT [TTL]\n");
		return 2;
	}
	src = ntohl(inet_addr(argv[2]));
	to.sin_addr.s_addr = inet_addr(argv[3]);
	first = atoi(argv[5]);
	count = atoi(argv[6]);
	ttl = argc > 7 ? atoi(argv[7]) : 64;
	fd = socket(AF_INET, SOCK_RAW, IPPROTO_RAW);
	if (fd < 0) {
		perror("flood: raw socket");
		return 1;
	}
	while (done < count) {
		unsigned int n = count - done < BATCH ? count - done : BATCH;
		int sent;

		for (unsigned int i = 0; i < n; i++) {
			iovs[i].iov_base = &packets[i];
			iovs[i].iov_len = make(&packets[i], argv[1], src, to.sin_addr.s_addr,
					       atoi(argv[4]), first + done + i, ttl);
			msgs[i].msg_hdr = (struct msghdr){ .msg_name = &to, .msg_namelen = sizeof(to),
							   .msg_iov = &iovs[i], .msg_iovlen = 1 };
		}
		sent = sendmmsg(fd, msgs, n, 0);
		if (sent < 0 && errno != ENOBUFS) {
			perror("flood: send");
			return 1;
		}
		if (sent < 0)
			poll(NULL, 0, 1);
		else
			done += sent;
	}
	printf("%u\n", done);
	return 0;
}
