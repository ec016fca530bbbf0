// SPDX-License-Identifier: MIT
#include "judge/drift.h"

#include "judge/normal.h"
#include "judge/sample.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// Values at equal steps, and room for twice as many.
struct steps {
    const double *y;
    unsigned n;
    double *room;
};

// How many pairwise slopes are below s: pairs that fall once the line of slope s is taken away.
static unsigned long slopes_below(const struct steps *v, double s)
{
    for (unsigned i = 0; i < v->n; i++)
        v->room[i] = v->y[i] - v->y[0] - s * i;
    return sample_inversions(v->room, v->room + v->n, v->n);
}

// The k-th smallest of all pairwise slopes, k from 1. The least and the greatest of them are between
// neighbours, because any other is a mean of those.
static double kth_slope(const struct steps *v, unsigned long k)
{
    const double *y = v->y;
    double low = y[1] - y[0], high = low;
    for (unsigned i = 2; i < v->n; i++) {
        low = fmin(low, y[i] - y[i - 1]);
        high = fmax(high, y[i] - y[i - 1]);
    }
    double width = high - low;
    if (width == 0 || slopes_below(v, high) < k)
        return high;
    while (high - low > 1e-14 * width) {
        double middle = low + (high - low) / 2;
        if (middle == low || middle == high)
            break;
        if (slopes_below(v, middle) < k)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

static double slope_of(const struct steps *v)
{
    unsigned long pairs = (unsigned long)v->n * (v->n - 1) / 2, k = (pairs + 1) / 2;
    double low = kth_slope(v, k);
    double high = pairs % 2 ? low : kth_slope(v, k + 1);
    return low + (high - low) / 2;
}

static double p_of(const struct steps *v)
{
    unsigned n = v->n;
    double *sorted = v->room;
    memcpy(sorted, v->y, n * sizeof *sorted);
    double falling = (double)sample_inversions(sorted, sorted + n, n), tied = 0;
    double variance = (double)n * (n - 1) * (2.0 * n + 5);
    for (unsigned i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && sorted[end] == sorted[i];)
            end++;
        double t = end - i;
        tied += t * (t - 1) / 2;
        variance -= t * (t - 1) * (2 * t + 5);
    }
    double s = (double)n * (n - 1) / 2 - tied - 2 * falling;
    return s == 0 || variance <= 0 ? 1 : normal_p((fabs(s) - 1) / sqrt(variance / 18));
}

static double lag1_of(const double *y, unsigned n)
{
    double mean = 0, squares = 0, products = 0;
    for (unsigned i = 0; i < n; i++)
        mean += y[i] / n;
    for (unsigned i = 0; i < n; i++) {
        squares += (y[i] - mean) * (y[i] - mean);
        products += i ? (y[i] - mean) * (y[i - 1] - mean) : 0;
    }
    return squares > 0 ? products / squares : 0;
}

int drift_of(const double *y, unsigned n, struct drift *d)
{
    if (n < 3 || n > DRIFT_VALUES_MAX || !sample_sound(y, n))
        return -EINVAL;
    struct steps v = {y, n, malloc(2 * n * sizeof *v.room)};
    if (!v.room)
        return -ENOMEM;
    *d = (struct drift){.slope = slope_of(&v), .p = p_of(&v), .lag1 = lag1_of(y, n)};
    free(v.room);
    return 0;
}
