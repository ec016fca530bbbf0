// SPDX-License-Identifier: MIT
// Student's t for whole degrees of freedom. Pure numbers: no I/O, no clock, no heap.
// Source: Student 1908; the finite trigonometric sums of Abramowitz and Stegun 1964, 26.7.3 and 26.7.4, and
// above STUDENT_SUMMED degrees of freedom the expansion 26.7.5 for the quantile and 26.7.8 for the p-value.
#pragma once

#define STUDENT_SUMMED 10000

// t with P(T <= t) = p, to 1e-6 of its size for p from 1e-9 to 1 - 1e-9. df >= 1 and p strictly between 0 and
// 1, else a BUG; always finite.
double student_quantile(double p, unsigned df);

// P(|T| >= |t|), the two-sided p-value of t, to 1e-8: in [0, 1]. df >= 1, else a BUG. An infinite t answers
// 0, a NaN is a BUG.
double student_p(double t, unsigned df);
