// SPDX-License-Identifier: MIT
// How much of the beginning of a series is warm-up, and whether its end is steady. Knows no clock: the series
// is one value an interval (0.5 to 1 s: throughput, or p50), and the answer is in intervals.
// Sources: MSER, White 1997; the steady state of fio (steadystate.c: slope and deviation over a sliding
// window).
#pragma once

#include <stdbool.h>

#define WARMUP_MAX 4096       // values of a series
#define WARMUP_WINDOW 10      // intervals at the end that must be steady
#define WARMUP_SLOPE 0.005    // relative rise or fall over the window that is none
#define WARMUP_DEVIATION 0.03 // relative distance from the window's mean that is none

// MSER: how many values to leave out so that the mean of the others is known best; at most n / 2, and then
// the series is too short to tell. 0 for fewer than 2 values, or -EINVAL when n > WARMUP_MAX or a value is
// not finite (or beyond 1e100).
int warmup_cut(const double *y, unsigned n);

// Whether the last WARMUP_WINDOW values have a least-squares slope and deviations within the limits above,
// relative to their mean. False when there are fewer, when their mean is 0, or when one is not finite (or
// beyond 1e100).
bool warmup_steady(const double *y, unsigned n);

// Both: steady at the end, and the cut at or before the beginning of that window, short of n / 2.
bool warmup_over(const double *y, unsigned n);
