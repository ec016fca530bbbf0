// SPDX-License-Identifier: MIT
// Whether counts follow a law: Pearson's chi-square over bins. Plain arrays in, plain values out; knows no
// law by name.
// Sources: Pearson 1900; the incomplete gamma function by its series and its continued fraction, Abramowitz
// and Stegun 1964, 6.5.29 and 6.5.31.
#pragma once

#include <stdint.h>

#define CHISQUARE_EXPECTED 10 // that a bin is to expect at least: thinner ones are put together with the next

struct chisquare {
    double statistic, p; // p: by chance so large a statistic or a larger one
    unsigned df;         // 0: there is too little to tell anything, and p is 1
    uint64_t n;
};

// P(X >= x) of a chi-square law with df degrees of freedom, to 1e-10. df >= 1 and x >= 0, else a BUG.
double chisquare_p(double x, unsigned df);

// seen[i] of what has share[i] of all; shares are above 0 and sum up to 1.
struct chisquare chisquare_of(const uint64_t *seen, const double *share, unsigned bins);
