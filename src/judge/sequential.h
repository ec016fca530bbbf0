// SPDX-License-Identifier: MIT
// A comparison that is looked at after every block and stops as soon as it knows. What paired.h says of a
// number of blocks that was fixed beforehand, this says at every look from SEQUENTIAL_FIRST blocks to
// SEQUENTIAL_LAST, so that the intervals of all looks together hold the truth with 95 %: an error does not
// grow with looking, and any reason to stop is a good one. Never looks inside a block, and knows no clock.
// Valid where the differences are symmetric and their signs are independent, which the random order of a
// block sees to. Why this way: docs/decisions/0004-sequential-comparison.md.
// Source: repeated confidence intervals, Jennison and Turnbull 1984; error spent by a function, Lan and
// DeMets 1983; on signed ranks.
#pragma once

#include "judge/finding.h"
#include "judge/paired.h"

#define SEQUENTIAL_FIRST 7         // blocks before which there is no verdict
#define SEQUENTIAL_LAST PAIRED_MAX // blocks after which there is no further look
#define SEQUENTIAL_FAMILY 8        // verdicts at most that share the error
#define SEQUENTIAL_ERROR 0.045     // over all looks and all verdicts of a family: 5 %, less a reserve

// What is asked of one metric that decides.
struct sequential_terms {
    unsigned family;      // how many verdicts decide together, this one among them: 1 to SEQUENTIAL_FAMILY
    double margin, floor; // as finding_of takes them
};

// What is known after a block.
struct sequential {
    struct estimate estimate; // its interval is wider than that of paired_of; by_t where it is Student's, of
                              // one look alone: before sequential_first blocks
    enum finding finding;
    bool stands;          // a verdict: higher, lower or equivalent. When all of a family stand, stop
    unsigned blocks_more; // until one stands, by the ratio and the spread so far, if only about; 0: one
                          // stands, or SEQUENTIAL_LAST blocks would hardly do
};

// d[0..n): as paired_of takes them; n from 2 to SEQUENTIAL_LAST. 0, -ENOMEM, or -EINVAL when n is not, or a d
// is not finite or beyond ESTIMATE_FAR. Terms that are out of range are a BUG.
int sequential_look(const double *d, unsigned n, const struct sequential_terms *terms,
                    struct sequential *out);

// The number of blocks from which a verdict of such a family can stand: 7 alone, 10 of eight.
unsigned sequential_first(unsigned family);

// The error that the looks at up to n blocks may have made, of all verdicts of such a family together: what
// the first look spends, then in proportion to the logarithm of n; 0 before it.
double sequential_spent(unsigned family, unsigned n);

// How far the differences of single blocks lie apart: a robust deviation, 0 where all are equal. n from 2 to
// SEQUENTIAL_LAST, finite d, else a BUG.
double sequential_spread(const double *d, unsigned n);

// The smallest ratio above 1 that a comparison of so many blocks with this spread would in four cases of five
// call higher; infinite below sequential_first blocks. blocks: up to SEQUENTIAL_LAST, else a BUG.
double sequential_smallest(double spread, unsigned blocks, const struct sequential_terms *terms);
