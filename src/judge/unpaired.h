// SPDX-License-Identifier: MIT
// What A, measured in n blocks now, and B, measured in m blocks at another time, say about the ratio A / B.
// Knows no metric: a and b are logarithms of levels, in the order of time. Weaker than judge/paired.h:
// whatever changed between the two times is in the ratio, and no interval shows it. Source: Student's t for
// two samples, each with a spread of its own (Welch 1947, with Satterthwaite's degrees of freedom, rounded
// down). Blocks that resemble their neighbours count for fewer (the variance of a mean in a first-order
// autoregression; the correlation is taken half a standard error too high, because so few blocks seldom show
// all of it).
#pragma once

#include "judge/estimate.h"

#define UNPAIRED_MAX 128      // values of one side
#define UNPAIRED_DRIFT_MIN 6  // values from which a likeness of neighbours can be seen
#define UNPAIRED_KEPT_ALONE 4 // a single value of B: its spread is held to be so many times that of A

// n and m from 2 to UNPAIRED_MAX. won counts the values of a above the median of b. 0; -EINVAL when n or m is
// out of range or a value is not finite or beyond ESTIMATE_FAR in size; -EDOM when a side drifts so much that
// its blocks are worth fewer than two and a half independent ones.
int unpaired_of(const double *a, unsigned n, const double *b, unsigned m, struct estimate *result);

// B is a single value, whose own standard error within is known to be at least so large (0: unknown). The
// interval is the one in which one more value would lie that spreads UNPAIRED_KEPT_ALONE times as much: so
// wide that drift needs no more. 0 or -EINVAL, as unpaired_of.
int unpaired_alone(const double *a, unsigned n, double b, double error_within, struct estimate *result);
