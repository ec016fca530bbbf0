// SPDX-License-Identifier: MIT
// The rising series that is closest to a given one: what is left of a curve that must rise once noise made it
// fall here and there. Not a smoother: where the curve rises by itself it stays as it is.
// Source: pool adjacent violators, Ayer, Brunk, Ewing, Reid and Silverman 1955.
#pragma once

#define ISOTONIC_MAX 4096

// Replaces y[0..n) by the non-decreasing values with the least sum of weight[i] * (their distance from
// y[i])^2. weight: NULL when all are alike. 0, or, and y as it was, -ENOMEM, or -EINVAL when n >
// ISOTONIC_MAX, a y is not finite (or beyond 1e100) or a weight is not from ISOTONIC_LIGHT to 1 /
// ISOTONIC_LIGHT.
#define ISOTONIC_LIGHT 1e-100
int isotonic_fit(double *y, const double *weight, unsigned n);
