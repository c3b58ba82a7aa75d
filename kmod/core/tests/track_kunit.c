// SPDX-License-Identifier: GPL-2.0-only
/*
 * track.c and tcpopt.c: states as IPVS shows them, what tracking writes, and who may follow whom.
 */
#include "suites.h"
#include "make.h"
#include "world.h"
#include "core/path/end.h"
#include "core/path/expire.h"
#include "core/path/track.h"
#include "core/pkt/parse.h"
#include "core/pkt/tcpopt.h"
#include "core/port/reuse.h"

static int set_up(struct kunit *test)
{
	test->priv = world_new(NULL);
	return test->priv ? 0 : -1;
}

static void tear_down(struct kunit *test)
{
	world_free(test->priv);
}

/* "cSA": the client (else `r`, the real server) sends SYN and ACK. */
static u8 flags_of(const char *word)
{
	u8 flags = 0;

	for (word++; *word && *word != '=' && *word != ' '; word++)
		flags |= *word == 'S' ? LVSX_TCP_SYN : *word == 'A' ? LVSX_TCP_ACK :
			 *word == 'F' ? LVSX_TCP_FIN : *word == 'R' ? LVSX_TCP_RST : 0;
	return flags;
}

/* PACKET=STATE ...: what IPVS has for a masqueraded connection that sees the same packets. */
static const char * const stories[] = {
	"cS=SYN_RECV rSA=SYN_RECV cA=ESTABLISHED rA=ESTABLISHED cA=ESTABLISHED",
	/* the client closes first, then the real server */
	"cS=SYN_RECV rSA=SYN_RECV cA=ESTABLISHED cFA=CLOSE_WAIT rA=CLOSE_WAIT rFA=TIME_WAIT cA=TIME_WAIT",
	/* the real server first */
	"cS=SYN_RECV rSA=SYN_RECV cA=ESTABLISHED rFA=FIN_WAIT cA=FIN_WAIT cFA=TIME_WAIT rA=TIME_WAIT",
	/* refused */
	"cS=SYN_RECV rRA=CLOSE",
	/* either end gives up */
	"cS=SYN_RECV rSA=SYN_RECV cA=ESTABLISHED cR=CLOSE rA=CLOSE",
	"cS=SYN_RECV rSA=SYN_RECV cA=ESTABLISHED rRA=CLOSE cA=CLOSE",
	"cS=SYN_RECV rSA=SYN_RECV cA=ESTABLISHED cFA=CLOSE_WAIT rR=CLOSE",
	/* the SYN is repeated, or never answered */
	"cS=SYN_RECV cS=SYN_RECV rSA=SYN_RECV rSA=SYN_RECV cA=ESTABLISHED",
	"cS=SYN_RECV cR=SYN_RECV",
	/* the real server still has the last connection: the client resets it and tries again */
	"cS=SYN_RECV rA=ESTABLISHED cR=CLOSE cS=SYN_RECV rSA=SYN_RECV cA=ESTABLISHED",
	/* a SYN restarts a closing or closed connection, but not an established one */
	"cS=SYN_RECV cA=ESTABLISHED cS=ESTABLISHED rFA=FIN_WAIT cS=SYN_RECV",
	"cS=SYN_RECV cA=ESTABLISHED cFA=CLOSE_WAIT rFA=TIME_WAIT cS=SYN_RECV rSA=SYN_RECV",
	/* an RST does not touch the real server's TIME_WAIT, but the client's does */
	"cS=SYN_RECV cA=ESTABLISHED rFA=FIN_WAIT cFA=TIME_WAIT rR=TIME_WAIT cR=CLOSE",
	/* segments without any flag, or with URG and PSH alone */
	"cS=SYN_RECV cA=ESTABLISHED c=ESTABLISHED rFA=FIN_WAIT r=FIN_WAIT",
};

static void states_as_ipvs_shows(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(stories); i++) {
		const char *word = stories[i];
		u8 state = LVSX_STATE_NONE;

		while (*word) {
			const char *name;
			u32 len;

			state = lvsx_state_next(state, flags_of(word), *word == 'r');
			name = lvsx_state_name(state);
			len = strlen(name);
			while (*word != '=')
				word++;
			word++;
			KUNIT_EXPECT_TRUE_MSG(test, !strncmp(word, name, len) &&
					      (word[len] == ' ' || !word[len]),
					      "%s, not %s", name, word);
			while (*word && *word != ' ')
				word++;
			word += *word == ' ';
		}
	}
}

static void states_are_closed_under_all(struct kunit *test)
{
	u32 state, flags, rev, active = 0;

	for (state = 0; state < LVSX_STATE_UDP; state++) {
		active += lvsx_state_active(state);
		for (flags = 0; flags < 256; flags++)
			for (rev = 0; rev < 2; rev++)
				KUNIT_ASSERT_LT(test, lvsx_state_next(state, flags, rev),
						LVSX_STATE_UDP);
		/* RST outranks SYN, SYN outranks FIN, FIN outranks ACK */
		KUNIT_EXPECT_EQ(test, lvsx_state_next(state, 0x17, 0),
				lvsx_state_next(state, 0x04, 0));
		KUNIT_EXPECT_EQ(test, lvsx_state_next(state, 0x13, 1),
				lvsx_state_next(state, 0x02, 1));
		KUNIT_EXPECT_EQ(test, lvsx_state_next(state, 0x11, 0),
				lvsx_state_next(state, 0x01, 0));
	}
	KUNIT_EXPECT_EQ(test, active, 3);	/* SYN_SENT, SYN_RECV, ESTABLISHED */
	KUNIT_EXPECT_FALSE(test, lvsx_state_active(LVSX_STATE_UDP));
}

struct scene {
	struct world *w;
	struct lvsx_table *table;
	struct lvsx_half *fwd;
	struct lvsx_half *rev;
	struct make client;	/* what the client sends next */
};

/* A flow made by the client's SYN, established when that was answered and acknowledged. */
static void begin(struct kunit *test, struct scene *s)
{
	struct make syn = {
		.family = LVSX_IPV4,
		.proto = LVSX_TCP,
		.saddr = world_client[0],
		.daddr = world_vip[0],
		.sport = 40000,
		.dport = WORLD_VPORT,
		.tcp_flags = LVSX_TCP_SYN,
		.seq = 1000,
	};
	u8 bytes[WORLD_ROOM];
	u32 size = make_packet(bytes, &syn);

	s->w = test->priv;
	s->table = s->w->cpu[s->w->at].table;
	KUNIT_ASSERT_EQ(test, world_send(s->w, bytes, size, LVSX_IPV4), LVSX_FORWARD);
	s->fwd = lvsx_flow_fwd(s->w->pkt.half);
	s->rev = lvsx_flow_other(s->fwd);
	s->client = syn;
	s->client.seq++;
}

/* One packet that only lvsx_track() sees. */
static void track(struct kunit *test, struct scene *s, bool rev, u8 flags)
{
	struct make m = s->client;
	u8 bytes[WORLD_ROOM];
	struct lvsx_pkt *pkt;
	u32 size;

	m.tcp_flags = flags;
	size = make_packet(bytes, &m);
	pkt = world_lay(s->w, bytes, size, LVSX_IPV4);
	KUNIT_ASSERT_EQ(test, lvsx_parse(pkt), LVSX_NEXT);
	lvsx_track(pkt, s->table, rev ? s->rev : s->fwd, &s->w->timeouts);
}

static void play(struct kunit *test, struct scene *s, const char *story)
{
	for (; *story; story++) {
		track(test, s, *story == 'r', flags_of(story));
		while (story[1] && *story != ' ')
			story++;
	}
}

static void active_counts_once(struct kunit *test)
{
	struct scene s;

	begin(test, &s);
	KUNIT_EXPECT_EQ(test, s.w->active, 1);
	KUNIT_EXPECT_EQ(test, s.w->uses, 1);
	play(test, &s, "rSA cA rA");
	KUNIT_EXPECT_EQ(test, s.w->active, 1);
	play(test, &s, "rFA cA");
	KUNIT_EXPECT_EQ(test, s.w->active, 0);
	play(test, &s, "cFA rA cR");
	KUNIT_EXPECT_EQ(test, s.w->active, 0);
	play(test, &s, "cS");
	KUNIT_EXPECT_EQ(test, s.w->active, 1);
	KUNIT_EXPECT_EQ(test, s.fwd->state, s.rev->state);

	lvsx_flow_end(s.table, s.fwd);
	KUNIT_EXPECT_EQ(test, s.w->active, 0);
	KUNIT_EXPECT_EQ(test, s.w->uses, 0);
}

/* A CPU that found the flow before its removal must not count for it afterwards. */
static void dead_flow_counts_no_more(struct kunit *test)
{
	struct scene s;

	begin(test, &s);
	play(test, &s, "rSA cA rFA");
	lvsx_flow_end(s.table, s.fwd);
	s.w->at = 1;
	play(test, &s, "cS");
	KUNIT_EXPECT_EQ(test, s.w->active, 0);
}

static void last_seen_is_written_sparingly(struct kunit *test)
{
	struct scene s;
	u32 began;

	begin(test, &s);
	play(test, &s, "rSA cA");
	began = s.fwd->last_seen;
	s.w->now += 999;
	play(test, &s, "cA rA");
	KUNIT_EXPECT_EQ(test, s.fwd->last_seen, began);
	s.w->now++;
	play(test, &s, "cA");
	KUNIT_EXPECT_EQ(test, s.fwd->last_seen, began + 1000);
	KUNIT_EXPECT_EQ(test, s.rev->last_seen, began);
	/* a change of state is always noted */
	s.w->now += 5;
	play(test, &s, "rFA");
	KUNIT_EXPECT_EQ(test, s.rev->last_seen, began + 1005);
}

static void close_arms_the_wheel(struct kunit *test)
{
	struct scene s;

	begin(test, &s);
	play(test, &s, "rSA cA");
	world_pass(s.w, 100 * 1000);	/* it is armed for much later now */
	KUNIT_ASSERT_EQ(test, world_flows(s.w), 1);
	play(test, &s, "cA cR");
	world_pass(s.w, 9 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(s.w), 1);
	world_pass(s.w, 2 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(s.w), 0);
}

/* Another CPU must not touch wheel and queue: the flow stays put until the owner's look. */
static void close_elsewhere_asks_the_owner(struct kunit *test)
{
	struct scene s;
	u8 slot;

	begin(test, &s);
	play(test, &s, "rSA cA");
	world_pass(s.w, 100 * 1000);
	slot = s.rev->rev.wheel_slot;
	s.w->at = 1;
	play(test, &s, "cR");
	KUNIT_EXPECT_EQ(test, s.rev->rev.wheel_slot, slot);
	KUNIT_EXPECT_EQ(test, s.fwd->state, LVSX_STATE_CLOSE);
	KUNIT_EXPECT_EQ(test, s.rev->state, LVSX_STATE_CLOSE);
	KUNIT_EXPECT_EQ(test, s.w->active, 0);
	world_pass(s.w, 12 * 1000);
	KUNIT_EXPECT_EQ(test, world_flows(s.w), 0);
}

static bool follows(struct kunit *test, struct scene *s, u32 seq, bool stamped, u32 timestamp)
{
	struct make syn = s->client;
	u8 bytes[WORLD_ROOM];
	struct lvsx_pkt *pkt;

	syn.sport = 50000;	/* another client */
	syn.tcp_flags = LVSX_TCP_SYN;
	syn.seq = seq;
	syn.stamped = stamped;
	syn.timestamp = timestamp;
	syn.payload = 0;
	pkt = world_lay(s->w, bytes, make_packet(bytes, &syn), LVSX_IPV4);
	KUNIT_ASSERT_EQ(test, lvsx_parse(pkt), LVSX_NEXT);
	return lvsx_reuse_allowed(s->fwd, pkt);
}

static void follow_by_sequence(struct kunit *test)
{
	struct scene s;

	begin(test, &s);
	play(test, &s, "rSA cA");
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 0x40000000, false, 0));	/* nothing known */
	KUNIT_EXPECT_EQ(test, s.fwd->flags & LVSX_HALF_CLOSING, 0);
	s.client.seq = 0xfffffff0;	/* it wraps */
	s.client.payload = 100;
	play(test, &s, "cFA rFA");
	/* the real server has yet to see fffffff0 + 100 + FIN = 85 */
	KUNIT_EXPECT_EQ(test, s.fwd->state, LVSX_STATE_TIME_WAIT);
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 86, false, 0));
	s.client.ack = 84;
	play(test, &s, "rA");
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 86, false, 0));
	s.client.ack = 85;
	play(test, &s, "rA");
	KUNIT_EXPECT_EQ(test, s.fwd->seq, 85);
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 85, false, 0));
	KUNIT_EXPECT_TRUE(test, follows(test, &s, 86, false, 0));
	KUNIT_EXPECT_TRUE(test, follows(test, &s, 86, true, 1));
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 0xffffffff, false, 0));
	/* old duplicates */
	s.client.seq = 0xffffff00;
	s.client.ack = 50;
	play(test, &s, "cFA rA");
	KUNIT_EXPECT_EQ(test, s.fwd->seq, 85);
	/* what the client sends does not count; the port is still a later SYN's */
	s.client.seq = 1000;
	s.client.payload = 0;
	play(test, &s, "cA cFA cR");
	KUNIT_EXPECT_EQ(test, s.fwd->state, LVSX_STATE_CLOSE);
	KUNIT_EXPECT_EQ(test, s.fwd->seq, 85);
	KUNIT_EXPECT_TRUE(test, follows(test, &s, 86, false, 0));
	/* the client starts over */
	play(test, &s, "cS");
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 86, false, 0));
}

static void follow_by_timestamp(struct kunit *test)
{
	struct scene s;

	begin(test, &s);
	s.client.stamped = true;
	s.client.timestamp = 0x20000000;
	s.client.echo = 0xfffffffe;
	play(test, &s, "rSA cA rFA cA");
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 2000, true, 100));
	play(test, &s, "cFA");
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 1, true, 100));
	s.client.ack = s.client.seq + 1;
	play(test, &s, "rA");
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 1, true, 0xfffffffe));
	KUNIT_EXPECT_TRUE(test, follows(test, &s, 1, true, 0xffffffff));
	KUNIT_EXPECT_TRUE(test, follows(test, &s, 1, true, 5));
	/* without a timestamp, what is known is not enough */
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 2000, false, 0));
	/* what the real server acknowledges in TIME_WAIT counts, too */
	s.client.echo = 7;
	play(test, &s, "cA rA");
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 1, true, 7));
	KUNIT_EXPECT_TRUE(test, follows(test, &s, 1, true, 8));
	s.client.stamped = false;
	play(test, &s, "cR rA");
	KUNIT_EXPECT_EQ(test, s.fwd->seq, 7);
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 0x7000, false, 0));
}

/*
 * A reset out of the blue closes the flow, as in stock; its port is nobody else's before time, for
 * the real server may go on. The client's own cannot be told from it.
 */
static void follow_no_reset(struct kunit *test)
{
	struct scene s;
	u32 seq;

	begin(test, &s);
	s.client.seq = 0x10000000;
	play(test, &s, "rSA cA");
	seq = s.client.seq;
	s.w->now += 5000;
	play(test, &s, "cR");
	KUNIT_EXPECT_EQ(test, s.fwd->state, LVSX_STATE_CLOSE);
	KUNIT_EXPECT_FALSE(test, follows(test, &s, seq + 0x02000000, false, 0));
	s.client.ack = seq;
	play(test, &s, "rA");
	KUNIT_EXPECT_FALSE(test, follows(test, &s, seq + 0x02000000, false, 0));
}

/* A forged FIN first, then any reset: the real server never acknowledged the end. */
static void follow_no_forged_end(struct kunit *test)
{
	struct scene s;
	u32 seq;

	begin(test, &s);
	s.client.seq = 0x10000000;
	play(test, &s, "rSA cA");
	seq = s.client.seq;
	s.client.seq = seq + 0x01000000;
	s.client.ack = seq;
	play(test, &s, "cFA rA cA rFA");
	KUNIT_EXPECT_EQ(test, s.fwd->state, LVSX_STATE_TIME_WAIT);
	KUNIT_EXPECT_FALSE(test, follows(test, &s, seq + 0x02000000, false, 0));
	play(test, &s, "cR rA");
	KUNIT_EXPECT_EQ(test, s.fwd->state, LVSX_STATE_CLOSE);
	KUNIT_EXPECT_FALSE(test, follows(test, &s, seq + 0x02000000, false, 0));
	/* the client's own end comes after all */
	s.client.seq = seq;
	s.client.ack = seq + 1;
	play(test, &s, "cFA rA");
	KUNIT_EXPECT_TRUE(test, follows(test, &s, seq + 2, false, 0));
}

/* Nor does a forged data packet's sequence number, noted before the reset. */
static void follow_no_forged_data(struct kunit *test)
{
	struct scene s;
	u32 seq;

	begin(test, &s);
	s.client.seq = 0x10000000;
	play(test, &s, "rSA cA");
	seq = s.client.seq;
	s.client.seq = seq + 0x01000000;
	s.w->now += 5000;
	play(test, &s, "cA");
	KUNIT_EXPECT_EQ(test, s.fwd->state, LVSX_STATE_ESTABLISHED);
	play(test, &s, "cR");
	KUNIT_EXPECT_EQ(test, s.fwd->state, LVSX_STATE_CLOSE);
	KUNIT_EXPECT_FALSE(test, follows(test, &s, seq + 0x02000000, false, 0));
}

/* What the real server sends says nothing about the client. */
static void follow_nothing_known(struct kunit *test)
{
	struct scene s;

	begin(test, &s);
	play(test, &s, "rRA");
	KUNIT_EXPECT_EQ(test, s.fwd->state, LVSX_STATE_CLOSE);
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 5000, false, 0));
	KUNIT_EXPECT_FALSE(test, follows(test, &s, 5000, true, 5000));
}

static const struct {
	const char *name;
	u8 len;		/* of the options, as the data offset says */
	bool found;
	u8 bytes[16];
} options[] = {
	{ "none", 0, false, { 0 } },
	{ "as Linux sends it", 12, true, { 1, 1, 8, 10, 0, 0, 0, 42, 0, 0, 0, 43 } },
	{ "behind others", 16, true, { 4, 2, 3, 3, 7, 8, 10, 0, 0, 0, 42, 0, 0, 0, 43, 0 } },
	{ "behind the end", 16, false, { 0, 1, 8, 10, 0, 0, 0, 42, 0, 0, 0, 43 } },
	{ "cut off by the header's end", 8, false, { 1, 1, 8, 10, 0, 0, 0, 42, 0, 0, 0, 43 } },
	{ "length of its own wrong", 12, false, { 1, 1, 8, 9, 0, 0, 0, 42, 0, 0, 0, 43 } },
	{ "an option of length 0", 16, false, { 3, 0, 8, 10, 0, 0, 0, 42, 0, 0, 0, 43 } },
	{ "an option of length 1", 16, false, { 3, 1, 8, 10, 0, 0, 0, 42, 0, 0, 0, 43 } },
	{ "an option beyond the end", 12, false, { 3, 200, 8, 10, 0, 0, 0, 42, 0, 0, 0, 43 } },
	{ "a kind without a length", 4, false, { 1, 1, 1, 8 } },
};

static void timestamp_option(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		u32 size = sizeof(struct lvsx_tcp) + options[i].len, value = 0, echo = 0;
		u8 *header = kunit_kzalloc(test, size, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, header);
		memcpy(header + sizeof(struct lvsx_tcp), options[i].bytes, options[i].len);
		header[12] = (u8)(size << 2);
		KUNIT_EXPECT_EQ_MSG(test, lvsx_tcpopt_timestamp((void *)header, &value),
				    options[i].found, "%s", options[i].name);
		KUNIT_EXPECT_EQ_MSG(test, lvsx_tcpopt_echo((void *)header, &echo),
				    options[i].found, "%s", options[i].name);
		if (!options[i].found)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, value, 42, "%s", options[i].name);
		KUNIT_EXPECT_EQ_MSG(test, echo, 43, "%s", options[i].name);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(states_as_ipvs_shows),
	KUNIT_CASE(states_are_closed_under_all),
	KUNIT_CASE(active_counts_once),
	KUNIT_CASE(dead_flow_counts_no_more),
	KUNIT_CASE(last_seen_is_written_sparingly),
	KUNIT_CASE(close_arms_the_wheel),
	KUNIT_CASE(close_elsewhere_asks_the_owner),
	KUNIT_CASE(follow_by_sequence),
	KUNIT_CASE(follow_by_timestamp),
	KUNIT_CASE(follow_no_reset),
	KUNIT_CASE(follow_no_forged_end),
	KUNIT_CASE(follow_no_forged_data),
	KUNIT_CASE(follow_nothing_known),
	KUNIT_CASE(timestamp_option),
	{}
};

struct kunit_suite lvsx_track_suite = {
	.name = "lvsx_track",
	.init = set_up,
	.exit = tear_down,
	.test_cases = cases,
};
