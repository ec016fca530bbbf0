// SPDX-License-Identifier: MIT
// Where the spread of a figure comes from: from what is drawn anew for each block (a server that was started
// anew), or from measuring it. Plain arrays in, plain values out.
#pragma once

// d[k] is the figure of block k, and within[k] the variance that it has by its measurement alone, as far as
// its repetitions in that block show. The share of the variance of d that this does not explain: 0 to 1, and
// 0 where d does not vary. n from 2, finite values, else a BUG. Source: one-way analysis of variance with
// random effects, Fisher 1925.
double components_between(const double *d, const double *within, unsigned n);
