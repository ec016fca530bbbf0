// SPDX-License-Identifier: MIT
// A run cut into intervals: each row holds what happened in one, counters and latencies, and all rows sum up
// to the run exactly. Costs nothing per request: a row is the difference between two looks at a recorder.
// When there are too many rows, two become one, and the intervals twice as long.
#pragma once

#include "stats/recorder.h"

#define SERIES_ROWS_MAX 4096

struct series_row {
    uint64_t due;                   // requests due in the interval (the closed loop: sent)
    uint64_t sent;                  // left in it
    uint64_t ok, errors;            // answered in it
    uint64_t invalidations;         // that came in it: of CLIENT TRACKING
    double cpu_s;                   // of the client's threads
    size_t latency_at, latency_len; // cells, in the series' bytes
    size_t lag_at, lag_len;
};

struct series {
    uint64_t step_ns;  // length of each row but the last
    uint64_t total_ns; // of all rows
    struct series_row *rows;
    size_t n, cap;
    struct buf latency, lag;  // cells of all rows, in order
    uint64_t due_later;       // due in the row that is not yet there
    struct series_row before; // sums of all rows
    struct hist_mark *latency_mark, *lag_mark;
};

// Begins: nothing has happened yet. rec as it will be looked at. 0 or -ENOMEM.
int series_init(struct series *s, const struct recorder *rec, uint64_t step_ns);
void series_reset(struct series *s, uint64_t step_ns); // back to nothing
void series_free(struct series *s);

// Whether the row of that time is there already, where others may be reading it.
static inline bool series_past(const struct series *s, uint64_t at_ns)
{
    return at_ns < s->n * s->step_ns;
}

// n requests were due at_ns after the start. Only in the open loop.
void series_due(struct series *s, uint64_t at_ns, uint64_t n);

// Ends a row: what rec has got since the last. cpu_s: of the thread, since the start. 0 or -ENOMEM.
int series_mark(struct series *s, const struct recorder *rec, double cpu_s);

// When the next row ends, from the start.
static inline uint64_t series_edge(const struct series *s)
{
    return (s->n + 1) * s->step_ns;
}

// Ends the last row, total_ns after the start; it may be shorter or longer than the others.
int series_end(struct series *s, const struct recorder *rec, double cpu_s, uint64_t total_ns);

// Pairs of rows become one.
void series_coarsen(struct series *s);

// Adds row by row what n workers saw. They are brought to the same step. 0 or -ENOMEM with nothing to free.
int series_sum(struct series *out, struct series *const *from, size_t n);

// All of it happened so much later: whole rows, of which there are no more than SERIES_ROWS_MAX, go before
// it. Not of one that is still written. 0 or -ENOMEM.
int series_delay(struct series *s, uint64_t by_ns);

// `rows` rows from row `first` on as one; fewer at the end. The cells of a series_sum are in the whole's
// bytes.
struct series_row series_group(const struct series *s, size_t first, size_t rows);

static inline struct slice series_latency(const struct series *s, const struct series_row *row)
{
    return row->latency_len ? (struct slice){s->latency.at + row->latency_at, row->latency_len}
                            : (struct slice){"", 0};
}

static inline struct slice series_lag(const struct series *s, const struct series_row *row)
{
    return row->lag_len ? (struct slice){s->lag.at + row->lag_at, row->lag_len} : (struct slice){"", 0};
}
