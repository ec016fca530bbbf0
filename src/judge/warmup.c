// SPDX-License-Identifier: MIT
#include "judge/warmup.h"

#include "judge/order.h"

#include <errno.h>
#include <math.h>

// Walks from the end, where mean and squares of what is kept grow by one value at a time (Welford 1962). Of
// two cuts that are as good the smaller one is taken: hence <=.
int warmup_cut(const double *y, unsigned n)
{
    if (n > WARMUP_MAX || !order_sound(y, n))
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

bool warmup_steady(const double *y, unsigned n)
{
    if (n < WARMUP_WINDOW || !order_sound(y + n - WARMUP_WINDOW, WARMUP_WINDOW))
        return false;
    const double *w = y + n - WARMUP_WINDOW;
    double mean = 0, rise = 0, run = 0, farthest = 0;
    for (unsigned i = 0; i < WARMUP_WINDOW; i++)
        mean += w[i] / WARMUP_WINDOW;
    for (unsigned i = 0; i < WARMUP_WINDOW; i++) {
        double x = i - (WARMUP_WINDOW - 1) / 2.0;
        rise += x * (w[i] - mean);
        run += x * x;
        farthest = fmax(farthest, fabs(w[i] - mean));
    }
    return fabs(rise / run) * WARMUP_WINDOW < WARMUP_SLOPE * fabs(mean) &&
           farthest < WARMUP_DEVIATION * fabs(mean);
}

bool warmup_over(const double *y, unsigned n)
{
    if (!warmup_steady(y, n))
        return false;
    int cut = warmup_cut(y, n);
    return cut >= 0 && (unsigned)cut <= n - WARMUP_WINDOW && (cut == 0 || (unsigned)cut < n / 2);
}
