// SPDX-License-Identifier: MIT
#include "judge/warmup.h"

#include "judge/sample.h"

#include <errno.h>
#include <math.h>

// Walks from the end, where mean and squares of what is kept grow by one value at a time (Welford 1962). Of
// two cuts that are as good the smaller one is taken: hence <=.
int warmup_cut(const double *y, unsigned n)
{
    if (n > WARMUP_MAX || !sample_sound(y, n))
        return -EINVAL;
    double mean = 0, squares = 0, least = INFINITY;
    unsigned cut = 0;
    for (unsigned kept = 1; kept <= n; kept++) {
        double apart = y[n - kept] - mean;
        mean += apart / kept;
        squares += apart * (y[n - kept] - mean);
        double error = squares / kept / kept;
        if (n - kept <= n / 2 && error <= least) {
            least = error;
            cut = n - kept;
        }
    }
    return n < 2 ? 0 : (int)cut;
}
