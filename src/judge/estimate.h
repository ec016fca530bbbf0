// SPDX-License-Identifier: MIT
// A ratio as it was found: how sure it is, and by how many blocks. Plain values.
#pragma once

#include <stdbool.h>

#define ESTIMATE_FAR 100 // a ratio of e^100: what is beyond was not measured

struct estimate {
    double ratio;     // of A to B
    double low, high; // 95 % interval of the ratio
    double p;         // two-sided, that there is no difference. Not to decide by
    unsigned n, won;  // blocks of A, and those in which A was greater than B
    bool by_t;        // the interval is Student's, around the mean
};
