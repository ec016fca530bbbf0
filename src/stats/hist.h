// SPDX-License-Identifier: MIT
// Latencies in ns, from 1 ns to one hour, in an HdrHistogram; beside it the exact count, least, greatest and
// sum. Values above an hour are counted apart and never clamped. The only file pair that sees HdrHistogram.
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define HIST_TOP_NS (UINT64_C(3600) * 1000000000)

struct hist;

// digits: significant decimal digits, 1 to 5, else a BUG. NULL when there is no memory.
struct hist *hist_new(int digits);
void hist_free(struct hist *h);
void hist_reset(struct hist *h);

// n values of ns at once; 0 counts as 1 ns.
void hist_record(struct hist *h, uint64_t ns, uint64_t n);

// Adds from's values to h. Same digits, else a BUG.
void hist_merge(struct hist *h, const struct hist *from);

uint64_t hist_count(const struct hist *h);    // every value recorded, those above the top included
uint64_t hist_overflow(const struct hist *h); // values above HIST_TOP_NS
uint64_t hist_min(const struct hist *h);      // exact; 0 when empty
uint64_t hist_max(const struct hist *h);      // exact, above the top too; 0 when empty
double hist_mean(const struct hist *h);       // exact sum over count; 0 when empty
double hist_deviation(const struct hist *h);  // standard deviation, ns, as of the middles of the buckets
int hist_digits(const struct hist *h);
int hist_buckets(const struct hist *h);     // how HdrHistogram divides its range: halvings,
int hist_sub_buckets(const struct hist *h); // and steps in the first

// Nearest rank: the value of rank ceil(q * count), as the greatest value that its bucket can hold, though
// never above the exact greatest. q in [0, 1]; 0 gives the least. 0 when empty.
uint64_t hist_quantile(const struct hist *h, double q);

// The sum of the values <= ns, as of the middles of their buckets.
double hist_sum_upto(const struct hist *h, uint64_t ns);

// How many values are <= ns (whole buckets: those whose greatest value is <= ns; the exact greatest counts).
uint64_t hist_count_upto(const struct hist *h, uint64_t ns);

// One step of a walk over the histogram.
struct hist_step {
    double percentile;   // 0 to 100
    uint64_t ns;         // upper edge of the step
    uint64_t cumulative; // values <= ns
};

// Calls see() for each step, in rising order, until it answers false.
// By percentile: 0, 50, 75, 87.5, ... 100: ticks steps each time the distance to 100 % halves. The last step
// is 100 with every value in it, also when there is none.
void hist_walk_percentiles(const struct hist *h, int ticks, bool (*see)(void *ctx, const struct hist_step *),
                           void *ctx);
// By value: upper edges that next(edge), which must rise, gives from 0 on, up to the first at or above the
// greatest value; above HIST_TOP_NS the exact greatest is the one edge that is left. No steps when empty.
void hist_walk_linear(const struct hist *h, uint64_t (*next)(uint64_t edge),
                      bool (*see)(void *ctx, const struct hist_step *), void *ctx);

// The HdrHistogram V2 compressed encoding in base64, NUL-terminated, to be freed by the caller; NULL without
// memory.
char *hist_encode(const struct hist *h);

// Reads what hist_encode wrote, or another tool in that encoding. Least, greatest and mean are as exact as
// the buckets, and what was above HIST_TOP_NS is not in it. NULL where it is no such text, holds values above
// HIST_TOP_NS, or without memory.
struct hist *hist_decode(const char *base64);

// --- what was recorded between two looks ---

// Counts as of the last look.
struct hist_mark;

struct hist_mark *hist_mark_new(const struct hist *h); // NULL without memory
void hist_mark_free(struct hist_mark *m);
void hist_mark_reset(struct hist_mark *m); // as if nothing had been recorded

// Appends to out what h has got since the last look, as cells: bytes that only the functions below read.
// Cells of one histogram may stand behind one another; they add up. Values above the top are in no cell.
// 0 or -ENOMEM.
int hist_cells_since(const struct hist *h, struct hist_mark *m, struct buf *out);

// Whether bytes are whole cells of h's kind, of no more than HIST_CELLS_MAX values: those that came from
// elsewhere are not read before. *count: how many values.
#define HIST_CELLS_MAX (UINT64_C(1) << 50)
bool hist_cells_fit(const struct hist *h, struct slice cells, uint64_t *count);

// Records the values of cells, each as the greatest that its bucket can hold.
void hist_add_cells(struct hist *h, struct slice cells);

// Calls see() for each cell, in no order, with the greatest value that its bucket can hold and how many there
// are. h: of the digits that the cells come from.
void hist_cells_walk(const struct hist *h, struct slice cells,
                     void (*see)(void *ctx, uint64_t ns, uint64_t n), void *ctx);

// How many values of the cells are > ns (whole buckets, as hist_count_upto). h: of the digits
// that the cells come from.
uint64_t hist_cells_above(const struct hist *h, struct slice cells, uint64_t ns);

// --- without loss ---

// What the cells of a histogram do not tell. sum is high * 2^64 + low.
struct hist_exact {
    uint64_t overflow, min, max, sum_high, sum_low;
};

struct hist_exact hist_exact(const struct hist *h);
int hist_cells(const struct hist *h, struct buf *out); // all that was recorded, as hist_cells_since

// The histogram of which the two above were taken. 0, -ENOMEM, or -EINVAL where they are of none.
int hist_of(struct hist **out, int digits, struct slice cells, const struct hist_exact *e);
