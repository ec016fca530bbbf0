// SPDX-License-Identifier: MIT
// The exact Wilcoxon signed-rank test: is a sample symmetric around 0? No approximation, no heap.
// Sources: Wilcoxon 1945; ties by mid-ranks and the distribution that these have, zeros after Pratt 1959; the
// distribution by adding one rank at a time, as in Hollander, Wolfe and Chicken 2014, 3.1.
#pragma once

#define SIGNRANK_MAX 64

// The largest c with P(W+ <= c) <= tail for a sample of n without ties or zeros, W+ being the sum of the
// ranks of its positive values; -1 where not even P(W+ = 0) = 2^-n is that small. n from 1 to SIGNRANK_MAX,
// else a BUG.
int signrank_critical(unsigned n, double tail);

// The two-sided p-value of d[0..n): the share of all 2^m ways to give signs to its m values that are not zero
// whose W+ is at least as far from the middle. Equal sizes share their mean rank; zeros are ranked with the
// others, and then count for neither side. In (0, 1], 1 when all are zero. 0, or -EINVAL when n is 0 or above
// SIGNRANK_MAX or a value is not finite (or beyond 1e100).
int signrank_p(const double *d, unsigned n, double *p);
