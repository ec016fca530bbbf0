// SPDX-License-Identifier: MIT
// Of requests cut into intervals: the share that was late, with an interval that counts how lateness bunches,
// and whether a backlog grows. Plain arrays in; no clock, no heap.
// Sources: ratio estimator of cluster sampling, Cochran 1977, chapter 6, with Student's t; Mann-Kendall test.
#pragma once

#include <stdbool.h>

#define LATE_SHARE_ROWS_MIN 5 // fewer say too little about their spread
#define LATE_SHARE_ROWS_MAX 512
#define LATE_SHARE_GROWTH 0.01 // of what was due, that a backlog must grow by to count

struct late_share_row {
    double all, late; // requests
    double backlog;   // due and not answered at the end of the interval
};

struct late_share {
    double share;     // late of all; 0 of nothing
    double low, high; // 95 % interval, in [0, 1]; 0 and 1 where there are too few rows. Of nothing that is
                      // late, or everything, as of independent requests (Clopper and Pearson 1934)
    double variance;  // of the number that is late; 0 where there are too few rows
};

// 0, or -EINVAL when n > LATE_SHARE_ROWS_MAX or a number is negative, not finite or beyond 1e100.
int late_share_of(const struct late_share_row *rows, unsigned n, struct late_share *out);

// Whether the backlog grows, beyond chance (p < 0.01) and by at least LATE_SHARE_GROWTH of the requests that
// are due in an interval. False where there are too few rows to tell.
bool late_share_grows(const struct late_share_row *rows, unsigned n, double due_per_row);
