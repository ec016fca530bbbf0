// SPDX-License-Identifier: MIT
// Fits the Universal Scalability Law X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)) to a closed-loop
// sweep of N clients. Does not know which points the client itself held back: leave those out.
// Sources: the law, Gunther 2007; here as N / X = a + b (N - 1) + c N (N - 1), least squares of relative
// errors with a, b, c not negative (Lawson and Hanson 1974, by trying each set of zeros); intervals, residual
// bootstrap, Efron 1979, with all points of one N as a block and Student's t.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define USL_MAX 256    // points
#define USL_DISTINCT 6 // numbers of clients that it takes

struct usl_point {
    double clients;    // N >= 1
    double throughput; // X > 0, any unit
};

// In simulations the intervals err on the wide side: they held the truth 97 times of 100 and more, and the
// peak's 93 times and more where there was one point for each N or the repeats of one N shared their errors.
struct usl_value { // with its 95 % interval, which is approximate: no exact one is known
    double value, low, high;
};

struct usl {
    struct usl_value gamma; // throughput of one client
    struct usl_value alpha; // share that is serial: contention
    struct usl_value beta;  // cost of keeping pairs in agreement: coherency
    double error;           // root of the mean square of relative errors
    bool peaked;            // there is a peak, and it is at no more than twice the largest N
    struct usl_value peak;  // N* = sqrt((1 - alpha) / beta) and at least 1, if peaked, else 0: where X is
                            // greatest. high may be twice the largest N, and then means that or more
};

// 0, or -EINVAL when n > USL_MAX or a point is not as above or beyond 1e12 in a number, -ENODATA when there
// are fewer than USL_DISTINCT different N. seed: of the bootstrap; the values do not depend on it, the
// intervals a little.
int usl_fit(const struct usl_point *points, unsigned n, uint64_t seed, struct usl *fit);
