// SPDX-License-Identifier: MIT
// How much of the beginning of a series is warm-up. Knows no clock: the series is one value an interval, and
// the answer is in intervals. Source: MSER, White 1997.
#pragma once

#define WARMUP_MAX 4096 // values of a series

// MSER: how many values to leave out so that the mean of the others is known best; at most n / 2, and then
// the series is too short to tell. 0 for fewer than 2 values, or -EINVAL when n > WARMUP_MAX or a value is
// not finite (or beyond 1e100).
int warmup_cut(const double *y, unsigned n);
