/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A plain model of the flow tables of two CPUs, beside the real ones: maps that are too simple to
 * be wrong. flow_model.cc does random things to both and compares; audit.cc looks inside the
 * tables.
 */
#pragma once

#include "core.hh"

#include <cstring>
#include <memory>
#include <random>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace lvsx::model {

constexpr int Cpus = 2;
constexpr u8 Mixed = 2;

struct TupleHash {
    size_t operator()(const lvsx_tuple &t) const;
};

struct TupleEqual {
    bool operator()(const lvsx_tuple &a, const lvsx_tuple &b) const;
};

struct Flow {
    lvsx_half *fwd;
    u32 line;
    int cpu;
    size_t place;    // in Model::flows
    lvsx_tuple out;  // client → vip
    lvsx_tuple back; // real → local
    u64 seen;        // last packet, milliseconds that do not wrap
    u8 state;
    bool late;   // the wheel was not told of a shorter timeout
    bool queued; // the owner knows that it has closed
};

struct Cpu {
    lvsx_table table;
    std::vector<void *> directory;
    std::vector<void *> buckets;
    std::unordered_set<u32> dead_new, dead_old; // lines that may not be used again yet
    bool waiting = false;
};

struct Model {
    Model(u64 seed, u8 family, u8 block_shift);
    ~Model();

    void feed();
    /* The ports of one CPU for replies like @back. */
    std::vector<u16> ports_of(int cpu, const lvsx_tuple &back) const;
    u32 draw(u32 below) { return static_cast<u32>(random() % below); }
    u32 now32() const { return static_cast<u32>(now); }
    u8 some_family() { return family == Mixed ? static_cast<u8>(draw(2)) : family; }

    std::mt19937_64 random;
    u8 family; // of all flows, or Mixed: of each end of each
    u64 now;
    lvsx_portmap map{};
    lvsx_timeouts timeouts{};
    u64 counters[LVSX_REASON_MAX] = {};
    Cpu cpu[Cpus];
    std::vector<Flow *> flows;
    std::unordered_map<lvsx_tuple, std::unique_ptr<Flow>, TupleHash, TupleEqual> by_out;
    std::unordered_map<lvsx_tuple, Flow *, TupleHash, TupleEqual> by_back;
    u64 exhausted = 0; // ports that were looked at when there was none
    u64 quick = 0;     // ports that were taken in line
    u64 recycled = 0;  // ports of closed flows
    bool starve = false;
    bool may_end_early = false; // flows may go before their time has come
};

/* Ends the program with a sentence. */
[[noreturn]] void fail(const char *file, int line, const char *what);

#define CHECK(what)                                                                                \
    do {                                                                                           \
        if (!(what))                                                                               \
            lvsx::model::fail(__FILE__, __LINE__, #what);                                          \
    } while (0)

/* Everything that must hold of one table, and of its pools if it has any. */
void audit(const Model &m, int cpu);

/* Collisions: only these bits of the tuples' hashes are used. */
extern u64 hash_bits;

} // namespace lvsx::model
