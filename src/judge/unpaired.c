// SPDX-License-Identifier: MIT
#include "judge/unpaired.h"

#include "judge/sample.h"
#include "judge/student.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define TAIL 0.025
#define WORTH_MIN 2.5        // independent values that a side must be worth
#define CORRELATION_MAX 0.95 // beyond it nothing is worth anything

// One side: its mean, the variance of that, and what it rests on.
struct side {
    double mean, variance, df;
};

static unsigned above_median(const double *a, unsigned n, const double *b, unsigned m)
{
    double sorted[UNPAIRED_MAX];
    unsigned above = 0;
    memcpy(sorted, b, m * sizeof *b);
    sample_sort(sorted, m);
    for (unsigned i = 0; i < n; i++)
        above += a[i] > sample_median(sorted, m);
    return above;
}

// Of neighbours, made up for what n values lack (1 / n), and half a standard error more.
static double correlation(const double *x, unsigned n, double mean, double squares)
{
    double products = 0;
    for (unsigned i = 0; i + 1 < n; i++)
        products += (x[i] - mean) * (x[i + 1] - mean);
    double rounding = n * (1 + mean * mean) * 1e-24; // of values that are all the same
    double r = squares > rounding ? products / squares + 1.0 / n + 0.5 / sqrt(n) : 0;
    return r > CORRELATION_MAX ? CORRELATION_MAX : r > 0 ? r : 0;
}

// How many times as large the variance of the mean is as that of n independent values.
static double inflation(const double *x, unsigned n, double mean, double squares)
{
    double power = 1, sum = 1;
    double r = n < UNPAIRED_DRIFT_MIN ? 0 : correlation(x, n, mean, squares);
    for (unsigned k = 1; k < n; k++) {
        power *= r;
        sum += 2 * (1 - (double)k / n) * power;
    }
    return sum;
}

// False where it drifts too much.
static bool side_of(const double *x, unsigned n, struct side *out)
{
    double mean = sample_mean(x, n), squares = sample_squares(x, n), more = inflation(x, n, mean, squares);
    *out = (struct side){mean, squares / (n - more) * more / n, n / more - 1};
    return n < UNPAIRED_DRIFT_MIN || n / more >= WORTH_MIN;
}

static void conclude(double apart, double variance, double df, struct estimate *result)
{
    double error = sqrt(variance);
    unsigned whole = df > 1 ? (unsigned)(df + 1e-9) : 1;
    double half = student_quantile(1 - TAIL, whole) * error;
    *result = (struct estimate){.ratio = exp(apart),
                                .low = exp(apart - half),
                                .high = exp(apart + half),
                                .p = error > 0 ? student_p(apart / error, whole) : apart == 0,
                                .by_t = true};
}

int unpaired_of(const double *a, unsigned n, const double *b, unsigned m, struct estimate *result)
{
    struct side mine, other;
    if (n < 2 || n > UNPAIRED_MAX || m < 2 || m > UNPAIRED_MAX || !sample_within(a, n, ESTIMATE_FAR) ||
        !sample_within(b, m, ESTIMATE_FAR))
        return -EINVAL;
    if (!side_of(a, n, &mine) || !side_of(b, m, &other))
        return -EDOM;
    double both = mine.variance + other.variance, df = n + m - 2;
    if (both > 0)
        df = both * both /
             (mine.variance * mine.variance / mine.df + other.variance * other.variance / other.df);
    conclude(mine.mean - other.mean, both, df, result);
    result->n = n;
    result->won = above_median(a, n, b, m);
    return 0;
}

int unpaired_alone(const double *a, unsigned n, double b, double error_within, struct estimate *result)
{
    if (n < 2 || n > UNPAIRED_MAX || !sample_within(a, n, ESTIMATE_FAR) ||
        !sample_within(&b, 1, ESTIMATE_FAR) || !(error_within >= 0 && error_within < ESTIMATE_FAR))
        return -EINVAL;
    double one = sample_squares(a, n) / (n - 1); // of a single value of A
    double variance = one * (1.0 / n + UNPAIRED_KEPT_ALONE * UNPAIRED_KEPT_ALONE);
    conclude(sample_mean(a, n) - b, variance + error_within * error_within, n - 1, result);
    result->n = n;
    result->won = above_median(a, n, &b, 1);
    return 0;
}
