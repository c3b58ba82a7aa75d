// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model check of flows, wheel and ports: random operations on the tables of two CPUs, each compared
 * with plain maps, and the insides audited every so often. Deterministic by its seed.
 *
 *	flow_model [OPERATIONS [SEED]]
 */
#include "model.hh"

#include <cstdio>
#include <cstdlib>

extern "C" {
#include "core/pkt/csum.h"
}

namespace lvsx::model {

u64 hash_bits = ~0ull;

namespace {

const char *running = "";
u64 running_seed;

constexpr u32 Slack = 2 * LVSX_TICK_MS; // a look comes in the tick after it is due
constexpr u32 Turn = (LVSX_WHEEL_SLOTS + 1) * LVSX_TICK_MS;

u64 mix(u64 x) {
    x = (x ^ x >> 32) * 0xd6e8feb86659fd93ull;
    x = (x ^ x >> 32) * 0xd6e8feb86659fd93ull;
    return x ^ x >> 32;
}

u64 digest(const lvsx_tuple &t) {
    u64 h = t.proto | u64{t.sport} << 8 | u64{t.dport} << 24;
    for (u32 i = 0; i < lvsx_words(t.family); i++)
        h = mix(h + (u64{t.saddr[i]} << 32 | t.daddr[i]));
    return mix(h);
}

u32 flow_size(u8 kind) {
    return 2 * lvsx_kind_lines(kind) + (kind & LVSX_KIND_EXT ? 1 : 0) - 2;
}

/* What the real server's stack would say of a new SYN; the mark is a sequence number here. */
bool may_follow(const Flow &f, u32 seq) {
    return f.fwd->flags & LVSX_HALF_REUSE && static_cast<s32>(seq - f.fwd->seq) > 0;
}

void forget(Model &m, Flow *f) {
    m.cpu[f->cpu].dead_new.insert(f->line);
    m.flows[f->place] = m.flows.back();
    m.flows[f->place]->place = f->place;
    m.flows.pop_back();
    m.by_back.erase(f->back);
    m.by_out.erase(lvsx_tuple(f->out));
}

bool same_sum(u64 a, u64 b) {
    return lvsx_csum_fold(a) % 0xffff == lvsx_csum_fold(b) % 0xffff;
}

/* The half matches @match, turns it into the answer to @other, and its deltas are the difference.
 */
void check_half(const lvsx_half *h, const lvsx_tuple &match, const lvsx_tuple &other) {
    lvsx_tuple t;
    lvsx_half_match(h, &t);
    CHECK(TupleEqual()(t, match));
    const __be32 *src = lvsx_half_addr(h, LVSX_NEW_SRC), *dst = lvsx_half_addr(h, LVSX_NEW_DST);
    CHECK(!memcmp(src, other.daddr, lvsx_addr_len(other.family)));
    CHECK(!memcmp(dst, other.saddr, lvsx_addr_len(other.family)));
    CHECK(h->new_sport == other.dport && h->new_dport == other.sport);
    u64 before = 0, after = 0;
    for (u32 i = 0; i < lvsx_words(match.family); i++)
        before += u64{match.saddr[i]} + match.daddr[i];
    for (u32 i = 0; i < lvsx_words(other.family); i++)
        after += u64{src[i]} + dst[i];
    CHECK(same_sum(before + h->addr_delta, after));
    before += u64{match.sport} + match.dport;
    after += u64{h->new_sport} + h->new_dport;
    CHECK(same_sum(before + h->l4_delta, after));
}

lvsx_tuple address_pair(u8 family, u32 from, u32 to) {
    lvsx_tuple t{};
    t.family = family;
    t.saddr[0] = htonl(from);
    t.daddr[0] = htonl(to);
    if (family == LVSX_IPV6) {
        t.saddr[3] = htonl(from * 7);
        t.daddr[2] = htonl(to * 5);
    }
    return t;
}

lvsx_tuple random_client(Model &m) {
    lvsx_tuple t = address_pair(m.some_family(), 0x0a000000 + m.draw(500), 0xc0a80001);
    t.sport = htons(static_cast<u16>(1024 + m.draw(40)));
    t.dport = htons(80);
    t.proto = m.draw(3) ? LVSX_TCP : LVSX_UDP;
    return t;
}

struct Syn {
    Syn(Model &m, int cpu, const lvsx_tuple &tuple) {
        tcp.seq = htonl(m.draw(1000));
        tcp.doff = 5 << 4;
        pkt.data = reinterpret_cast<u8 *>(&tcp);
        pkt.len = pkt.total = pkt.end = sizeof(tcp);
        pkt.now = m.now32();
        pkt.cpu = static_cast<u16>(cpu);
        pkt.family = tuple.family;
        pkt.counters = m.counters;
        pkt.frame = &m;
        pkt.tuple = tuple;
        pkt.hash = lvsx_hash_tuple(&tuple, &m.cpu[cpu].table.seed);
    }
    lvsx_tcp tcp{};
    lvsx_pkt pkt{};
};

/* "No port" must be true: each one carries a flow that cannot be ended for this SYN. */
void check_no_port(Model &m, int cpu, lvsx_tuple back, u32 seq) {
    constexpr size_t Sure = 40; // where there are more, the search may end early
    auto ports = m.ports_of(cpu, back);
    if (ports.size() > Sure)
        return;
    for (u16 port : ports) {
        back.dport = htons(port);
        auto held = m.by_back.find(back);
        CHECK(held != m.by_back.end());
        const Flow &f = *held->second;
        CHECK(f.cpu != cpu || !f.queued || !may_follow(f, seq));
        m.exhausted++;
    }
}

void check_new(Model &m, const Flow &f) {
    CHECK(!m.cpu[f.cpu].dead_new.count(f.line) && !m.cpu[f.cpu].dead_old.count(f.line));
    check_half(f.fwd, f.out, f.back);
    check_half(lvsx_flow_other(f.fwd), f.back, f.out);
}

void add(Model &m, int cpu, const lvsx_tuple &out, const lvsx_tuple &back, lvsx_half *fwd) {
    auto owned = std::make_unique<Flow>(
        Flow{fwd, fwd->line, cpu, m.flows.size(), out, back, m.now, fwd->state, false, false});
    Flow *f = owned.get();
    check_new(m, *f);
    CHECK(m.by_out.emplace(out, std::move(owned)).second);
    CHECK(m.by_back.emplace(back, f).second);
    m.flows.push_back(f);
}

/* The connection that is opened from a local address to a real server. */
struct Opening {
    Opening(Model &m, int on) : cpu(on), out(random_client(m)), syn(m, on, out) {
        lvsx_tuple ends =
            address_pair(m.some_family(), 0xac100000 + m.draw(3), 0x64400000 + m.draw(2));
        conn.family = ends.family;
        conn.rport = htons(8080);
        memcpy(conn.real, ends.saddr, sizeof(conn.real));
        memcpy(local, ends.daddr, sizeof(local));
        conn.local = &local;
        conn.locals = 1;
        back = ends;
        back.sport = conn.rport;
        back.proto = out.proto;
    }
    int cpu;
    lvsx_tuple out, back{};
    Syn syn;
    __be32 local[4]{};
    lvsx_conn conn{};
    lvsx_port port{};
    int err = 0;
};

/* Where hashes are what is in line, too, now and then as the slow path does; else the hard way. */
int take(Model &m, Opening &o) {
    lvsx_table &t = m.cpu[o.cpu].table;
    if (hash_bits == ~0ull && m.draw(2)) {
        bool next = o.conn.family == LVSX_IPV4 &&
                    lvsx_ports_next(&t, &m.map, &o.syn.pkt, &o.conn, 0, &o.port);
        m.quick += next;
        if (next)
            return 0;
    }
    o.port = lvsx_ports_search(&t, &m.map, &o.syn.pkt, &o.conn, 0);
    return o.port.err;
}

/* It has got a port: make the flow, or give the port back. */
void finish(Model &m, Opening &o, bool use) {
    lvsx_table &t = m.cpu[o.cpu].table;
    CHECK(lvsx_portmap_cpu(&m.map, &o.back) == o.cpu);
    CHECK(o.port.rev_hash == lvsx_hash_tuple(&o.back, &t.seed));
    CHECK(o.port.bucket == lvsx_bucket_of(&t, static_cast<u32>(o.port.rev_hash)));
    CHECK(!m.by_back.count(o.back));
    lvsx_flow_new n{};
    n.client = o.out.saddr;
    n.vip = o.out.daddr;
    n.real = o.conn.real;
    n.local = o.local;
    n.fwd_ports = lvsx_join_ports(o.out.sport, o.out.dport);
    n.rev_ports = lvsx_join_ports(o.back.sport, o.back.dport);
    n.proto = o.out.proto;
    n.kind = static_cast<u8>((o.out.family ? LVSX_KIND_MATCH6 : 0) |
                             (o.back.family ? LVSX_KIND_REWRITE6 : 0) |
                             (m.family == Mixed && !m.draw(3) ? LVSX_KIND_EXT : 0));
    n.fwd_hash = o.syn.pkt.hash;
    n.rev_hash = o.port.rev_hash;
    n.fwd_bucket = lvsx_bucket_of(&t, static_cast<u32>(n.fwd_hash));
    n.rev_bucket = o.port.bucket;
    n.pool = o.port.pool;
    n.port_round = o.port.round;
    n.now = m.now32();
    n.first_look = m.draw(5000);
    u32 dead = t.stats.dead;
    lvsx_half *fwd = use ? lvsx_flow_insert(&t, &n) : nullptr;
    if (fwd) {
        add(m, o.cpu, o.out, o.back, fwd);
        return;
    }
    /* A flow that got stuck half made may have been seen by readers. */
    if (t.stats.dead > dead)
        m.cpu[o.cpu].dead_new.insert(t.store[flow_size(n.kind)].retired);
    lvsx_ports_put(&t, o.port);
}

void op_open(Model &m) {
    Opening o(m, static_cast<int>(m.draw(Cpus)));
    if (m.by_out.count(o.out))
        return;
    o.err = take(m, o);
    if (o.err == -LVSX_REASON_NO_PORT)
        check_no_port(m, o.cpu, o.back, ntohl(o.syn.tcp.seq));
    if (o.err)
        return;
    if (o.port.holder) {
        CHECK(lvsx_reuse_allowed(o.port.holder, &o.syn.pkt));
        m.may_end_early = true;
        lvsx_flow_end(&m.cpu[o.cpu].table, o.port.holder);
        m.may_end_early = false;
        m.recycled++;
    }
    o.back.dport = o.port.port;
    finish(m, o, m.draw(50));
}

Flow *any(Model &m) {
    return m.flows.empty() ? nullptr : m.flows[m.draw(static_cast<u32>(m.flows.size()))];
}

/* A packet: by the owner like lvsx_track(), or by another CPU, which leaves wheel and queue alone.
 */
void op_packet(Model &m) {
    Flow *f = any(m);
    if (!f)
        return;
    lvsx_table &t = m.cpu[f->cpu].table;
    lvsx_half *rev = lvsx_flow_other(f->fwd);
    (m.draw(2) ? f->fwd : rev)->last_seen = m.now32();
    f->seen = m.now;
    if (f->out.proto == LVSX_UDP || m.draw(3))
        return;
    u8 state = static_cast<u8>(m.draw(LVSX_STATE_UDP));
    if (m.timeouts.ms[state] < m.timeouts.ms[f->state])
        f->late = true;
    f->state = f->fwd->state = rev->state = state;
    f->queued = false;
    if (!lvsx_state_closed(state))
        return;
    f->fwd->seq = m.draw(1000);
    f->fwd->flags |= m.draw(4) ? LVSX_HALF_REUSE : 0;
    if (!m.draw(4))
        return;
    if (lvsx_wheel_arm(&t, f->fwd, m.now32(), m.timeouts.ms[state]))
        f->late = false;
    lvsx_ports_queue(&t, f->fwd);
    f->queued = f->fwd->flags & LVSX_HALF_REUSE;
}

void op_find(Model &m) {
    lvsx_tuple t = random_client(m);
    auto known = m.by_out.find(t);
    Flow *f = known != m.by_out.end() ? known->second.get() : any(m);
    for (auto &cpu : m.cpu) {
        bool here = known != m.by_out.end() && &m.cpu[f->cpu] == &cpu;
        u64 hash = lvsx_hash_tuple(&t, &cpu.table.seed);
        CHECK(lvsx_flow_find(&cpu.table, &t, hash) == (here ? f->fwd : nullptr));
        CHECK(lvsx_flow_find_remote(&cpu.table, &t, hash) == (here ? f->fwd : nullptr));
    }
    if (!f)
        return;
    lvsx_table &owner = m.cpu[f->cpu].table;
    lvsx_half *rev = lvsx_flow_other(f->fwd);
    u64 hash = lvsx_hash_tuple(&f->back, &owner.seed);
    CHECK(lvsx_flow_find(&owner, &f->back, hash) == rev);
    CHECK(lvsx_flow_find_remote(&owner, &f->back, hash) == rev);
    CHECK(lvsx_flow_fwd(rev) == f->fwd && lvsx_flow_other(rev) == f->fwd);
}

void op_end(Model &m) {
    Flow *f = any(m);
    if (!f)
        return;
    m.may_end_early = true;
    lvsx_flow_end(&m.cpu[f->cpu].table, f->fwd);
    m.may_end_early = false;
}

void check_overdue(const Model &m, int cpu) {
    for (const Flow *f : m.flows) {
        u64 due = f->seen + m.timeouts.ms[f->state] + (f->late ? Turn : 0) + Slack;
        CHECK(f->cpu != cpu || m.now <= due);
    }
}

void op_time(Model &m) {
    m.now += m.draw(200) ? m.draw(300) : m.draw(400000);
    for (int n = 0; n < Cpus; n++) {
        Cpu &cpu = m.cpu[n];
        u32 budget = m.draw(4) ? 100000 : m.draw(40);
        u32 left = lvsx_expire_run(&cpu.table, m.now32(), &m.timeouts, budget, m.counters);
        CHECK(left <= budget);
        if (left && !m.draw(50))
            check_overdue(m, n);
        if (cpu.waiting)
            CHECK(!lvsx_flow_retire(&cpu.table));
        if (m.draw(2)) {
            if (cpu.waiting) {
                lvsx_flow_reclaim(&cpu.table);
                cpu.dead_old.clear();
            }
            cpu.waiting = lvsx_flow_retire(&cpu.table);
            CHECK(cpu.waiting == !cpu.dead_new.empty());
            cpu.dead_old.swap(cpu.dead_new);
        }
    }
    if (!m.draw(400))
        m.starve = !m.starve;
    m.feed();
}

/* Another NIC: a few classes for each CPU, so that ports are scarce; the rest belongs to nobody. */
void op_rss(Model &m) {
    const u16 nobody = 99;
    u16 indir[LVSX_PORT_CLASSES];
    u8 key[LVSX_RSS_KEY_LEN];
    for (auto &k : key)
        k = static_cast<u8>(m.random());
    for (auto &i : indir)
        i = m.draw(700) ? nobody : static_cast<u16>(m.draw(Cpus));
    u32 generation = m.map.generation + 1;
    if (m.draw(2))
        CHECK(lvsx_portmap_init_rss(&m.map, generation, key, sizeof(key), indir, LVSX_PORT_CLASSES,
                                     &nobody, 1));
    else
        lvsx_portmap_init_rr(&m.map, generation, indir, LVSX_PORT_CLASSES);
    m.map.any_draining = m.map.shared_slot = !m.flows.empty();
}

struct Weight {
    void (*op)(Model &);
    u32 weight;
};

void run(const char *name, u64 seed, u8 family, u8 shift, u64 operations, u32 audit_every) {
    running = name;
    running_seed = seed;
    auto m = std::make_unique<Model>(seed, family, shift);
    op_rss(*m);
    u32 most = 0;
    for (u64 i = 0; i < operations; i++) {
        bool growing = i / 20000 % 3 < 2;
        const Weight weights[] = {
            {op_open, growing ? 300u : 75u},
            {op_packet, 300},
            {op_find, 300},
            {op_end, growing ? 5u : 100u},
            {op_time, 20},
            {op_rss, i % 10000 ? 0u : 10000000u},
        };
        u32 sum = 0;
        for (auto &w : weights)
            sum += w.weight;
        u32 pick = m->draw(sum);
        for (auto &w : weights) {
            if (pick < w.weight) {
                w.op(*m);
                break;
            }
            pick -= w.weight;
        }
        most = std::max(most, static_cast<u32>(m->flows.size()));
        if (i % audit_every == 0)
            for (int n = 0; n < Cpus; n++)
                audit(*m, n);
    }
    m->may_end_early = true;
    for (int n = 0; n < Cpus; n++) {
        u32 cursor = 0;
        lvsx_flow_end_some(&m->cpu[n].table, &cursor, ~0U);
        audit(*m, n);
    }
    CHECK(m->flows.empty());
    CHECK(family == LVSX_IPV6 || hash_bits != ~0ull || m->quick);
    printf("ok - %s\n# %llu operations, at most %u flows, %llu expired, %llu recycled, %llu "
           "exhausted, %llu taken in line\n",
           name, static_cast<unsigned long long>(operations), most,
           static_cast<unsigned long long>(m->counters[LVSX_REASON_FLOW_EXPIRED]),
           static_cast<unsigned long long>(m->recycled),
           static_cast<unsigned long long>(m->exhausted),
           static_cast<unsigned long long>(m->quick));
    fflush(stdout);
}

/* Big enough that splits are decided by the tags alone. No ports, no ageing. */
void run_big(const char *name, u64 seed, u8 family, u32 flows) {
    running = name;
    running_seed = seed;
    auto m = std::make_unique<Model>(seed, family, 10);
    Cpu &cpu = m->cpu[0];
    m->may_end_early = true;
    for (u32 i = 0; i < 2 * flows; i++) {
        if (m->flows.size() > flows || (i > flows && m->draw(2))) {
            Flow *f = any(*m);
            lvsx_half *fwd = f->fwd;
            forget(*m, f);
            lvsx_flow_remove(&cpu.table, fwd);
            continue;
        }
        lvsx_tuple out = address_pair(family, i, 1), back = address_pair(family, 2, i);
        out.proto = back.proto = LVSX_TCP;
        out.sport = htons(1);
        m->feed();
        lvsx_flow_new n{};
        n.client = out.saddr;
        n.vip = out.daddr;
        n.real = back.saddr;
        n.local = back.daddr;
        n.fwd_ports = lvsx_join_ports(out.sport, out.dport);
        n.rev_ports = lvsx_join_ports(back.sport, back.dport);
        n.proto = LVSX_TCP;
        n.kind = family == LVSX_IPV6 ? LVSX_KIND_WIDE : 0;
        n.fwd_hash = lvsx_hash_tuple(&out, &cpu.table.seed);
        n.rev_hash = lvsx_hash_tuple(&back, &cpu.table.seed);
        n.fwd_bucket = lvsx_bucket_of(&cpu.table, static_cast<u32>(n.fwd_hash));
        n.rev_bucket = lvsx_bucket_of(&cpu.table, static_cast<u32>(n.rev_hash));
        lvsx_half *fwd = lvsx_flow_insert(&cpu.table, &n);
        CHECK(fwd);
        add(*m, 0, out, back, fwd);
    }
    audit(*m, 0);
    for (const Flow *f : m->flows)
        CHECK(lvsx_flow_find(&cpu.table, &f->out, lvsx_hash_tuple(&f->out, &cpu.table.seed)) ==
              f->fwd);
    printf("ok - %s\n# %zu flows, %u buckets, %u overflow buckets\n", name, m->flows.size(),
           cpu.table.buckets, cpu.table.stats.overflows);
    fflush(stdout);
}

} // namespace

size_t TupleHash::operator()(const lvsx_tuple &t) const {
    return digest(t) * 31;
}

bool TupleEqual::operator()(const lvsx_tuple &a, const lvsx_tuple &b) const {
    return a.family == b.family && a.sport == b.sport && a.dport == b.dport && a.proto == b.proto &&
           !memcmp(a.saddr, b.saddr, lvsx_addr_len(a.family)) &&
           !memcmp(a.daddr, b.daddr, lvsx_addr_len(a.family));
}

void fail(const char *file, int line, const char *what) {
    printf("not ok - %s\n# seed %llu, %s:%d: expected %s\n", running,
           static_cast<unsigned long long>(running_seed), file, line, what);
    exit(1);
}

Model::Model(u64 seed, u8 of_family, u8 block_shift) : random(seed), family(of_family) {
    constexpr u32 MaxBlocks = 40000;
    const lvsx_key key{{seed, ~seed}};
    now = 0xfffc0000; // wraps soon
    for (u32 i = 0; i < LVSX_STATE_MAX; i++)
        timeouts.ms[i] = 1000 + draw(100000);
    for (int n = 0; n < Cpus; n++) {
        Cpu &c = cpu[n];
        c.directory.resize(MaxBlocks);
        c.buckets.resize(MaxBlocks);
        lvsx_flow_init(&c.table, static_cast<u16>(n), &key, c.directory.data(), c.buckets.data(),
                       MaxBlocks, block_shift, now32());
        c.table.priv = this;
    }
    feed();
    for (auto &c : cpu)
        CHECK(lvsx_flow_start(&c.table));
}

Model::~Model() {
    for (auto &c : cpu)
        for (void *block : c.directory)
            free(block);
}

std::vector<u16> Model::ports_of(int n, const lvsx_tuple &back) const {
    const lvsx_portmap_ports &p = map.ports[back.family];
    u32 base = lvsx_portmap_base(&map, back.saddr, back.daddr, back.sport, back.family);
    std::vector<u16> ports;
    for (u32 c = 0; c < LVSX_PORT_CLASSES; c++)
        if (map.cpu_of[c ^ base] == n)
            ports.insert(ports.end(), p.port + p.start[c], p.port + p.start[c + 1]);
    return ports;
}

void Model::feed() {
    for (auto &c : cpu) {
        for (u32 n = starve ? 0 : lvsx_arena_wants(&c.table.arena); n; n--) {
            size_t size = size_t{LVSX_LINE} << c.table.arena.shift;
            void *block = aligned_alloc(LVSX_LINE, size);
            memset(block, 0, size);
            CHECK(lvsx_arena_give(&c.table.arena, block));
        }
    }
}

} // namespace lvsx::model

using namespace lvsx::model;

extern "C" void lvsx_hash_seed(lvsx_seed *seed, const lvsx_key *key) {
    *seed = {0, 0, key->k[0], key->k[1]};
}

/* Collides as often as it is to; if not at all, it is the one that stands in line elsewhere. */
extern "C" u64 lvsx_hash_tuple(const lvsx_tuple *t, const lvsx_seed *seed) {
    if (t->family == LVSX_IPV4 && hash_bits == ~0ull)
        return sip_hash_ip4(sip_ip4(lvsx_join_addrs(t->saddr[0], t->daddr[0]),
                                    lvsx_join_ports(t->sport, t->dport), t->proto),
                            seed);
    return mix(digest(*t) ^ seed->c) & hash_bits;
}

extern "C" lvsx_half *lvsx_host_find_remote(lvsx_pkt *pkt, lvsx_table **owner) {
    auto *m = static_cast<Model *>((*owner)->priv);
    lvsx_table *other = &m->cpu[1 - pkt->cpu].table;
    lvsx_half *h = lvsx_flow_find_remote(other, &pkt->tuple, pkt->hash);
    if (h)
        *owner = other;
    return h;
}

extern "C" const lvsx_table *lvsx_host_table(const lvsx_pkt *, u16) { return nullptr; }

extern "C" void lvsx_host_flow_gone(lvsx_table *t, lvsx_half *fwd, lvsx_half *rev) {
    auto *m = static_cast<Model *>(t->priv);
    lvsx_tuple out;
    lvsx_half_match(fwd, &out);
    auto it = m->by_out.find(out);
    CHECK(it != m->by_out.end());
    Flow &f = *it->second;
    CHECK(f.fwd == fwd && lvsx_flow_other(fwd) == rev);
    check_half(fwd, f.out, f.back);
    check_half(rev, f.back, f.out);
    CHECK(m->may_end_early || m->now - f.seen >= m->timeouts.ms[f.state]);
    forget(*m, &f);
}

extern "C" void lvsx_host_conn_active(lvsx_table *, lvsx_half *, bool) {}

extern "C" void lvsx_host_conn_state(lvsx_table *, lvsx_half *) {}

extern "C" void lvsx_host_flow_idled(lvsx_table *, const lvsx_half *, const lvsx_half *) {}

int main(int argc, char **argv) {
    u64 operations = argc > 1 ? strtoull(argv[1], nullptr, 0) : 100000;
    u64 seed = argc > 2 ? strtoull(argv[2], nullptr, 0) : 1;
    printf("1..9\n");
    run("IPv4, small blocks", seed, LVSX_IPV4, 4, operations, 5000);
    run("IPv6, small blocks", seed + 1, LVSX_IPV6, 4, operations, 5000);
    run("IPv4, blocks of 4 KiB", seed + 2, LVSX_IPV4, 6, operations, 5000);
    run("both families and both at once, long flows and short ones", seed + 7, Mixed, 6, operations, 5000);
    hash_bits = 0xffffffff0003000full;
    run("hashes that collide", seed + 3, LVSX_IPV4, 6, operations / 4, 5000);
    run("the same of all kinds", seed + 8, Mixed, 6, operations / 4, 5000);
    hash_bits = 0;
    run("hashes that are all the same", seed + 4, LVSX_IPV6, 5, operations / 50, 1000);
    hash_bits = ~0ull;
    run_big("300 k flows of IPv4", seed + 5, LVSX_IPV4, 300000);
    run_big("100 k flows of IPv6", seed + 6, LVSX_IPV6, 100000);
    return 0;
}
