// SPDX-License-Identifier: MIT
// Whether a series of values drifts. Pure functions; n up to TREND_MAX, longer series are thinned evenly.
#pragma once

#include <stddef.h>

#define TREND_MAX 1024

struct trend {
    double slope;  // of one step of the series: the median of the slopes of all pairs (Sen 1968)
    double median; // of the values
    double p; // two-sided, of no drift at all (Mann 1945, Kendall 1975; ties counted; normal approximation)
};

// n < 3 gives slope 0 and p 1.
void trend_of(struct trend *out, const double *y, size_t n);

// The drift over the whole series as a share of its median; 0 where that is 0.
double trend_drift(const struct trend *t, size_t n);
