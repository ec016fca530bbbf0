// SPDX-License-Identifier: MIT
// One target of a comparison measured once. Plain values; judges nothing.
#pragma once

#include "judge/design.h"
#include "stats/comparison_metric.h"
#include "stats/summary.h"
#include "stats/verdict.h"

// One target measured once.
struct comparison_slot {
    unsigned target;
    double value[COMPARISON_METRICS]; // requests a second; ns; 0 for those that were not measured
    enum limit limited_by;
    double client_idle; // share of the time that the client only waited for it; 0: unknown
    uint64_t doubts;    // bit r: the rule r of doubt.h holds
    uint64_t answered, errors, unfinished;
    uint64_t hits, misses;
    uint64_t sent, counted; // requests sent; commands that the server says it processed, 0 where it does not
    double server_cpu_s;    // that the server used, less than 0 where unknown
    bool aof, saved;
    uint64_t evicted;
    unsigned outages; // times in which it, or a node of it, served nobody, and how long that was in all
    double outage_s;
};

struct comparison_block {
    unsigned n;
    struct comparison_slot slots[DESIGN_SLOTS_MAX];
};

// What one measurement says of a slot, but for its doubts; slot->target stays.
void comparison_slot_of(struct comparison_slot *slot, const struct summary *s);
