// SPDX-License-Identifier: MIT
#include "judge/unpaired.h"

#include "judge/order.h"
#include "judge/student.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define TAIL 0.025

static unsigned above_median(const double *a, unsigned n, const double *b, unsigned m)
{
    double sorted[UNPAIRED_MAX];
    unsigned above = 0;
    memcpy(sorted, b, m * sizeof *b);
    order_sort(sorted, m);
    for (unsigned i = 0; i < n; i++)
        above += a[i] > order_median(sorted, m);
    return above;
}

// The error of the difference of the two means, and its degrees of freedom, rounded down.
static double error_of(const double *a, unsigned n, const double *b, unsigned m, unsigned *df)
{
    *df = n + m - 2;
    if (m == 1)
        return sqrt(order_squares(a, n) / *df * (1.0 / n + 1));
    double mine = order_squares(a, n) / (n - 1) / n, other = order_squares(b, m) / (m - 1) / m;
    double both = mine + other;
    if (both > 0)
        *df = (unsigned)(both * both / (mine * mine / (n - 1) + other * other / (m - 1)) + 1e-9);
    return sqrt(both);
}

int unpaired_of(const double *a, unsigned n, const double *b, unsigned m, struct estimate *result)
{
    if (n < 2 || n > UNPAIRED_MAX || m < 1 || m > UNPAIRED_MAX || !order_within(a, n, ESTIMATE_FAR) ||
        !order_within(b, m, ESTIMATE_FAR))
        return -EINVAL;
    unsigned df;
    double apart = order_mean(a, n) - order_mean(b, m);
    double error = error_of(a, n, b, m, &df);
    double half = student_quantile(1 - TAIL, df) * error;
    *result = (struct estimate){.ratio = exp(apart),
                                .low = exp(apart - half),
                                .high = exp(apart + half),
                                .p = error > 0 ? student_p(apart / error, df) : apart == 0,
                                .n = n,
                                .won = above_median(a, n, b, m),
                                .by_t = true};
    return 0;
}
