// SPDX-License-Identifier: MIT
// Zipf's law over ranks, exactly and for any exponent, by rejection-inversion (Hoermann and Derflinger,
// 1996): no table, and no time that grows with the number of ranks.
#pragma once

#include "base/rng.h"

struct zipf {
    uint64_t n;
    double e;      // 1 less the exponent
    double per_e;  // 1 / e
    double first;  // the integral up to rank 1, and the whole of rank 1 before it
    double last;   // up to rank n
    double always; // a rank that lies so near above its point is never rejected
};

// Rank r of [0, n) comes with a weight of 1 / (r + 1)^s. n, s > 0.
struct zipf zipf_init(uint64_t n, double s);

// The same law over n ranks.
void zipf_resize(struct zipf *z, uint64_t n);

uint64_t zipf_draw(const struct zipf *z, struct rng *rng);
