// SPDX-License-Identifier: MIT
// A quantile and how far it can be trusted. Latencies under load come in bunches, so their number says little
// about that: the interval is had from how much the quantile's share differs between the rows of the series
// (the ratio estimator of cluster sampling, Cochran 1977, chapter 6; batch means in simulation).
#pragma once

#include "stats/series.h"

enum { QUANTILE_P50, QUANTILE_P90, QUANTILE_P95, QUANTILE_P99, QUANTILE_P999, QUANTILE_P9999, QUANTILES };

extern const struct quantile_name {
    double q;
    const char *text; // "p99.9", as people write it
    const char *key;  // "p99_9", in JSON
} quantile_names[QUANTILES];

struct quantile {
    uint64_t ns;
    bool at_least; // unfinished requests lie below it: the true one is this or more
    bool few;      // fewer than 100 samples lie beyond it
    bool unstable; // they are enough, but came in so few bunches that they, or those of a lower quantile, are
                   // worth fewer than 10
    bool has_interval; // there were enough rows: with 95 % confidence
    uint64_t low_ns, high_ns;
    bool open_end;        // high_ns is the greatest value: the interval has no upper end
    double design_effect; // 1: as good as independent; 50: worth 1/50 of as many
    double worth;         // how many independent samples those above it are worth
    unsigned rows;        // that it rests on: those of the series, put together where there are many
};

// Works out quantile q of all (latencies and, at their least, what is unfinished). rows: how the ok replies
// spread over the run. latency: those alone.
void quantile_of(struct quantile *out, double q, const struct hist *all, const struct hist *latency,
                 const struct series *rows);

// Rows of a load that several generators made.
struct quantile_rows {
    const struct series *all; // their sum
    const struct series *of;  // [n], as long as those
    size_t n;                 // 0 and 1: there is one
};

// The same, with generators as clusters: what differs between them counts as what differs between rows
// (two-way clustering: Cameron, Gelbach and Miller 2011; degrees of freedom: Satterthwaite 1946).
void quantile_of_many(struct quantile *out, double q, const struct hist *all, const struct hist *latency,
                      const struct quantile_rows *rows);

// Whether its samples bear it.
static inline bool quantile_sound(const struct quantile *x)
{
    return !x->few && !x->unstable;
}

// How far the interval reaches to its longer side, over the quantile, or a number above 1e9 where there is
// none.
double quantile_error(const struct quantile *x);

// Its standard error over the quantile, by the interval; one without an upper end reaches as far up as down.
// 0: unknown.
double quantile_spread(const struct quantile *x);
