// SPDX-License-Identifier: MIT
// Quantiles of Student's t distribution. Pure functions.
#pragma once

// The t that p of the distribution with df >= 1 degrees of freedom lies below; p in (0, 1). To 1e-9 of its
// value. By bisection of the distribution function, which is a regularised incomplete beta function
// (Abramowitz and Stegun 1964, 26.7.1 and 26.5).
double student_quantile(double p, unsigned df);

// How much of the distribution lies below t.
double student_below(double t, unsigned df);
