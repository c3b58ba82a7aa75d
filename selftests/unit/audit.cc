// SPDX-License-Identifier: GPL-2.0-only
/* What must hold inside a table between any two operations. */
#include "model.hh"

#include <map>

namespace lvsx::model {
namespace {

enum class Count { Ahead, Queued };

template <typename T>
const T *at(const lvsx_table &t, u32 line) {
    return static_cast<const T *>(lvsx_line(&t.arena, line));
}

const lvsx_half *rev_of(const lvsx_table &t, u32 line) {
    return lvsx_flow_rev(const_cast<lvsx_half *>(at<lvsx_half>(t, line)));
}

u32 flow_lines(u8 kind) {
    return 2 * lvsx_kind_lines(kind) + (kind & LVSX_KIND_EXT ? 1 : 0);
}

u32 chain_length(const lvsx_table &t, u32 line) {
    u32 n = 0;
    for (; line; line = *at<u32>(t, line))
        n++;
    return n;
}

/* Buckets: each entry where it belongs, once; only the last of a chain has room, none is idle. */
u32 audit_index(const Model &m, const lvsx_table &t) {
    std::unordered_set<u32> seen;
    u32 overflows = 0;
    u32 mask = 1;
    while (mask < t.buckets)
        mask <<= 1;
    for (u32 n = 0; n < t.buckets; n++) {
        auto *b = static_cast<const lvsx_bucket *>(t.bucket_block[n >> t.arena.shift]) +
                  (n & ((1u << t.arena.shift) - 1));
        for (bool head = true; b; head = false) {
            u32 filled = 0;
            for (u32 i = 0; i < LVSX_BUCKET_SLOTS; i++) {
                if (!b->ref[i])
                    continue;
                filled++;
                auto *half = at<lvsx_half>(t, b->ref[i]);
                u32 home = half->hash & (mask - 1);
                if (home >= t.buckets)
                    home &= (mask >> 1) - 1;
                CHECK(half->line == b->ref[i]);
                CHECK(home == n);
                CHECK(b->tag[i] == half->hash >> 16);
                CHECK(seen.insert(b->ref[i]).second);
            }
            CHECK(!b->next || filled == LVSX_BUCKET_SLOTS);
            CHECK(head || filled);
            overflows += !head;
            b = b->next ? at<lvsx_bucket>(t, b->next) : nullptr;
        }
    }
    CHECK(overflows == t.stats.overflows);
    CHECK(t.entries == seen.size());
    CHECK(t.entries == 2 * t.stats.flows);
    CHECK(!(t.move_seq & 1));
    for (u32 line = t.overflow_free; line; line = at<lvsx_bucket>(t, line)->next) {
        for (u32 ref : at<lvsx_bucket>(t, line)->ref)
            CHECK(!ref);
        overflows++;
    }
    (void)m;
    return overflows;
}

/* Each live flow stands in the slot that it names. Returns the chunks. */
u32 audit_wheel(const lvsx_table &t, const std::unordered_set<u32> &live) {
    std::unordered_set<u32> armed;
    u32 chunks = 0;
    for (u32 slot = 0; slot < LVSX_WHEEL_SLOTS; slot++) {
        u32 fill = t.wheel_fill[slot];
        for (u32 line = t.wheel[slot]; line; fill = LVSX_CHUNK_REFS) {
            auto *c = at<lvsx_chunk>(t, line);
            chunks++;
            for (u32 i = 0; i < fill; i++)
                if (c->ref[i] && live.count(c->ref[i]) && rev_of(t, c->ref[i])->rev.wheel_slot == slot)
                    armed.insert(c->ref[i]);
            line = c->next;
        }
    }
    for (u32 line : live)
        CHECK(armed.count(line));
    return chunks;
}

/* The ports that the cursor has yet to come to. */
void mark_ahead(const Model &m, const lvsx_table &t, const lvsx_pool &pool,
                std::map<u16, Count> &ports) {
    const lvsx_portmap_ports &p = m.map.ports[pool.family];
    u32 base = lvsx_portmap_base(&m.map, pool.addr + lvsx_words(pool.family), pool.addr,
                                 pool.rport, pool.family);
    u32 c = 0;
    while (p.start[c + 1] <= pool.cursor)
        c++;
    u32 i = pool.cursor - p.start[c];
    for (u32 n = pool.fresh; n; n--) {
        while (m.map.cpu_of[c ^ base] != t.cpu || i >= u32(p.start[c + 1] - p.start[c])) {
            c = (c + 1) % LVSX_PORT_CLASSES;
            i = 0;
        }
        CHECK(ports.emplace(p.port[p.start[c] + i++], Count::Ahead).second);
    }
}

u32 mark_queued(const lvsx_table &t, const lvsx_pool &pool, std::map<u16, Count> &ports) {
    u32 chunks = 0;
    for (u32 line = pool.head, i = pool.head_at; line; i = 0) {
        auto *c = at<lvsx_port_chunk>(t, line);
        u32 end = line == pool.tail ? pool.tail_at : LVSX_PORT_CHUNK;
        CHECK(i < end);
        for (; i < end; i++)
            CHECK(ports.emplace(ntohs(c->port[i]), Count::Queued).second);
        CHECK((line == pool.tail) == !c->next);
        chunks++;
        line = c->next;
    }
    CHECK(!pool.head == !pool.tail);
    return chunks;
}

/* Each port of a pool in exactly one state. Returns lines of pools and queues. */
u32 audit_pool(const Model &m, const Cpu &cpu, u32 line) {
    const lvsx_table &t = cpu.table;
    auto &pool = *at<lvsx_pool>(t, line);
    std::map<u16, Count> ports;
    bool current = pool.generation == u16(m.map.generation);
    if (current)
        mark_ahead(m, t, pool, ports);
    u32 lines = 1 + mark_queued(t, pool, ports);
    if (!current)
        return lines;

    lvsx_tuple back{};
    back.family = pool.family;
    back.proto = pool.proto;
    back.sport = pool.rport;
    memcpy(back.daddr, pool.addr, lvsx_addr_len(pool.family));
    memcpy(back.saddr, pool.addr + lvsx_words(pool.family), lvsx_addr_len(pool.family));
    size_t found = 0;
    auto own = m.ports_of(t.cpu, back);
    CHECK(own.size() == pool.total);
    for (u16 port : own) {
        back.dport = htons(port);
        CHECK(lvsx_portmap_cpu(&m.map, &back) == t.cpu);
        auto count = ports.find(port);
        found += count != ports.end();
        auto held = m.by_back.find(back);
        if (held == m.by_back.end() || held->second->cpu != t.cpu) {
            CHECK(count != ports.end() || pool.untracked);
            continue;
        }
        if (held->second->fwd->fwd.pool != line)
            continue;
        const auto &held_by = lvsx_flow_other(held->second->fwd)->rev;
        if (held_by.port_round != pool.round)
            CHECK(count != ports.end() && count->second == Count::Ahead);
        else if (held_by.port_queued)
            CHECK(count != ports.end() && count->second == Count::Queued);
        else
            CHECK(count == ports.end());
    }
    CHECK(found == ports.size());
    return lines;
}

void audit_flows(const Model &m, int n, std::unordered_set<u32> &live) {
    const lvsx_table &t = m.cpu[n].table;
    std::unordered_map<u32, u32> used; // pool → flows
    for (const Flow *f : m.flows) {
        if (f->cpu != n)
            continue;
        CHECK(live.insert(f->fwd->line).second);
        if (f->fwd->fwd.pool)
            used[f->fwd->fwd.pool]++;
    }
    CHECK(live.size() == t.stats.flows);
    u32 cursor = 0, left = ~0U, walked = 0;
    while (const lvsx_half *h = lvsx_flow_walk(&t, &cursor, &left)) {
        CHECK(live.count(h->line));
        walked++;
    }
    CHECK(walked == live.size());
    for (auto [line, n_used] : used)
        CHECK(at<lvsx_pool>(t, line)->used == n_used);
}

} // namespace

void audit(const Model &m, int n) {
    const Cpu &cpu = m.cpu[n];
    const lvsx_table &t = cpu.table;
    std::unordered_set<u32> live;

    audit_flows(m, n, live);
    u32 lines = audit_index(m, t) + audit_wheel(t, live);
    for (u32 head : t.pool)
        for (u32 line = head; line; line = at<lvsx_pool>(t, line)->next)
            lines += audit_pool(m, cpu, line);
    CHECK(lines == t.arena.lines_used);
    CHECK(t.arena.used <= t.arena.given);

    /* Every line of every block of flows is live, dead, free or never used, or too few for one. */
    u32 lines_of_flows = 0;
    for (u32 line : live)
        lines_of_flows += flow_lines(at<lvsx_half>(t, line)->kind);
    for (u32 line : cpu.dead_new)
        lines_of_flows += flow_lines(at<lvsx_half>(t, line)->kind);
    for (u32 line : cpu.dead_old)
        lines_of_flows += flow_lines(at<lvsx_half>(t, line)->kind);
    u32 used = 0;
    for (u32 size = 0; size < LVSX_FLOW_SIZES; size++) {
        const lvsx_flow_store &store = t.store[size];
        for (u32 line = store.free; line; line = at<lvsx_half>(t, line)->next_free)
            lines_of_flows += size + 2;
        lines_of_flows += (store.fresh_end - store.fresh) / (size + 2) * (size + 2);
    }
    for (u32 i = 0; i < t.flow_blocks; i++) {
        auto tagged = reinterpret_cast<uintptr_t>(t.bucket_block[t.arena.max - 1 - i]);
        u32 per = 2 + tagged % LVSX_FLOW_SIZES;
        used += (1u << t.arena.shift) / per * per;
    }
    CHECK(t.stats.dead == cpu.dead_new.size() + cpu.dead_old.size());
    CHECK(lines_of_flows == used);
    u32 singles =
        chain_length(t, t.arena.free) + t.arena.lines_used + (t.arena.fresh_end - t.arena.fresh);
    CHECK(singles == (t.arena.used - t.flow_blocks - t.bucket_blocks) << t.arena.shift);
}

} // namespace lvsx::model
