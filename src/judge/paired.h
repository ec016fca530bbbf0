// SPDX-License-Identifier: MIT
// What n blocks that each measured A and B say about the ratio A / B. Never looks inside a block, and knows
// no metric: d[k] is ln A - ln B of block k, each side averaged in logarithms over its slots of an ABBA
// block. Valid where A and B share a law of noise, whatever it is, because the difference of two such is
// symmetric. One wild block moves the estimate little from PAIRED_EXACT blocks on, but the interval only from
// 12 on: with fewer, one end of it follows the block.
// Sources: estimate and interval, Hodges and Lehmann 1963 and Tukey 1949 (Walsh averages), exact by the
// signed-rank law; below PAIRED_EXACT blocks Student 1908.
#pragma once

#include "judge/estimate.h"

#define PAIRED_MAX 64  // blocks
#define PAIRED_EXACT 6 // blocks from which there is an exact interval at 95 %

// n from 2 to PAIRED_MAX. The ratio is exp of the median of all Walsh averages; p is the exact signed-rank
// one, by_t or not, and at least 2^(1 - n); by_t below PAIRED_EXACT blocks. 0, or -EINVAL when n is not, or a
// d is not finite or beyond ESTIMATE_FAR in size.
int paired_of(const double *d, unsigned n, struct estimate *result);

// The same at another level than 95 %: of one look among several, or of one verdict among several.
struct paired_level {
    int critical; // the greatest sum of signed ranks that is left out at each end; -1: by Student's t instead
    double tail;  // that Student's t leaves out at each end
};
int paired_at(const double *d, unsigned n, const struct paired_level *level, struct estimate *result);

// How many blocks it takes for an interval of about margin on each side (0.01: 1 %), judged by the spread of
// n pilot blocks: ceil((2.2 s / ln(1 + margin))^2), at least PAIRED_EXACT and at most PAIRED_BLOCKS_MOST. 2.2
// because the half-width at 10 blocks is about .71 s. n >= 2, finite d and margin > 0, else a BUG.
#define PAIRED_BLOCKS_MOST 1000000
unsigned paired_blocks_needed(const double *d, unsigned n, double margin);
