// SPDX-License-Identifier: MIT
// A run as it can be drawn while it goes on: answers and latencies over time, in a fixed number of bins that
// become twice as long when there are too many. Never measures, never draws.
#pragma once

#include "stats/hist.h"

#define TIMELINE_BINS 256
#define TIMELINE_DECADE 24                    // levels of latency in each power of ten,
#define TIMELINE_LEVELS (7 * TIMELINE_DECADE) // from 1 µs to 10 s; the last takes what is above
#define TIMELINE_BIN_NS UINT64_C(250000000)   // of a bin, at first

struct timeline_bin {
    uint64_t ok, errors;
    uint32_t levels[TIMELINE_LEVELS]; // latencies of ok answers
};

struct timeline {
    uint64_t bin_ns;
    unsigned n;                // bins; the last is still open
    struct timeline_bin *bins; // [TIMELINE_BINS]
    struct hist *all;          // latencies of all bins
};

// 0 or -ENOMEM; timeline_free either way.
int timeline_init(struct timeline *t, int digits);
void timeline_reset(struct timeline *t);
void timeline_free(struct timeline *t);

// What happened start_ns after the beginning. latency: cells of ok answers.
void timeline_add(struct timeline *t, uint64_t start_ns, uint64_t ok, uint64_t errors, struct slice latency);

// The upper edge of a level, ns.
uint64_t timeline_edge(unsigned level);

// Of `bins` bins from `first` on: the edge of the level that quantile q lies in; 0 where nothing was
// answered.
uint64_t timeline_quantile(const struct timeline *t, unsigned first, unsigned bins, double q);

// The same bins as one.
void timeline_sum(const struct timeline *t, unsigned first, unsigned bins, struct timeline_bin *out);
