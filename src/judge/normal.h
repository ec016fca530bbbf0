// SPDX-License-Identifier: MIT
// The standard normal law. Pure numbers: no I/O, no clock, no heap.
// Source: the complementary error function of libm; Abramowitz and Stegun 1964, 26.2.29.
#pragma once

// z with P(Z <= z) = p, to 1e-12. p strictly between 0 and 1, else a BUG; always finite.
double normal_quantile(double p);

// P(|Z| >= |z|), the two-sided p-value of z: in [0, 1], 0 only where doubles end. A NaN is a BUG.
double normal_p(double z);
