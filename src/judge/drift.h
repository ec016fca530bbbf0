// SPDX-License-Identifier: MIT
// Whether a series moves, and how its neighbours hang together. Knows no units and no clock; no heap.
// Sources: slope, Theil 1950 and Sen 1968, found by counting inversions (Cole, Salowe, Steiger and Szemeredi
// 1989); test, Mann 1945 and Kendall 1975, with their variance under ties; autocorrelation, Box and Jenkins
// 1970.
#pragma once

#define DRIFT_VALUES_MAX 4096 // values of a series

struct drift {
    double slope; // Theil-Sen: the median of all pairwise slopes, a step; to 1e-12 of the range of y
    double p;     // Mann-Kendall, two-sided, normal with continuity correction: does it move? Too small
                  // on an autocorrelated series; 1 when all values are equal
    double lag1;  // autocorrelation at lag 1, in [-1, 1]; 0 when all values are equal
};

// y[0..n) at equal steps. 0, or -EINVAL when n < 3 or n > DRIFT_VALUES_MAX or a value is not finite (or
// beyond 1e100).
int drift_of(const double *y, unsigned n, struct drift *d);
