// SPDX-License-Identifier: MIT
// Where a series changes its level for good: a history of results, or the intervals of one run.
// Deterministic: no permutations. Not for an A/B comparison of a few blocks (judge/paired.h), and a steady
// drift comes out as steps.
// Sources: the divergence of E-Divisive, Matteson and James 2014 (alpha = 1); windows, weak points at ten
// times p and Student's t in place of permutations as in Hunter, Fleming and Kolaczkowski 2023 (now Apache
// Otava). The correction for having chosen a point (struct change, p) is Bonferroni's, and no part of Hunter.
#pragma once

#define CHANGE_MAX 4096  // values of a series
#define CHANGE_WINDOW 64 // values that are searched at a time, half of them again by the next window
#define CHANGE_SEGMENT 4 // values that a level has at least

struct change_rule {
    double p;     // greatest p-value of a point
    double least; // relative change below which a point is of no interest: 0.02 for 2 %
};

struct change {
    unsigned at;          // index of the first value of the new level
    double before, after; // means of the levels on either side, as far as the next points
    double p;             // two-sided, of the two levels, times the number of places where the point could
                          // be, because it was chosen from them; in [0, 1]
};

// Fills list with the first `room` points in rising order and answers how many there are, 0 included; -EINVAL
// when n > CHANGE_MAX, a value is not finite (or beyond 1e100), p is not in (0, 1] or least is negative or no
// number. At p = .01 one in a hundred series of 100 values of mere normal noise has a point, and one in
// twelve of those of 4096; autocorrelated noise has more. A step of two deviations in 100 values is found 98
// times of 100.
int change_find(const double *y, unsigned n, struct change_rule rule, struct change *list, unsigned room);
