// SPDX-License-Identifier: MIT
// What A, measured in n blocks now, and B, measured in m blocks at another time, say about the ratio A / B.
// Knows no metric: a and b are logarithms of levels. B may be a single one: then its spread is held to be
// that of A. Weaker than judge/paired.h: whatever changed between the two times is in the ratio, and no
// interval shows it. Source: Student's t for two samples, each with a spread of its own (Welch 1947, with
// Satterthwaite's degrees of freedom, rounded down); for m = 1 the prediction interval of one more value.
#pragma once

#include "judge/estimate.h"

#define UNPAIRED_MAX 128 // values of one side

// n from 2 and m from 1 to UNPAIRED_MAX. won counts the values of a above the median of b. 0, or -EINVAL when
// n or m is out of range or a value is not finite or beyond ESTIMATE_FAR in size.
int unpaired_of(const double *a, unsigned n, const double *b, unsigned m, struct estimate *result);
