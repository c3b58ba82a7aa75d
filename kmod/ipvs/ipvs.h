/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface to stock IPVS. Only kmod/ipvs includes net/ip_vs.h; everything else knows services
 * as identities (struct lvsx_service_key), real servers as numbers, and this header.
 *
 * A destination gets a number when the first packet is scheduled to it, and is referenced as long
 * as it is in service or a flow uses it. Its service is loaded from it each time, never kept: a
 * removed destination may come back as part of a new service.
 */
#ifndef LVSX_IPVS_H
#define LVSX_IPVS_H

#include "core/host.h"
#include "core/pkt/packet.h"
#include "core/table/state.h"
#include "netns/ipvs.h"

struct sk_buff;
struct net;
struct lvsx_net;

int lvsx_ipvs_init(struct lvsx_net *ln);

/* Release what is still held; no flow and no packet is left. Process context. */
void lvsx_ipvs_exit(struct lvsx_net *ln);

/* Does IPVS leave packets alone here (backup_only)? Then so does lvsx. */
bool lvsx_ipvs_paused(const struct net *net);

/* Has stock IPVS a connection for a client packet? */
enum lvsx_stock {
	LVSX_STOCK_NONE,
	LVSX_STOCK_OURS,	/* of the service that was found for it, masquerading */
	LVSX_STOCK_OPEN,	/* the same, TCP, which a SYN does not begin anew, as in stock */
	LVSX_STOCK_OTHER,	/* another service's, or not masquerading */
};

/* Softirq, RCU. skb->data is the IP header. */
enum lvsx_stock lvsx_ipvs_stock(struct lvsx_net *ln, struct sk_buff *skb,
				const struct lvsx_pkt *pkt, const struct lvsx_service_key *key);

/* Has IPVS this service now, with a masquerading real server? Softirq, RCU. */
bool lvsx_ipvs_has(struct lvsx_net *ln, const struct lvsx_service_key *key,
		   struct lvsx_svc_cache *cache);

/*
 * Which real server does IPVS give this first packet of @key's service? Softirq, RCU.
 * Does all that stock does at this point: drop_packet, scheduler, thresholds, weight 0, persistence
 * (by a stock connection kept beside), destination and service counters for a new connection in
 * @conn->state.
 * LVSX_NEXT: @conn->real, rport, real_id, shadow are set, lvsx_ipvs_conn_end() must follow.
 * Else the verdict with its reason counted: PASS_NOT_MASQ, STOCK_DROP, NO_REAL (the client has been
 * told by ICMP as stock does), NOT_MASQ, MARTIAN (it is the real server itself), NO_MEMORY.
 */
int lvsx_ipvs_schedule(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt,
		       const struct lvsx_service_key *key, struct lvsx_svc_cache *cache,
		       struct lvsx_conn *conn);

/*
 * The same where stock IPVS has a connection of this service. It keeps its real server, and stock's
 * becomes its shadow, unless it was established (TCP) or its real server is gone.
 */
int lvsx_ipvs_take(struct lvsx_net *ln, struct sk_buff *skb, struct lvsx_pkt *pkt,
		   const struct lvsx_service_key *key, struct lvsx_svc_cache *cache,
		   struct lvsx_conn *conn);

/*
 * Close stock IPVS's TCP connection of this service for this client packet, as an RST would. True:
 * @seen is the tuple that its real server knows it by. Softirq, RCU.
 */
bool lvsx_ipvs_close(struct lvsx_net *ln, struct sk_buff *skb, const struct lvsx_pkt *pkt,
		     const struct lvsx_service_key *key, struct lvsx_tuple *seen);

/* The real server that a first packet on one CPU would get. */
struct lvsx_choice {
	__be32 addr;	/* 0: none */
	__be16 port;
	u8 reason;	/* why lvsx would drop it nevertheless; LVSX_REASON_MAX: it would not */
};

struct lvsx_where {
	u8 how;				/* enum lvsx_how */
	u8 reason;			/* LVSX_REASON_MAX: none */
	char scheduler[16];		/* empty: none */
	struct lvsx_choice *on;		/* of each CPU; the caller's, zeroed */
};

/*
 * What lvsx_ipvs_schedule() would do with this first packet, or, @cache NULL, stock IPVS for a
 * service that is not lvsx's; nothing is taken or counted. @skb may be made up: IP header and
 * ports. Process context, RCU.
 */
void lvsx_ipvs_where(struct lvsx_net *ln, struct sk_buff *skb, const struct lvsx_pkt *pkt,
		     const struct lvsx_service_key *key, struct lvsx_svc_cache *cache,
		     struct lvsx_where *where);

/* Has IPVS this service, with a real server that its hash of them has? Process context, RCU. */
bool lvsx_ipvs_sees(const struct lvsx_net *ln, const struct lvsx_service_key *key);

/* Live flows of a service to the destinations that it has now. RCU. */
u64 lvsx_ipvs_flows(struct lvsx_net *ln, const struct lvsx_service_key *key,
		    const struct lvsx_svc_cache *cache);

/* This real server cannot be reached now: avoid it for a moment. Softirq, RCU; any CPU. */
void lvsx_ipvs_avoid(struct lvsx_net *ln, u32 real);

/* A connection that lvsx_ipvs_schedule() began has ended. @active: it still counted as active. */
void lvsx_ipvs_conn_end(struct lvsx_net *ln, u32 real, u32 shadow, bool active);

/* It became active or inactive; call once for each change. Softirq, RCU; any CPU. */
void lvsx_ipvs_conn_active(struct lvsx_net *ln, u32 real, bool active);

/*
 * One with a shadow is in this state (enum lvsx_state) now: the stock connection shows it, counts
 * as active or not, and keeps its client's persistence longer once established. May be called
 * again, and for a shadow that has ended. Softirq; any CPU.
 */
void lvsx_ipvs_conn_state(struct lvsx_net *ln, u32 shadow, u8 state, bool active);

/*
 * One packet of @bytes (IP length) was forwarded to (@rev false) or from the real server: into
 * IPVS's per-CPU counters of destination, service and total. False: the real server was removed
 * from its service, so the packet must not go there; nothing was counted. A real server's own
 * packets go on, as in stock, unless expire_nodest_conn is set. Softirq, RCU; any CPU.
 */
bool lvsx_ipvs_count(struct lvsx_net *ln, u32 real, bool rev, u32 bytes);

/* Do connections end when their real server is removed (expire_nodest_conn)? */
bool lvsx_ipvs_expires(const struct net *net);

/* And does one move when its client begins it anew and the weight is 0? Softirq, RCU. */
bool lvsx_ipvs_leaves(const struct lvsx_net *ln, u32 real);

/* The fwmark of the service that this real server was made for; 0: none, or it is gone. RCU. */
u32 lvsx_ipvs_mark(const struct lvsx_net *ln, u32 real);

/* Timeouts as `ipvsadm --set` left them. */
void lvsx_ipvs_timeouts(struct lvsx_net *ln, struct lvsx_timeouts *to);

/* How many IPv4 services IPVS has. */
int lvsx_ipvs_services(const struct net *net);

/*
 * Call @found for every service with a masquerading destination; @flag: it carries scheduler flag
 * 3. Process context; @found must not sleep (runs in an RCU read section). A service is reported
 * once for each of its destinations.
 */
void lvsx_ipvs_discover(struct lvsx_net *ln,
			void (*found)(struct lvsx_net *ln, const struct lvsx_service_key *key,
				      bool flag));

/* Once a tick: is the snapshot in @cache still right? RCU. */
void lvsx_ipvs_review(struct lvsx_net *ln, const struct lvsx_service_key *key,
		      struct lvsx_svc_cache *cache);

/*
 * Once a tick, process context: add the connections that were counted per CPU to the destinations'
 * counts, and release removed destinations that no flow uses.
 */
void lvsx_ipvs_sweep(struct lvsx_net *ln);

#endif
